"""Files of interpreters' archives, by their sha256; nothing else is in their directory.

What comes in is written aside, hashed on the way, and gets its name only when it was found
good. What goes out is hashed again whenever the file is not the one that was hashed last:
a disk that lies must not reach a node, though every node hashes for itself too.
"""

import asyncio
import hashlib
import os
import secrets
from collections.abc import AsyncIterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from venvoy.controller.files import file_error
from venvoy.domain.errors import InvalidInput, Unavailable

MOST_BYTES = 512 * 2**20
"""Of one archive; those of python-build-standalone are between 20 and 130 MiB."""
_INCOMING = ".incoming-"
_BLOCK = 2**20


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file that has come in and has no name yet."""

    path: Path
    sha256: str
    size: int


class ArchiveStore:
    """The files.

    Args:
        directory: made when it is needed.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._good: dict[str, tuple[int, int]] = {}

    def path(self, sha256: str) -> Path:
        """Return where an archive is, or would be."""
        return self._directory / f"{sha256}.tar.gz"

    async def prepare(self) -> None:
        """Delete what a killed controller left half written.

        Raises:
            Unavailable: the directory cannot be used.
        """
        await asyncio.to_thread(self._prepare)

    async def receive(self, body: AsyncIterable[bytes]) -> Incoming:
        """Write a body to a file aside; who gets it calls `keep` or `drop`.

        Raises:
            InvalidInput: `python-archive-too-large`.
            Unavailable: the disk failed.
        """
        path = self._directory / f"{_INCOMING}{secrets.token_hex(8)}"
        hashed, size = hashlib.sha256(), 0
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            with path.open("wb") as file:
                async for part in body:
                    size += len(part)
                    if size > MOST_BYTES:
                        raise InvalidInput("python-archive-too-large", limit=MOST_BYTES)
                    hashed.update(part)
                    await asyncio.to_thread(file.write, part)
                await asyncio.to_thread(_flush, file)
        except BaseException as error:
            self._unlink(path)
            if isinstance(error, OSError):
                raise file_error(error, path) from error
            raise
        return Incoming(path, hashed.hexdigest(), size)

    async def keep(self, incoming: Incoming) -> None:
        """Give a file its name; one that is there already is replaced by the same bytes.

        Raises:
            Unavailable: the disk failed.
        """
        try:
            await asyncio.to_thread(incoming.path.replace, self.path(incoming.sha256))
        except OSError as error:
            raise file_error(error, incoming.path) from error

    def drop(self, incoming: Incoming) -> None:
        """Delete a file that was not kept."""
        self._unlink(incoming.path)

    async def remove(self, sha256: str) -> None:
        """Delete an archive; one that is not there is gone already."""
        self._good.pop(sha256, None)
        await asyncio.to_thread(self._unlink, self.path(sha256))

    async def verified(self, sha256: str) -> Path:
        """Return an archive whose bytes are what its name says.

        Raises:
            Unavailable: `python-archive-damaged`, also for one that is not there.
        """
        path = self.path(sha256)
        try:
            state = await asyncio.to_thread(path.stat)
            seen = (state.st_mtime_ns, state.st_size)
            if self._good.get(sha256) != seen:
                if await asyncio.to_thread(_digest, path) != sha256:
                    raise Unavailable("python-archive-damaged", path=str(path))
                self._good[sha256] = seen
        except OSError as error:
            raise Unavailable("python-archive-damaged", path=str(path)) from error
        return path

    def _prepare(self) -> None:
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            for left in self._directory.glob(f"{_INCOMING}*"):
                left.unlink()
        except OSError as error:
            raise file_error(error, self._directory) from error

    @staticmethod
    def _unlink(path: Path) -> None:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def _flush(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
