"""All that makes a bare machine a node, as the API and the commands see it."""

import asyncio
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

import venvoy
from venvoy.controller.context import Resolver
from venvoy.controller.install import own_wheel, scripts
from venvoy.controller.install.archives import Archives
from venvoy.controller.install.closure import Closures, installed, own_requirements
from venvoy.controller.install.kept_scripts import KeptScripts
from venvoy.controller.install.scripts import Script
from venvoy.controller.install.supplies import Supplies
from venvoy.controller.reach import Reach
from venvoy.index.gateway import Gateway


@dataclass(frozen=True, slots=True)
class Lines:
    """What people paste, for each system."""

    linux: str
    windows: str


class Installer:
    """Scripts, lines and supplies of one controller.

    Args:
        folder: for what is kept.
        gateway: of this controller, started.
        resolver: of this controller.
        reach: where machines reach it.
        archives: of interpreters.
    """

    def __init__(
        self,
        folder: Path,
        gateway: Gateway,
        resolver: Resolver,
        reach: Reach,
        archives: Archives,
    ) -> None:
        self._folder = folder
        self._gateway = gateway
        self._resolver = resolver
        self._reach = reach
        self._archives = archives
        self._kept = KeptScripts(folder / "scripts")
        self._supplies: Supplies | None = None
        self._making = asyncio.Lock()

    @property
    def shell(self) -> Script:
        """The script for Linux."""
        return scripts.shell(self._reach.ca)

    @property
    def powershell(self) -> Script:
        """The script for Windows."""
        return scripts.powershell(self._reach.ca)

    async def script(self, current: Script, digest: str) -> str:
        """Return the script that a line names by its hash, else the current one."""
        if digest in {"", current.digest}:
            return current.text
        return await asyncio.to_thread(self._kept.find, digest) or current.text

    async def lines(self, token: str) -> Lines:
        """Return the lines that make machines nodes with a join token.

        Raises:
            Unavailable: the scripts that they name cannot be kept.
        """
        shell, powershell, url = self.shell, self.powershell, self._reach.elsewhere[0]
        await asyncio.to_thread(self._keep, shell, powershell)
        return Lines(
            linux=scripts.linux_line(url, token, shell),
            windows=scripts.windows_line(url, token, powershell),
        )

    async def supplies(self) -> Supplies:
        """Return what installers download; the own wheel is made at the first call."""
        async with self._making:
            if self._supplies is None:
                self._supplies = await asyncio.to_thread(self._prepared)
            return self._supplies

    def _keep(self, *named: Script) -> None:
        for each in named:
            self._kept.keep(each)

    def _prepared(self) -> Supplies:
        found = distribution(own_wheel.NAME)
        own = own_wheel.make(Path(venvoy.__file__).parent, found)
        closures = Closures(
            folder=self._folder / "closures",
            requirements=own_requirements(found.requires or ()),
            preferred=installed(),
            resolver=self._resolver,
            own=own,
        )
        return Supplies(self._folder / "uv", closures, self._gateway, own, self._archives)
