"""Private files of the bus: written whole or not at all, readable by their owner only.

What the operating system refuses becomes an error that says which path and why.
"""

import contextlib
import errno
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from venvoy.domain.errors import Unavailable

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_DENIED = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
_PRIVATE_FILE = 0o600
_PRIVATE_DIRECTORY = 0o700


@contextlib.contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn an `OSError` below a path into a typed error.

    Raises:
        Unavailable: `bus-disk-full`, `bus-directory-read-only` or `bus-file-failed`.
    """
    try:
        yield
    except OSError as error:
        code = "bus-file-failed"
        if error.errno in _FULL:
            code = "bus-disk-full"
        elif error.errno in _DENIED:
            code = "bus-directory-read-only"
        reason = error.strerror or type(error).__name__
        raise Unavailable(code, path=str(path), reason=reason) from error


def make_private_directory(path: Path) -> None:
    """Create a directory that only its owner may enter, with its parents.

    Raises:
        Unavailable: as `storage_errors`.
    """
    with storage_errors(path):
        path.mkdir(mode=_PRIVATE_DIRECTORY, parents=True, exist_ok=True)
        path.chmod(_PRIVATE_DIRECTORY)


def write_private(path: Path, content: bytes) -> None:
    """Replace a file at once and for good: temporary file, fsync, rename, fsync.

    Raises:
        Unavailable: as `storage_errors`; the old content is still there then.
    """
    aside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with storage_errors(path):
        try:
            _write_synced(aside, content)
            aside.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                aside.unlink()
            raise
        _sync_directory(path.parent)


def _write_synced(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE_FILE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)


def _sync_directory(path: Path) -> None:
    # Windows cannot open a directory; there a rename is journalled by NTFS itself.
    if os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
