"""A file under way: written and hashed as it grows, read by others meanwhile.

Guarantees: `available` never covers the last `HOLD` bytes before the hash has been
checked, so nobody can be handed a complete file that is wrong. A part that is
started over is a new part; a reader who has bytes of the old one goes on only after
`same_start` found them equal.

Not for several writers: `take` is called by one download, in its thread.
"""

import hashlib
import os
from pathlib import Path

HOLD = 2**16
"""Bytes at the end that are held back until the hash is checked."""

_COMPARE = 2**20


class Part:
    """One attempt at a file's bytes.

    Args:
        path: of the file to make.

    Raises:
        OSError: it cannot be made.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.received = 0
        self.checked = False
        self._hash = hashlib.sha256()
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
        self._writer: int | None = os.open(path, flags, 0o600)
        self._reader: int | None = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))

    @property
    def available(self) -> int:
        """How many bytes from the start may be handed out."""
        return self.received if self.checked else max(0, self.received - HOLD)

    def take(self, data: bytes) -> None:
        """Append and hash bytes.

        Raises:
            OSError: the disk does not take them.
        """
        if self._writer is None:
            raise ValueError("the part is complete")
        view = memoryview(data)
        while view:
            view = view[os.write(self._writer, view) :]
        self._hash.update(data)
        self.received += len(data)

    def digest(self) -> str:
        """Return the sha256 of what was taken."""
        return self._hash.hexdigest()

    def seal(self) -> None:
        """Take no more bytes; closes the file, which Windows wants before a rename."""
        for descriptor in (self._writer, self._reader):
            if descriptor is not None:
                os.close(descriptor)
        self._writer = self._reader = None

    def reopen(self, path: Path) -> None:
        """Go on being read under the final name, all of it."""
        self._reader = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        self.path = path
        self.checked = True

    def read(self, offset: int, most: int) -> bytes:
        """Return available bytes from an offset, at most so many; b"" if none."""
        length = min(most, self.available - offset)
        if length <= 0 or self._reader is None:
            return b""
        os.lseek(self._reader, offset, os.SEEK_SET)
        return os.read(self._reader, length)

    def close(self) -> None:
        """Release the file; reading is over."""
        self.seal()


def same_start(one: Part, other: Part, length: int) -> bool:
    """Whether two parts begin with the same bytes.

    Args:
        one: a part of which `length` bytes were available.
        other: the part that replaced it, checked.
        length: how many bytes to compare.
    """
    offset = 0
    while offset < length:
        step = min(_COMPARE, length - offset)
        mine, theirs = one.read(offset, step), other.read(offset, step)
        if not mine or mine != theirs[: len(mine)]:
            return False
        offset += len(mine)
    return True
