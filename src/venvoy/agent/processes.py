"""Child processes that cannot be lost: their lines, their silence and their end.

A child gets a process group of its own, which is ended as a whole; on Linux it also
dies with the agent (PR_SET_PDEATHSIG). Both of its streams are read line by line,
made harmless, and handed on as they come. A child that prints nothing while nothing
else moves for too long is ended. No shell is involved anywhere.
"""

import asyncio
import codecs
import re
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psutil

from venvoy.agent.system import end_group, end_softly, members, start_as, start_options
from venvoy.domain.logtext import LIMIT, clean

_CHUNK = 65_536
_GRACE_S = 3.0
_KEPT_LINES = 400
_BREAKS = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Command:
    """What to run.

    Attributes:
        argv: the program's absolute path and its arguments.
        environment: all of it; nothing is inherited.
        directory: where it runs.
        nice: whether it should yield to everything else.
        user: whom it runs as; None for this process' own user.
    """

    argv: tuple[str, ...]
    environment: Mapping[str, str]
    directory: Path
    nice: bool = False
    user: str | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended.

    Attributes:
        code: its exit code, negative for a signal.
        lines: the last lines of both streams.
        stalled: whether it was ended for its silence.
    """

    code: int
    lines: tuple[str, ...]
    stalled: bool = False


@dataclass(frozen=True, slots=True)
class Watch:
    """When silence is too long.

    Attributes:
        seconds: without a line and without a change of `activity`.
        activity: a number that moves while work moves that prints nothing.
    """

    seconds: float
    activity: Callable[[], int] = lambda: 0


class Children(Protocol):
    """Keeps account of the groups that run, for the start after a kill."""

    def child_started(self, pid: int, created: float) -> None:
        """A group runs."""

    def child_ended(self, pid: int) -> None:
        """A group has ended."""


OnLine = Callable[[str], None]


class Splitter:
    """Cuts a stream of bytes into harmless lines of at most `LIMIT` characters."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""

    def feed(self, data: bytes) -> list[str]:
        """Return the lines that are whole now; empty ones are left out."""
        *whole, rest = _BREAKS.split(self._rest + self._decoder.decode(data))
        # What is beyond the limit is dropped now, so that a stream without a line
        # break cannot fill the memory.
        self._rest = rest[: LIMIT + 1]
        return [line for line in map(clean, whole) if line]

    def finish(self) -> list[str]:
        """Return what stands after the last line break."""
        rest, self._rest = clean(self._rest + self._decoder.decode(b"", final=True)), ""
        return [rest] if rest else []


async def run(
    command: Command, on_line: OnLine, children: Children, watch: Watch | None = None
) -> Ended:
    """Run a child to its end; cancellation ends its whole group first.

    Raises:
        OSError: the program could not be started.
    """
    process = await _start(command)
    kept: deque[str] = deque(maxlen=_KEPT_LINES)
    last = _Moment()

    def line_came(line: str) -> None:
        kept.append(line)
        last.touch()
        on_line(line)

    ended = asyncio.ensure_future(_read(process, line_came))
    try:
        children.child_started(process.pid, _created(process.pid))
        stalled = await _until_ended(ended, last, watch)
        if not stalled:
            await ended
    finally:
        ended.cancel()
        await _end_group(process)
        children.child_ended(process.pid)
    return Ended(process.returncode or 0, tuple(kept), stalled)


async def capture(command: Command, limit: int = 2**20) -> tuple[int, bytes]:
    """Run a short child and return its exit code and what it printed to stdout.

    Args:
        command: ends by itself within seconds; not accounted for.
        limit: bytes; a child that prints more is ended.
    """
    process = await _start(command, stderr=asyncio.subprocess.DEVNULL)
    try:
        assert process.stdout is not None  # noqa: S101 - asked for as a pipe
        data = b""
        while len(data) < limit and (more := await process.stdout.read(_CHUNK)):
            data += more
        if len(data) < limit:
            await process.wait()
    finally:
        await _end_group(process)
    return process.returncode or 0, data[:limit]


class _Moment:
    """The time of the last sign of life."""

    def __init__(self) -> None:
        self.at = 0.0
        self.touch()

    def touch(self) -> None:
        self.at = asyncio.get_running_loop().time()


async def _start(
    command: Command, stderr: int = asyncio.subprocess.STDOUT
) -> asyncio.subprocess.Process:
    options = dict(start_options(nice=command.nice))
    if command.user is not None:
        options |= start_as(command.user)
    return await asyncio.create_subprocess_exec(
        *command.argv,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=stderr,
        env=dict(command.environment),
        cwd=command.directory,
        **options,
    )


async def _read(process: asyncio.subprocess.Process, on_line: OnLine) -> None:
    assert process.stdout is not None  # noqa: S101 - asked for as a pipe
    splitter = Splitter()
    while data := await process.stdout.read(_CHUNK):
        for line in splitter.feed(data):
            on_line(line)
    for line in splitter.finish():
        on_line(line)
    await process.wait()


async def _until_ended(ended: "asyncio.Future[None]", last: _Moment, watch: Watch | None) -> bool:
    """Wait for the end, or for too long a silence; True is the latter."""
    if watch is None:
        await asyncio.wait([ended])
        return False
    loop = asyncio.get_running_loop()
    seen = watch.activity()
    while not ended.done():
        await asyncio.wait([ended], timeout=min(1.0, watch.seconds / 4))
        if (now := watch.activity()) != seen:
            seen = now
            last.touch()
        if not ended.done() and loop.time() - last.at >= watch.seconds:
            return True
    return False


async def _end_group(process: asyncio.subprocess.Process) -> None:
    """End what is left of the group: politely, then not; at once if cancelled again."""
    try:
        if process.returncode is None:
            end_softly(process.pid)
            with suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), _GRACE_S)
    finally:
        # Grandchildren may outlive the leader, and a group's id is not given to a
        # new process while one does.
        end_group(process.pid)
    await process.wait()


def _created(pid: int) -> float:
    try:
        return float(psutil.Process(pid).create_time())
    except psutil.Error:
        return 0.0


def end_leftovers(children: Sequence[tuple[int, float]]) -> list[int]:
    """Kill the process groups that a killed agent left behind.

    Args:
        children: (pid, creation time) from the journal.

    Returns:
        The pids of the leaders whose groups were killed.
    """
    ended = []
    for pid, created in children:
        # A leader that is gone may have left its group; one with another creation
        # time is a stranger that got the number later, and is left alone.
        now = _created(pid)
        left = [] if now else members(pid, created)
        if (now and abs(now - created) < 1) or left:
            end_group(pid)
            ended.append(pid)
    return ended


def tail(lines: Sequence[str], count: int = 20) -> tuple[str, ...]:
    """Return the last lines, as many as a cause's evidence may have."""
    return tuple(lines[-count:])
