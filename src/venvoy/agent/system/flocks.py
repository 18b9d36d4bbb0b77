"""Who holds locks that belong to open files (flock), as Linux tells everybody."""

import os
import sys
from pathlib import Path

assert sys.platform != "win32"  # noqa: S101 - tells type checkers where this is

_LOCKS = Path("/proc/locks")
_FIELDS = 6


def lock_holders() -> dict[tuple[int, int], set[int]]:
    """Return the processes that locked files, by device and inode of the file.

    Empty on systems that do not tell. It names who took a lock; those who inherited it
    hold it as well.
    """
    try:
        lines = _LOCKS.read_text().splitlines()
    except OSError:
        return {}
    found: dict[tuple[int, int], set[int]] = {}
    for line in lines:
        # `1: FLOCK ADVISORY READ <pid> <major>:<minor>:<inode> 0 EOF`; one that waits for
        # another's has an arrow in the second place.
        fields = line.split()
        if len(fields) < _FIELDS or fields[1] != "FLOCK":
            continue
        try:
            major, minor, inode = fields[5].split(":")
            file = (os.makedev(int(major, 16), int(minor, 16)), int(inode))
            pid = int(fields[4])
        except ValueError:
            continue
        if pid > 0:  # others are of another namespace
            found.setdefault(file, set()).add(pid)
    return found
