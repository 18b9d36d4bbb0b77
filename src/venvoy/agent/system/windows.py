"""The names of `venvoy.agent.system` on Windows.

What could not be tried on a Windows machine is in docs/windows.md, as a list to try
by hand.
"""

import asyncio
import errno
import os
import shutil
import signal
import stat
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from venvoy.agent.system.junctions import Junctions as Pointers
from venvoy.agent.system.kernel32 import lock_first_byte
from venvoy.agent.system.paths import extended

__all__ = ["Pointers"]

SCRIPTS = "Scripts"
PYTHON = "Scripts/python.exe"
PIP_CONFIG = "pip.ini"

# <winbase.h>
_NEW_GROUP, _NO_WINDOW, _IDLE = 0x200, 0x0800_0000, 0x40


def flush_directory(path: Path) -> None:
    """Do nothing: NTFS journals the entries of directories."""


def give_way() -> None:
    """Do nothing: what only reads files waits for the disk most of the time."""


def flush(path: Path) -> None:
    """Refuse: only an administrator may flush a volume.

    Raises:
        OSError: always; what was not flushed is looked through after a power failure.
    """
    raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS), str(path))


def lock(descriptor: int, *, exclusive: bool) -> bool:
    """Lock an open file without waiting; whether that went well."""
    return lock_first_byte(descriptor, exclusive=exclusive)


def open_directory(path: Path) -> int | None:
    """Return None: the system refuses to move what is in use, which is lock enough."""
    del path
    return None


def lock_holders() -> dict[tuple[int, int], set[int]]:
    """Return nothing: who locks a file is not told."""
    return {}


def move(path: Path, to: Path, descriptor: int | None) -> bool:
    """Move a directory away; False if it is in use.

    A directory in which a file is open cannot be moved, the one that is locked here
    included. Whoever pins it between the two lines has it open.
    """
    if descriptor is not None:
        os.close(descriptor)
    try:
        path.rename(to)
    except PermissionError:
        return False
    return True


def remove_tree(path: Path, *, ignore_errors: bool = False) -> None:
    """Delete a directory with all that is in it."""

    def writable(_: Callable[..., Any], name: str, error: object) -> None:
        with suppress(OSError):
            Path(name).chmod(stat.S_IWRITE)
            Path(name).unlink()
            return
        if not ignore_errors:
            raise OSError(f"cannot delete {name}: {error}")

    shutil.rmtree(extended(str(path)), onerror=writable)


def start_options(*, nice: bool) -> Mapping[str, Any]:
    """Return how `asyncio` starts a child in a group of its own, without a window."""
    return {"creationflags": _NEW_GROUP | _NO_WINDOW | (_IDLE if nice else 0)}


def end_softly(pid: int) -> None:
    """End a child and all that it started: one without a console hears no request."""
    end_group(pid)


def end_group(pid: int) -> None:
    """End a child and all that it started; what outlives its parent is not found."""
    with suppress(psutil.Error):
        leader = psutil.Process(pid)
        for process in (*leader.children(recursive=True), leader):
            with suppress(psutil.Error):
                process.kill()


def members(pid: int, since: float) -> list[int]:
    """Return nothing: what outlives its parent is not found."""
    del pid, since
    return []


def on_stop(heard: Callable[[], None]) -> None:
    """Call `heard`, in the running loop, when somebody asks this process to end."""
    loop = asyncio.get_running_loop()
    for name in ("SIGINT", "SIGTERM", "SIGBREAK"):
        number = getattr(signal, name, None)
        if number is not None:
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(heard))


def become(program: str, command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run a command as a child and return its exit code; Ctrl-C is the child's to answer.

    Raises:
        OSError: it cannot be run.
    """
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return subprocess.run([program, *command[1:]], env=environment, check=False).returncode
    finally:
        signal.signal(signal.SIGINT, before)


def own_user() -> int:
    """Return 1: there is no number of a user, and whether programs are safe is not checked."""
    return 1


def weak_point(program: Path, user: int | None = None) -> Path | None:
    """Return None: access lists are not judged."""
    del program, user
    return None
