"""The stable path of an environment, behind one small interface per platform.

A link is replaced atomically: at every moment the path leads to the old or to the
new prefix. What stands there and was not made here is never touched. On Windows a
junction takes the place of the symlink; that variant is added beside this one.
"""

import os
import secrets
from pathlib import Path
from typing import Protocol

from venvoy.domain.errors import Conflict


class Links(Protocol):
    """How a path leads to a directory."""

    def read(self, path: Path) -> Path | None:
        """Return the absolute directory that `path` leads to, None if nothing is there.

        Raises:
            Conflict: `stable-path-occupied` if something else stands there.
        """

    def point(self, path: Path, target: Path) -> None:
        """Let `path` lead to `target` from now on, atomically and lastingly.

        Raises:
            Conflict: `stable-path-occupied`.
        """

    def remove(self, path: Path) -> None:
        """Take the link away, if there is one.

        Raises:
            Conflict: `stable-path-occupied`.
        """


class Symlinks:
    """Links for POSIX: relative, so that the data directory may be mounted elsewhere."""

    def read(self, path: Path) -> Path | None:
        """See `Links.read`."""
        try:
            target = path.readlink()
        except FileNotFoundError:
            return None
        except OSError as error:
            if path.exists():
                raise Conflict("stable-path-occupied", path=str(path)) from error
            raise
        return Path(os.path.normpath(path.parent / target))

    def point(self, path: Path, target: Path) -> None:
        """See `Links.point`."""
        self.read(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.parent / f".{path.name}.{secrets.token_hex(4)}"
        beside.symlink_to(os.path.relpath(target, path.parent), target_is_directory=True)
        try:
            beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
        flush_directory(path.parent)

    def remove(self, path: Path) -> None:
        """See `Links.remove`."""
        if self.read(path) is not None:
            path.unlink()
            flush_directory(path.parent)


def flush_directory(path: Path) -> None:
    """Force a directory's entries to the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
