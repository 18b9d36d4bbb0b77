"""The index that the resolver works against: the controller's gateway.

uv sees the gateway's own addresses only, which are no part of a lock. So the neutral
path of each file that a lock keeps is asked of the gateway, which has read the page.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Protocol

from venvoy.domain.lock import Lock, LockedFile
from venvoy.index.gateway import Gateway, neutral_path
from venvoy.index.problem import FetchFailed, Problem
from venvoy.index.server import GatewayAddress


class Witness(Protocol):
    """What an index saw go wrong while it was watched."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The oldest first."""
        ...


class ResolverIndex(Protocol):
    """Where packages are resolved from."""

    @property
    def url(self) -> str:
        """The simple index' address, as uv gets it."""
        ...

    @property
    def secrets(self) -> tuple[str, ...]:
        """Words of the address that must not be shown."""
        ...

    @contextmanager
    def watch(self) -> Iterator[Witness]:
        """Note what goes wrong while a resolution runs."""
        ...

    async def with_paths(self, lock: Lock, live: Lock | None = None) -> Lock:
        """Return the lock with every path that is known, some from the live lock."""
        ...


class GatewayIndex:
    """The controller's own gateway.

    Args:
        gateway: started.
        address: where it is served.
    """

    def __init__(self, gateway: Gateway, address: GatewayAddress) -> None:
        self._gateway = gateway
        self.url = address.simple
        self.secrets: tuple[str, ...] = (address.secret,)

    @contextmanager
    def watch(self) -> Iterator[Witness]:
        """Watch all that passes through the gateway."""
        with self._gateway.watch() as watch:
            yield watch

    async def with_paths(self, lock: Lock, live: Lock | None = None) -> Lock:
        """Ask for the path, and the size where uv had none, of every file.

        A file's path never changes, so what the live lock knows is not asked again.
        """
        kept = live.packages if live else ()
        known = {file.sha256: file for package in kept for file in package.files if file.path}
        packages = []
        for package in lock.packages:
            files = [self._kept(known, file) or await self._found(file) for file in package.files]
            packages.append(replace(package, files=tuple(files)))
        return replace(lock, packages=tuple(packages))

    @staticmethod
    def _kept(known: Mapping[str, LockedFile], file: LockedFile) -> LockedFile | None:
        """What the live lock says; the same bytes may also be there under a name of old."""
        found = known.get(file.sha256)
        return found if found and found.name == file.name and file.url is None else None

    async def _found(self, file: LockedFile) -> LockedFile:
        if file.url is not None:
            return file
        try:
            location = await self._gateway.locate(file.sha256, file.name)
        except FetchFailed:
            return file  # installable all the same: gateways find files by their hash
        size = file.size if file.size is not None else location.size
        return replace(file, path=neutral_path(location), size=size)
