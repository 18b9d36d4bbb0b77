"""The names of `venvoy.agent.system` on Linux and other POSIX systems."""

import ctypes
import fcntl
import os
import secrets
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from venvoy.domain.errors import Conflict

assert sys.platform != "win32"  # noqa: S101 - tells type checkers where this is

SCRIPTS = "bin"
PYTHON = "bin/python"
PIP_CONFIG = "pip.conf"
_PR_SET_PDEATHSIG = 1


class Pointers:
    """`Links` by symlink: relative, so that the data directory may be mounted elsewhere."""

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


def give_way() -> None:
    """Give this thread the lowest priority; only Linux has one for each thread."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 19)


def lock(descriptor: int, *, exclusive: bool) -> bool:
    """Lock an open file without waiting; whether that went well.

    The lock belongs to the open file (flock): it is inherited over exec and vanishes
    with the last process that has it.
    """
    kind = fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def open_directory(path: Path) -> int | None:
    """Return a descriptor that can be locked, None where directories have none."""
    return os.open(path, os.O_RDONLY)


def move(path: Path, to: Path, descriptor: int | None) -> bool:
    """Move a directory away and close what locks it; False if it is in use."""
    try:
        path.rename(to)
        flush_directory(path.parent)
    finally:
        if descriptor is not None:
            os.close(descriptor)
    return True


def remove_tree(path: Path, *, ignore_errors: bool = False) -> None:
    """Delete a directory with all that is in it."""
    shutil.rmtree(path, ignore_errors=ignore_errors)


def start_options(*, nice: bool) -> Mapping[str, Any]:
    """Return how `asyncio` starts a child that leads a group and dies with this process."""
    return {"process_group": 0, "preexec_fn": _before_exec(nice=nice)}


def end_softly(pid: int) -> None:
    """Ask a child and all that it started to end."""
    _signal_group(pid, signal.SIGTERM)


def end_group(pid: int) -> None:
    """End a child and all that it started, also where the child itself is gone.

    A group's id is not given to a new process while one of its members lives.
    """
    _signal_group(pid, signal.SIGKILL)


def members(pid: int, since: float) -> list[int]:
    """Return the processes of a child's group.

    Args:
        pid: of the child, which may be gone.
        since: POSIX seconds; older ones are others' that got the number later.
    """
    import psutil  # noqa: PLC0415 - `venvoy run` needs it not, and starts quickly

    found = []
    for process in psutil.process_iter(["pid", "create_time"]):
        with suppress(ProcessLookupError, PermissionError):
            member = os.getpgid(process.pid) == pid
            if member and process.info["create_time"] >= since - 1:
                found.append(process.pid)
    return found


def on_stop(heard: Callable[[], None]) -> None:
    """Call `heard`, in the running loop, when somebody asks this process to end."""
    import asyncio  # noqa: PLC0415 - as psutil above

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, heard)


def become(program: str, command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Become a command: exit code, terminal and signals are its own. Never returns.

    Raises:
        OSError: it cannot be run.
    """
    os.execve(program, [*command], environment)  # noqa: S606 - no shell wanted


def own_user() -> int:
    """Return whom this process runs as; 0 may change everything."""
    return os.geteuid()


def _signal_group(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def _before_exec(*, nice: bool) -> Callable[[], None]:
    """What the child does to itself before it becomes the program."""
    parent = os.getpid()
    prctl = ctypes.CDLL(None, use_errno=True).prctl if sys.platform == "linux" else None

    def prepare() -> None:
        if prctl is not None:
            prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            if os.getppid() != parent:  # the agent died before the line above
                os._exit(1)
        if nice:
            os.nice(19)

    return prepare
