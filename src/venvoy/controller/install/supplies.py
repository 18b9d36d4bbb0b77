"""What a machine's installer downloads: uv, the agent's wheels, an interpreter.

Fetched through this controller's own mirrors when first asked for, checked by hash
and kept; so a machine that reaches nothing but the controller becomes a node, and
where the controller has nothing either, it is said which file is missing and why.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from venvoy.controller.files import file_error
from venvoy.controller.install import uv_binary
from venvoy.controller.install.archives import Archives
from venvoy.controller.install.closure import OLDEST_MINOR, Closures, Machine
from venvoy.controller.install.own_wheel import OwnWheel
from venvoy.domain.cause import Cause, Step
from venvoy.domain.errors import NotFound, WorkFailed
from venvoy.domain.lock import Lock, LockedFile
from venvoy.domain.platform import Platform
from venvoy.domain.pylock import render
from venvoy.domain.wheel import needed
from venvoy.domain.wheel_choice import best_file, machine
from venvoy.index.gateway import Gateway
from venvoy.index.problem import FetchFailed, cause_of

_SHOWN = 120
_AT_ONCE = 8


class SupplyFailed(WorkFailed):
    """A file for an installer could not be had, and `cause` says why."""

    def __init__(self, name: str, cause: Cause) -> None:
        super().__init__("install-file-missing", name=name)
        self.name = name
        self.cause = cause


@dataclass(slots=True)
class Supplies:
    """All that installers download.

    Attributes:
        folder: where programs of uv are kept.
        closures: of the agent.
        gateway: of this controller, started.
        own: the wheel of this release.
        archives: interpreters.
    """

    folder: Path
    closures: Closures
    gateway: Gateway
    own: OwnWheel
    archives: Archives
    _unpacking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def uv(self, platform: Platform) -> Path:
        """Return the program of uv for a platform, packed with gzip.

        Raises:
            ResolveFailed, SupplyFailed: with the cause.
            Unavailable: `install-uv-unusable`, or it cannot be kept.
        """
        # It needs no Python; the controller's own is one that wheels surely exist for.
        kind = Machine(platform, "{}.{}.{}".format(*sys.version_info))
        lock = await self.closures.get(kind)
        wheel = best_file(uv_binary.package(lock).files, machine(kind.target))
        if wheel is None:
            raise NotFound("install-platform-unknown", platform=platform.value)
        packed = self.folder / f"{platform}-{wheel.sha256}.gz"
        async with self._unpacking:
            if not await asyncio.to_thread(packed.is_file):
                async with self._held(lock, wheel) as path:
                    await self._unpack(path, platform, packed)
        return packed

    async def pylock(self, kind: Machine, base: str) -> str:
        """Return what `uv pip sync` installs, every file of it at this controller.

        Args:
            base: where the machine reaches this controller.

        Raises:
            ResolveFailed: with the cause.
        """
        lock = await self.closures.get(kind)
        where = f"{base}/install/files/{kind.platform}/{kind.python}"
        return render(lock, lambda file: f"{where}/{quote(file.name)}")

    @asynccontextmanager
    async def file(self, kind: Machine, name: str) -> AsyncIterator[Path | bytes]:
        """Hold one file of an agent; bytes for the wheel that is made here.

        Raises:
            NotFound: `install-file-unknown`.
            ResolveFailed, SupplyFailed: with the cause.
        """
        if name == self.own.name:
            yield self.own.data
            return
        lock = await self.closures.get(kind)
        found = (file for package in lock.packages for file in package.files if file.name == name)
        file = next(found, None)
        if file is None:
            raise NotFound("install-file-unknown", name=name[:_SHOWN])
        async with self._held(lock, file) as path:
            yield path

    async def fetch(self, kind: Machine, libc: str) -> None:
        """Have every file here that a machine will ask for.

        Args:
            libc: as in heartbeats, such as `glibc 2.36`; empty where unknown.

        Raises:
            ResolveFailed, SupplyFailed: with the cause.
            NotFound: `install-wheel-missing`, where a package has none that fits.
        """
        lock = await self.closures.get(kind)
        turns = asyncio.Semaphore(_AT_ONCE)

        async def one(file: LockedFile) -> None:
            async with turns, self._held(lock, file):
                pass

        wanted = [file for file in _taken(lock, kind, libc) if file.name != self.own.name]
        try:
            async with asyncio.TaskGroup() as group:
                for file in wanted:
                    group.create_task(one(file))
        except ExceptionGroup as failures:  # one reason is enough to say
            raise failures.exceptions[0] from None

    async def interpreter(self, platform: Platform, libc: str) -> Path:
        """Return an interpreter on which an agent runs, packed.

        Args:
            libc: as of `fetch`.

        Raises:
            NotFound: `install-python-none`.
            Unavailable: `python-archive-damaged`.
        """
        found = await self.archives.for_agent(platform, libc)
        if found is None:
            oldest = f"3.{OLDEST_MINOR}"
            raise NotFound("install-python-none", platform=platform.value, oldest=oldest)
        return found

    @asynccontextmanager
    async def _held(self, lock: Lock, file: LockedFile) -> AsyncIterator[Path]:
        try:
            with self.gateway.watch(lock):
                async with self.gateway.files.held(file.sha256, file.name) as path:
                    yield path
        except FetchFailed as error:
            raise SupplyFailed(file.name, cause_of(error.problem, Step.FETCH)) from error

    async def _unpack(self, wheel: Path, platform: Platform, packed: Path) -> None:
        try:
            await asyncio.to_thread(uv_binary.unpack, wheel, platform, packed)
            for old in set(self.folder.glob(f"{platform}-*.gz")) - {packed}:
                old.unlink(missing_ok=True)  # of an earlier release
        except OSError as error:
            raise file_error(error, packed) from error


def _taken(lock: Lock, kind: Machine, libc: str) -> Iterable[LockedFile]:
    exact = machine(kind.target, libc)
    for package in needed(lock, exact.target):
        file = best_file(package.files, exact)
        if file is None:
            raise NotFound(
                "install-wheel-missing",
                name=package.name,
                platform=kind.platform.value,
                python=kind.python,
                libc=libc[:_SHOWN],
            )
        yield file
