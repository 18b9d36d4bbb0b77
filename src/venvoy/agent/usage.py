"""Which prefixes processes work in, as far as this user may see.

A program, a working directory, an argument or a mapped library below a prefix
counts. An activated shell that only has the prefix in its PATH is not seen; a
command started by `venvoy run` is pinned and does not depend on this.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import psutil

_PROC = Path("/proc")


def prefixes_in_use(paths: Mapping[str, Iterable[Path]]) -> set[str]:
    """Return the keys whose directories are used by some process.

    Args:
        paths: for each key, directories that mean it (a prefix, a stable path).
            Blocks for some tens of milliseconds: call it in a thread.
    """
    wanted = {key: [str(path) for path in found] for key, found in paths.items()}
    used: set[str] = set()
    if not wanted:
        return used
    for process in psutil.process_iter(["pid", "exe", "cwd", "cmdline"]):
        if len(used) == len(wanted):
            break
        traces = list(_traces(process))
        for key, roots in wanted.items():
            if key not in used and any(_below(trace, root) for trace in traces for root in roots):
                used.add(key)
    return used


def _traces(process: psutil.Process) -> Iterator[str]:
    info = process.info
    yield from filter(None, (info["exe"], info["cwd"], *(info["cmdline"] or ())))
    try:
        maps = (_PROC / str(info["pid"]) / "maps").read_text(errors="surrogateescape")
    except OSError:  # gone, another user's, or no such file system
        return
    for line in maps.splitlines():
        _, slash, rest = line.partition("/")
        if slash:
            yield slash + rest


def _below(trace: str, root: str) -> bool:
    # An argument may carry a path in its middle, as in `--directory=/data/…`.
    trace, root = os.path.normcase(trace), os.path.normcase(root)
    start = trace.find(root)
    return start >= 0 and trace[start + len(root) : start + len(root) + 1] in {"", "/", "\\", ":"}
