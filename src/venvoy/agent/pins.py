"""Pins: locks that keep a prefix from being deleted while a command works in it.

Whoever runs a command from a prefix holds a shared lock on the prefix' pin file
for as long as the command lives; deletion needs the exclusive one and does not
wait. Locks belong to the open file, are inherited over exec and vanish with the
process, however it ends.
"""

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from venvoy.agent import system

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
        free = system.lock(descriptor, exclusive=False)
        # A deletion that won the race has moved the file away, lock and all.
        if free and os.path.samestat(os.fstat(descriptor), path.stat()):
            os.set_inheritable(descriptor, True)  # noqa: FBT003 - its one argument
            return descriptor
    except (FileNotFoundError, NotADirectoryError):
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


def holders(prefixes: Mapping[str, Iterable[Path]]) -> dict[str, set[int]]:
    """Return the processes that hold pins, by key; none where the system does not tell.

    A command that a pinned one left behind is pinned as well, but not named.
    """
    known = system.lock_holders()
    if not known:
        return {}
    found: dict[str, set[int]] = {}
    for key, paths in prefixes.items():
        for prefix in paths:
            with suppress(OSError):
                there = (prefix / PIN_FILE).stat()
                found.setdefault(key, set()).update(known.get((there.st_dev, there.st_ino), ()))
    return found


def pinned(prefix: Path) -> bool:
    """Whether a command holds a prefix that nobody can begin to use: one that is not live."""
    try:
        descriptor = os.open(prefix / PIN_FILE, os.O_RDONLY)
    except OSError:
        return False
    try:
        return not system.lock(descriptor, exclusive=True)
    finally:
        os.close(descriptor)


def move_away(prefix: Path, to: Path) -> bool:
    """Move a prefix to where nobody looks for it; False if it is pinned, and stays.

    A prefix without a pin file was never finished, so nobody can have pinned it; its
    directory is locked instead, for a full disk has no room for one more file.

    Raises:
        OSError: it cannot be moved.
    """
    descriptor: int | None
    try:
        descriptor = os.open(prefix / PIN_FILE, os.O_RDONLY)
    except FileNotFoundError:
        descriptor = system.open_directory(prefix)
    if descriptor is not None and not system.lock(descriptor, exclusive=True):
        os.close(descriptor)
        return False
    return system.move(prefix, to, descriptor)
