"""The log store: every line of every operation, live and kept.

Guarantees: lines are in order and without gaps (but for a middle that was cut and
says so), whatever is shipped twice or late; what was acknowledged survives a kill;
a reader that follows sees every line once. Whose lines they are is checked by
`venvoy.controller.shipments`, how long they are kept by `venvoy.controller.retention`.
"""

import asyncio
import re
from collections import OrderedDict, defaultdict
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from weakref import WeakValueDictionary

from venvoy.controller.boundary import bounded_time
from venvoy.controller.files import file_error
from venvoy.controller.logfile import LogFile
from venvoy.domain.cause import Step
from venvoy.domain.errors import NotFound
from venvoy.domain.logcut import continuation
from venvoy.domain.logtext import clean
from venvoy.wire.messages import LogLine
from venvoy.wire.operations import LogPage

LIMIT_BYTES = 20_000_000
_OPEN_FILES = 512
_PAGE = 1_000
_ID = re.compile(r"[0-9a-f-]{36}", re.ASCII)

Result = TypeVar("Result")
Clock = Callable[[], datetime]


class LogStore:
    """Logs by operation id, one file each.

    Args:
        directory: where the files are; made by `prepare`.
        limit: bytes of one log before its middle is cut.
        clock: the time of lines that the controller writes itself.
    """

    def __init__(
        self,
        directory: Path,
        *,
        limit: int = LIMIT_BYTES,
        clock: Clock = lambda: datetime.now(UTC),
    ) -> None:
        self._directory = directory
        self._limit = limit
        self._clock = clock
        self._known: OrderedDict[str, LogFile] = OrderedDict()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._followers: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    async def prepare(self) -> None:
        """Make the directory, prove that it can be written, drop half-done cuts.

        Raises:
            Unavailable: `controller-disk-full`, `controller-directory-read-only`
                or `controller-file-failed`.
        """
        await asyncio.to_thread(self._prepare)

    async def append(self, operation: str, lines: Sequence[LogLine], *, final: bool = False) -> int:
        """Keep what continues the log, ignore what is held, stop at a hole.

        Args:
            operation: an operation id that the caller has checked.
            lines: in the order of their sequences.
            final: whether these are the operation's last; ignored after a hole.

        Returns:
            The sequence that is wanted next.

        Raises:
            Unavailable: the disk failed; ship again from what is wanted then.
        """

        def work(log: LogFile) -> int:
            fresh = continuation(log.next, [line.sequence for line in lines])
            complete = not lines or lines[-1].sequence < log.next + len(fresh)
            log.append([_harmless(lines[index]) for index in fresh], final=final and complete)
            return log.next

        return await self._changed(operation, work)

    async def write(self, operation: str, step: Step, texts: Iterable[str]) -> None:
        """Add lines of the controller's own work, numbered and timed here.

        Raises:
            Unavailable: the disk failed.
        """
        now, kept = self._clock(), [clean(text) for text in texts]

        def work(log: LogFile) -> None:
            numbered = enumerate(kept, log.next)
            log.append([LogLine(sequence=n, at=now, step=step, text=text) for n, text in numbered])

        await self._changed(operation, work)

    async def close(self, operation: str) -> None:
        """Say that no line will come any more; repeating it changes nothing.

        Raises:
            Unavailable: the disk failed.
        """
        await self._changed(operation, lambda log: log.append([], final=True))

    async def page(self, operation: str, *, since: int = 0, limit: int = _PAGE) -> LogPage:
        """Return lines from sequence `since` on; an unknown log is an empty one.

        Raises:
            Unavailable: the disk failed.
        """

        def work(log: LogFile) -> LogPage:
            lines = log.read(since, limit)
            following = lines[-1].sequence + 1 if lines else max(since, 0)
            ended = log.final and following >= log.next
            return LogPage(lines=lines, next=following, ended=ended, cut=log.cut)

        return await self._with(operation, work)

    async def follow(self, operation: str, *, since: int = 0) -> AsyncGenerator[LogPage, None]:
        """Yield pages as lines come, until the log has ended; empty pages are left out.

        Raises:
            Unavailable: the disk failed.
        """
        news = asyncio.Event()
        self._followers[operation].add(news)
        try:
            while True:
                news.clear()
                page = await self.page(operation, since=since)
                since = page.next
                if page.lines or page.ended:
                    yield page
                if page.ended:
                    return
                if not page.lines:
                    await news.wait()
        finally:
            self._followers[operation].discard(news)
            if not self._followers[operation]:
                del self._followers[operation]

    async def operations(self) -> dict[str, datetime]:
        """Return the ids of all kept logs, each with the time of its last line."""
        return await asyncio.to_thread(self._list)

    async def remove(self, operation: str) -> None:
        """Forget a log; one that is not there is gone already.

        Raises:
            Unavailable: the disk failed.
        """
        path = self._path(operation)
        async with self._lock(operation):
            self._known.pop(operation, None)
            await self._guarded(path, lambda: path.unlink(missing_ok=True))

    async def _changed(self, operation: str, work: Callable[[LogFile], Result]) -> Result:
        result = await self._with(operation, work)
        for follower in self._followers.get(operation, ()):
            follower.set()
        return result

    async def _with(self, operation: str, work: Callable[[LogFile], Result]) -> Result:
        """Run `work` in a thread on the operation's file, nobody else at the same time."""
        path = self._path(operation)
        async with self._lock(operation):
            # Out of the table while it changes: after a failure the file is read again.
            known = self._known.pop(operation, None)

            def opened() -> tuple[LogFile, Result]:
                log = known or LogFile.open(path, self._limit)
                return log, work(log)

            log, result = await self._guarded(path, opened)
            self._known[operation] = log
            if len(self._known) > _OPEN_FILES:
                self._known.popitem(last=False)
            return result

    async def _guarded(self, path: Path, work: Callable[[], Result]) -> Result:
        # Shielded: a cancelled caller must not free the file while a thread still writes.
        task = asyncio.ensure_future(asyncio.to_thread(work))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            await asyncio.wait([task])
            raise
        except OSError as error:
            raise file_error(error, path) from error

    def _lock(self, operation: str) -> asyncio.Lock:
        return self._locks.setdefault(operation, asyncio.Lock())

    def _path(self, operation: str) -> Path:
        if not _ID.fullmatch(operation):
            raise NotFound("operation-not-found", operation=operation[:80])
        return self._directory / f"{operation}.jsonl"

    def _prepare(self) -> None:
        probe = self._directory / ".writable"
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            probe.write_bytes(b"x")
            probe.unlink()
            for left_over in self._directory.glob("*.cut"):
                left_over.unlink()
        except OSError as error:
            raise file_error(error, self._directory) from error

    def _list(self) -> dict[str, datetime]:
        files = self._directory.glob("*.jsonl")
        return {file.stem: datetime.fromtimestamp(file.stat().st_mtime, UTC) for file in files}


def _harmless(line: LogLine) -> LogLine:
    return line.model_copy(update={"text": clean(line.text), "at": bounded_time(line.at)})
