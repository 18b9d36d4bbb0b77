"""What a build sees of the gateway: bytes, files, the last sign of life, problems.

A watch is opened for a lock before its build starts and closed when it is done. While
it is open the gateway knows the lock's files by their hashes (size, path, address)
and counts for it. Counting costs a dictionary access per chunk; sums are made when
somebody looks.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from venvoy.domain.lock import Lock, LockedFile
from venvoy.index.problem import Problem

_PROBLEMS_KEPT = 100


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts of a watch at one moment.

    Attributes:
        bytes_total: sum of the sizes of the files asked for so far; it grows while uv
            is still asking.
        bytes_received: of those, bytes that are here.
        files_total: files asked for so far.
        files_done: of those, files that are here and checked.
        last_activity: `time.monotonic()` of the last request or byte.
    """

    bytes_total: int
    bytes_received: int
    files_total: int
    files_done: int
    last_activity: float


@dataclass(slots=True)
class _Count:
    size: int
    received: int = 0
    done: bool = False


@dataclass(eq=False)
class Watch:
    """One build's view; close it, or use it as a context manager.

    Attributes:
        files: the lock's files by sha256; empty for a watch of everything.
        everything: whether it counts all that passes through the gateway.
    """

    files: dict[str, LockedFile]
    everything: bool
    _close: Callable[["Watch"], None]
    _counts: dict[str, _Count] = field(default_factory=dict)
    _problems: deque[Problem] = field(default_factory=lambda: deque(maxlen=_PROBLEMS_KEPT))
    _last_activity: float = field(default_factory=time.monotonic)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The last hundred problems of this build, the oldest first."""
        return tuple(self._problems)

    def progress(self) -> Progress:
        """Return the counts of this moment."""
        counts = self._counts.values()
        return Progress(
            bytes_total=sum(max(count.size, count.received) for count in counts),
            bytes_received=sum(count.received for count in counts),
            files_total=len(counts),
            files_done=sum(count.done for count in counts),
            last_activity=self._last_activity,
        )

    def close(self) -> None:
        """Stop counting; files that only this build needed may be dropped."""
        self._close(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def touch(self) -> None:
        """Note a sign of life."""
        self._last_activity = time.monotonic()

    def count(self, sha256: str, size: int, received: int, *, done: bool) -> None:
        """Note how much of a file is here."""
        known = self._counts.setdefault(sha256, _Count(size))
        known.size = size or known.size
        known.received, known.done = received, done
        self.touch()

    def note(self, problem: Problem) -> None:
        """Keep a problem."""
        self._problems.append(problem)


class Watches:
    """The watches that are open.

    Args:
        on_idle: called with the hashes that no open watch names any more.
    """

    def __init__(self, on_idle: Callable[[set[str]], None]) -> None:
        self._open: set[Watch] = set()
        self._on_idle = on_idle

    def open(self, lock: Lock | None) -> Watch:
        """Open a watch for a lock's files, or for everything."""
        files = {} if lock is None else {file.sha256: file for file in _files(lock)}
        watch = Watch(files, lock is None, self._closed)
        self._open.add(watch)
        return watch

    def file(self, sha256: str) -> LockedFile | None:
        """Return what some open watch's lock says of a file."""
        for watch in self._open:
            if sha256 in watch.files:
                return watch.files[sha256]
        return None

    def count(self, sha256: str, size: int | None, received: int, *, done: bool = False) -> None:
        """Count a file for the watches that name it; a sign of life for all others."""
        for watch in self._open:
            if watch.everything or sha256 in watch.files:
                watch.count(sha256, size or 0, received, done=done)
            elif not self.file(sha256):
                watch.touch()

    def touch(self) -> None:
        """Note a sign of life that belongs to no file."""
        for watch in self._open:
            watch.touch()

    def note(self, problem: Problem) -> None:
        """Give a problem to the builds that it concerns.

        A problem of a file goes to the watches that name it; of a page, or of a file
        that no lock names (pip for a new prefix), to all, for uv may fail by it.
        """
        owned = bool(problem.sha256 and self.file(problem.sha256))
        for watch in self._open:
            if not owned or watch.everything or problem.sha256 in watch.files:
                watch.note(problem)

    def _closed(self, watch: Watch) -> None:
        if watch in self._open:
            self._open.discard(watch)
            self._on_idle({sha256 for sha256 in watch.files if not self.file(sha256)})


def _files(lock: Lock) -> Iterable[LockedFile]:
    return (file for package in lock.packages for file in package.files)
