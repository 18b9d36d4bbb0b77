"""Pins: locks that keep a prefix from being deleted while a command works in it.

Whoever runs a command from a prefix holds a shared lock on the prefix' pin file
for as long as the command lives; deletion needs the exclusive one and does not
wait. Locks belong to the open file (flock), are inherited over exec and vanish
with the process, however it ends.
"""

import fcntl
import os
from contextlib import suppress
from pathlib import Path

PIN_FILE = ".venvoy-pin"


def create(prefix: Path) -> None:
    """Put the pin file into a prefix that is being made."""
    (prefix / PIN_FILE).touch()


def hold(prefix: Path) -> int | None:
    """Pin a prefix and return the inheritable descriptor that holds the pin.

    Returns:
        None if the prefix is gone, or is being deleted.
    """
    path = prefix / PIN_FILE
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        # A deletion that won the race has moved the file away, lock and all.
        if os.path.samestat(os.fstat(descriptor), path.stat()):
            fcntl.fcntl(descriptor, fcntl.F_SETFD, 0)  # inherited over exec
            return descriptor
    except (BlockingIOError, FileNotFoundError, NotADirectoryError):
        pass
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


def release(descriptor: int) -> None:
    """Give a pin back."""
    with suppress(OSError):
        os.close(descriptor)


def hold_for_deletion(prefix: Path) -> int | None:
    """Return a descriptor that keeps everybody from pinning, None if it is pinned.

    A prefix without a pin file was never finished, so nobody can have pinned it; its
    directory is locked instead, for a full disk has no room for one more file.
    """
    try:
        descriptor = os.open(prefix / PIN_FILE, os.O_RDONLY)
    except FileNotFoundError:
        descriptor = os.open(prefix, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor
