"""One run of uv: its lines as they come, and no process left behind.

On Linux the process dies with the controller (see `venvoy.bus.launch`); it has a
process group of its own, which a cancellation or a time limit ends as a whole. No
shell is involved.
"""

import asyncio
import contextlib
import errno
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from venvoy.bus import launch

_KEPT_LINES = 2000
_LINE_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended.

    Attributes:
        code: exit code, negative for a signal.
        lines: what it said on stderr; only the last 2,000 lines.
    """

    code: int
    lines: tuple[str, ...]


async def run(
    program: Sequence[str],
    *,
    directory: Path,
    environment: Mapping[str, str],
    on_line: Callable[[str], None],
) -> Ended:
    """Run a program to its end.

    Args:
        program: absolute path and arguments.
        directory: where it runs.
        environment: all of it.
        on_line: hears each line of stderr; stdout is dropped.

    Raises:
        OSError: the program cannot be started.
    """
    if not Path(program[0]).is_file():  # what starts it on Linux would say so too late
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), program[0])
    process = await asyncio.create_subprocess_exec(
        *_tied(program),
        cwd=directory,
        env=dict(environment),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        limit=_LINE_BYTES,
        start_new_session=True,
    )
    try:
        lines = await _lines(process, on_line)
        return Ended(await process.wait(), lines)
    finally:
        await asyncio.shield(_end(process))


def _tied(program: Sequence[str]) -> list[str]:
    if sys.platform != "linux":
        return list(program)
    return [sys.executable, "-I", "-S", launch.__file__, str(os.getpid()), *program]


async def _lines(
    process: asyncio.subprocess.Process, on_line: Callable[[str], None]
) -> tuple[str, ...]:
    lines: deque[str] = deque(maxlen=_KEPT_LINES)
    if process.stderr is None:
        raise RuntimeError("stderr is piped")
    while True:
        try:
            data = await process.stderr.readline()
        except ValueError:  # longer than the limit; asyncio has dropped it
            continue
        if not data:
            return tuple(lines)
        line = data.decode("utf-8", "replace").rstrip("\r\n")
        lines.append(line)
        on_line(line)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            if sys.platform == "win32":
                process.kill()
            else:
                os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
