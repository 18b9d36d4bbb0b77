"""Which prefixes processes work in, as far as this user may see.

A program, a working directory, an argument or a mapped library below a prefix counts, a
pin that a command of `venvoy run` holds, and of an interpreter the virtual environment
that was activated for it. What others' processes do is seen in part only, unless this
user is root; a command started by `venvoy run` is pinned and does not depend on this.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from venvoy.agent import pins
from venvoy.domain.running import is_interpreter

_PROC = Path("/proc")
_ACTIVE = "VIRTUAL_ENV"
_SEEN = ["pid", "ppid", "exe", "cwd", "cmdline", "create_time"]


@dataclass(frozen=True, slots=True)
class Seen:
    """One process, and what it works in.

    Attributes:
        parent: pid of the process that started it, if that still lives.
        executable: its path, empty where it may not be seen.
        arguments: its command line; not to be shown to anybody.
        user: empty where it is not known.
        started: POSIX seconds.
        keys: of the directories that it works in.
    """

    pid: int
    parent: int
    executable: str
    arguments: tuple[str, ...]
    user: str
    started: float
    keys: frozenset[str]


def prefixes_in_use(paths: Mapping[str, Iterable[Path]]) -> set[str]:
    """Return the keys whose directories are used by some process.

    Args:
        paths: for each key, directories that mean it (a prefix, a stable path).
            Blocks for some tens of milliseconds: call it in a thread.
    """
    used: set[str] = set()
    wanted = {key: tuple(found) for key, found in paths.items()}
    for seen in processes_in(wanted):
        used |= seen.keys
        if len(used) == len(wanted):
            break
    return used


def processes_in(paths: Mapping[str, Iterable[Path]]) -> Iterator[Seen]:
    """Yield the processes that work in directories; blocks, as `prefixes_in_use`."""
    wanted = {key: [os.path.normcase(path) for path in found] for key, found in paths.items()}
    if not wanted:
        return
    common = _common([root for roots in wanted.values() for root in roots])
    held = pins.holders({key: [Path(root) for root in roots] for key, roots in wanted.items()})
    for process in psutil.process_iter(_SEEN):
        info = process.info
        traces = {trace for each in _traces(process) if common in (trace := os.path.normcase(each))}
        keys = frozenset(
            key
            for key, roots in wanted.items()
            if info["pid"] in held.get(key, ())
            or any(_below(trace, root) for trace in traces for root in roots)
        )
        if keys:
            yield Seen(
                info["pid"],
                info["ppid"] or 0,
                info["exe"] or "",
                tuple(info["cmdline"] or ()),
                _user(process),
                info["create_time"] or 0.0,
                keys,
            )


def _user(process: psutil.Process) -> str:
    # A directory service may be asked for the name: only for those that are shown.
    with suppress(psutil.Error, OSError):
        return process.username()
    return ""


def _traces(process: psutil.Process) -> Iterator[str]:
    info = process.info
    yield from filter(None, (info["exe"], info["cwd"], *(info["cmdline"] or ())))
    program = info["exe"] or next(iter(info["cmdline"] or ()), "")
    if is_interpreter(os.path.basename(program)):  # noqa: PTH119 - text of any kind
        with suppress(psutil.Error, OSError):
            yield process.environ().get(_ACTIVE, "")
    try:
        maps = (_PROC / str(info["pid"]) / "maps").read_text(errors="surrogateescape")
    except OSError:  # gone, another user's, or no such file system
        return
    for line in maps.splitlines():
        _, slash, rest = line.partition("/")
        if slash:
            yield slash + rest


def _common(roots: list[str]) -> str:
    """Return what all of them begin with; most traces hold it nowhere."""
    try:
        return os.path.commonpath(roots)
    except ValueError:  # on several drives
        return ""


def _below(trace: str, root: str) -> bool:
    # An argument may carry a path in its middle, as in `--directory=/data/…`.
    start = trace.find(root)
    return start >= 0 and trace[start + len(root) : start + len(root) + 1] in {"", "/", "\\", ":"}
