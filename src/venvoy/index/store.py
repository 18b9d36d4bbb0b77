"""Checked package files, named by their sha256.

`<folder>/aa/bb/<sha256>`; a file gets that name only after its bytes were hashed, by
one rename, so whoever finds one may serve it. Files under way stand in
`<folder>/.part/` and are removed at the next start. With `Retention.KEEP` a file is
forced to disk before it is named: after a power cut a name never stands for other
bytes. With `Retention.BUILD` nothing outlives the process, so nothing needs forcing.
"""

import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from venvoy.index.settings import Retention


class FileStore:
    """A directory of checked files.

    Args:
        folder: made if missing; its parent must exist or be makeable.
        retention: see `Retention`.
    """

    def __init__(self, folder: Path, retention: Retention) -> None:
        self._folder = folder
        self._parts = folder / ".part"
        self.retention = retention

    def open(self) -> None:
        """Make the directory and remove what an earlier process left half done.

        Raises:
            OSError: the directory cannot be written.
        """
        leftover = self._parts if self.retention is Retention.KEEP else self._folder
        shutil.rmtree(leftover, ignore_errors=True)
        self._parts.mkdir(parents=True, exist_ok=True)

    def path(self, sha256: str) -> Path:
        """Return where a file of this hash stands if it is there."""
        return self._folder / sha256[:2] / sha256[2:4] / sha256

    def has(self, sha256: str) -> bool:
        """Whether the file is there, checked."""
        return self.path(sha256).is_file()

    def new_part(self) -> Path:
        """Return an unused path for a file under way."""
        return self._parts / uuid4().hex

    def commit(self, part: Path, sha256: str) -> Path:
        """Give a checked file its name. It must be closed (Windows) and complete.

        Raises:
            OSError: the disk does not take it; the part is gone then.
        """
        final = self.path(sha256)
        try:
            final.parent.mkdir(parents=True, exist_ok=True)
            if self.retention is Retention.KEEP:
                _force(part)
            part.replace(final)
            if self.retention is Retention.KEEP:
                _force_folder(final.parent)
        except OSError:
            discard(part)
            raise
        return final

    def drop(self, sha256: str) -> None:
        """Remove a file; one that is being read on Windows goes at the next start."""
        discard(self.path(sha256))


def discard(path: Path) -> None:
    """Remove a file that may be missing or in use."""
    with suppress(OSError):
        path.unlink()


def _force(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _force_folder(path: Path) -> None:
    if sys.platform == "win32":  # a directory cannot be opened there, nor needs it
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
