"""A wheel's METADATA out of a few of its bytes, without the rest. Pure.

A zip archive ends with its directory (APPNOTE 4.3), and a wheel should keep its
`.dist-info` right before that (PEP 427), so the tail is mostly enough. `zipfile` reads
the archive; where bytes are lacking, it is told to stop, and the caller fetches the
range that `Missing` names and calls again.
"""

import io
import re
import zipfile
from typing import IO

from venvoy.index.address import normalised

METADATA_LIMIT = 16 * 2**20
"""Bytes of the largest METADATA that is unpacked; real ones stay below one MiB."""

_METADATA = re.compile(r"[^/]+\.dist-info/METADATA")


class Missing(Exception):
    """Bytes `start` up to but not including `stop` are needed."""

    def __init__(self, start: int, stop: int) -> None:
        super().__init__(start, stop)
        self.start = start
        self.stop = stop


class MetadataUnreadable(ValueError):
    """The wheel is no archive, or has no METADATA of its project."""


class SparseFile(io.RawIOBase):
    """A file of known size of which some ranges are here.

    Args:
        size: bytes of the whole file.
    """

    def __init__(self, size: int) -> None:
        super().__init__()
        self._size = size
        self._at = 0
        self._ranges: list[tuple[int, bytes]] = []

    def fill(self, start: int, data: bytes) -> None:
        """Add the bytes from `start` on."""
        self._ranges.append((start, data))

    def seekable(self) -> bool:
        """Always."""
        return True

    def readable(self) -> bool:
        """Always, as far as bytes are here."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Set the offset of the next read; bytes need not be here."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise OSError("before the start of the file")
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        """Return the offset of the next read."""
        return self._at

    def read(self, size: int = -1) -> bytes:
        """Read on from here.

        Raises:
            Missing: some of the bytes are not here.
        """
        stop = self._size if size < 0 else min(self._at + size, self._size)
        data = self._between(self._at, stop)
        self._at += len(data)
        return data

    def _between(self, start: int, stop: int) -> bytes:
        parts = []
        while start < stop:
            part = next((p for s, d in self._ranges if (p := _cut(s, d, start, stop))), None)
            if part is None:
                raise Missing(start, stop)
            parts.append(part)
            start += len(part)
        return b"".join(parts)


def _cut(offset: int, data: bytes, start: int, stop: int) -> bytes:
    return data[start - offset : stop - offset] if offset <= start < offset + len(data) else b""


def read_metadata(archive: IO[bytes] | SparseFile, project: str) -> bytes:
    """Return a wheel's METADATA.

    Args:
        archive: the wheel.
        project: normalised name; of several `.dist-info` its own is taken.

    Raises:
        Missing: more bytes are needed.
        MetadataUnreadable: see there.
    """
    try:
        with zipfile.ZipFile(archive) as wheel:
            entry = _entry(wheel.namelist(), project)
            if wheel.getinfo(entry).file_size > METADATA_LIMIT:
                raise MetadataUnreadable(f"{entry} is larger than {METADATA_LIMIT} bytes")
            return wheel.read(entry)
    except MetadataUnreadable:
        raise
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise MetadataUnreadable(str(error)) from error


def _entry(names: list[str], project: str) -> str:
    found = [name for name in names if _METADATA.fullmatch(name)]
    own = [name for name in found if normalised(name.partition("-")[0]) == project]
    chosen = own or found
    if len(chosen) != 1:
        raise MetadataUnreadable(f"{len(chosen)} files named METADATA")
    return chosen[0]
