"""Which executables an agent that runs as root may run: those that only root can change.

What another user may replace would run as root at the next look for interpreters. On
the way to a program that is everything: the file, its directories, and where links
lead.
"""

import grp
import os
import stat
import sys
from pathlib import Path

assert sys.platform != "win32"  # noqa: S101 - tells type checkers where this is

_LINKS = 40
# Debian Policy 9.1.2: writable for this group, whose members are as good as root there.
_LOCAL = Path("/usr/local")
_LOCAL_GROUP = "staff"


def weak_point(program: Path, user: int | None = None) -> Path | None:
    """Return the first thing on the way to a program that others than root may change.

    Args:
        program: absolute.
        user: the agent's own user, whose files are trusted too; this process' by default.

    Returns:
        None if there is none, or if something is missing.
    """
    own = os.geteuid() if user is None else user
    for hop in _hops(program):
        for place in (hop, *hop.parents):
            try:
                state = place.stat()
            except OSError:
                continue
            if not _firm(place, state, own):
                return place
    return None


def _hops(program: Path) -> list[Path]:
    """The program as it is named, what its links lead to, and where it really is."""
    hops = [program]
    for _ in range(_LINKS):
        try:
            target = hops[-1].readlink()
        except OSError:
            break
        hops.append(Path(os.path.normpath(hops[-1].parent / target)))
    return [*hops, Path(os.path.realpath(program))]


def _firm(place: Path, state: os.stat_result, own: int) -> bool:
    if state.st_uid not in {0, own}:
        return False
    # In a sticky directory, as /tmp, nobody replaces what is another's.
    if stat.S_ISDIR(state.st_mode) and state.st_mode & stat.S_ISVTX:
        return True
    if state.st_mode & stat.S_IWOTH:
        return False
    return not state.st_mode & stat.S_IWGRP or _trusted(place, state.st_gid)


def _trusted(place: Path, group: int) -> bool:
    if group in {0, os.getegid()}:
        return True
    if not place.is_relative_to(_LOCAL):
        return False
    try:
        return grp.getgrgid(group).gr_name == _LOCAL_GROUP
    except KeyError:
        return False
