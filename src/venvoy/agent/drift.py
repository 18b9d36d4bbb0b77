"""Watches the live prefixes of this node for what is done to them by hand.

When a build goes live, its packages are noted (they were checked a moment before); when
it is flushed and compiled, all its files are read once, and what differs from RECORD by
then is the wheel's own fault and noted too. Later the packages are looked at every half
minute, the sizes of files every hour, all contents every night and on demand. What is
found is kept (`venvoy.agent.findings`), and becomes the state of the replica (`ready` or
`drifted`) and an observation (`venvoy.agent.observer`). One thread of the lowest priority
does it all.
"""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TypeVar

from venvoy.agent import log
from venvoy.agent.baselines import baseline_of, document_of
from venvoy.agent.findings import found_in_files, note_findings, sharing
from venvoy.agent.journal import BuildRow, Journal
from venvoy.agent.observer import Observer
from venvoy.agent.prefix_scan import PrefixScan, Stopped
from venvoy.agent.reporter import Reporter
from venvoy.agent.system import give_way
from venvoy.domain.drift import (
    Baseline,
    Finding,
    Kind,
    Mark,
    Observation,
    compare,
    night_passed,
    together,
)
from venvoy.domain.errors import VenvoyError
from venvoy.domain.retention import Phase
from venvoy.domain.state import ReplicaState

_Result = TypeVar("_Result")
_SHOWS = {ReplicaState.READY, ReplicaState.DRIFTED}
_AFTER_SWITCH_S = 20.0
"""So long are the files of a new build left to its flush and compilation."""


@dataclass(slots=True)
class _Watched:
    scan: PrefixScan
    since: float
    sizes_at: float
    files: list[Finding] = field(default_factory=list)
    found: tuple[Finding, ...] = ()


class Drift:
    """The watch.

    Attributes:
        node: this node's id; it decides when all is read.
        turn: held while a prefix is looked at.

    Args:
        journal: keeps the baselines.
        reporter: told of states.
        observer: told of what is seen.
        every_s, sizes_s: seconds between two looks at packages, and at sizes.
        now: seconds since 1970.
    """

    def __init__(
        self,
        node: str,
        journal: Journal,
        reporter: Reporter,
        observer: Observer,
        *,
        every_s: float,
        sizes_s: float,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.node = node
        self._journal = journal
        self._reporter = reporter
        self._observer = observer
        self._every_s = every_s
        self._sizes_s = sizes_s
        self._now = now
        self._stop = threading.Event()
        self._thread = ThreadPoolExecutor(1, "drift", initializer=give_way)
        self._watched: dict[str, _Watched] = {}
        self.turn = asyncio.Lock()

    async def run(self) -> None:
        """Watch until cancelled."""
        try:
            while True:
                await self.look()
                await asyncio.sleep(self._every_s)
        finally:
            self._stop.set()
            self._thread.shutdown(wait=False, cancel_futures=True)

    async def look(self) -> None:
        """Look at every live prefix once: packages first, then files where it is time."""
        try:
            live = [row for row in self._journal.builds() if row.build.phase is Phase.LIVE]
            there = {row.build.id for row in live}
            self._watched = {id_: each for id_, each in self._watched.items() if id_ in there}
            self._observer.keep({row.environment for row in live})
            for row in live:
                await self._guarded(row, self._packages)
            for row in live:
                await self._guarded(row, self._files)
        except sqlite3.Error as error:
            log.warning("drift-not-looked-at", reason=str(error))

    async def verify(self, row: BuildRow) -> tuple[Finding, ...]:
        """Read all files of a live build now and return how it differs.

        The controller is told of it, if it can be, before this returns.

        Raises:
            OSError: the prefix cannot be read.
            sqlite3.Error: the journal refuses.
        """
        stop = threading.Event()
        try:
            async with self.turn:
                await self._packages(row)
                await self._read(row, PrefixScan(row.path, stop))
        finally:
            stop.set()
        with suppress(VenvoyError):
            await self._observer.flush()
        watched = self._watched.get(row.build.id)
        return watched.found if watched else ()

    async def _guarded(self, row: BuildRow, look: Callable[[BuildRow], Awaitable[None]]) -> None:
        try:
            async with self.turn:
                await look(row)
        except (OSError, ValueError) as error:
            log.warning("drift-not-looked-at", path=str(row.path), reason=str(error))
        except Stopped:
            return

    async def _packages(self, row: BuildRow) -> None:
        """Compare the packages, or note them where that was not done yet."""
        watched = self._watched.get(row.build.id)
        if watched is None:
            now = self._now()
            scan = PrefixScan(row.path, self._stop)
            files = found_in_files(self._journal, row.build.id)
            watched = self._watched[row.build.id] = _Watched(scan, now, now, files)
        seen = await self._in_thread(watched.scan.packages)
        baseline = baseline_of(self._journal, row.build.id)
        if baseline is None:
            baseline = Baseline(seen)
            self._journal.remember_baseline(row.build.id, document_of(baseline))
        findings = together(compare(baseline.packages, seen), watched.files)
        watched.found = findings
        if note_findings(self._journal, row.build.id, watched.files, findings):
            await self._note_sharing(row, watched.files)
        packages = tuple(seen[name] for name in sorted(seen))
        self._tell(row, Observation(packages, findings))

    async def _note_sharing(self, row: BuildRow, files: list[Finding]) -> None:
        """Note the findings with prefixes that are not live and have the very same files."""
        others = [each for each in self._journal.builds() if each.build.phase is Phase.COMPLETE]
        for build, found in (await self._in_thread(lambda: sharing(row, files, others))).items():
            note_findings(self._journal, build, found, found)

    async def _files(self, row: BuildRow) -> None:
        watched, now = self._watched.get(row.build.id), self._now()
        baseline = baseline_of(self._journal, row.build.id)
        if watched is None or baseline is None:
            return
        if baseline.marks is None:
            if now - watched.since < _AFTER_SWITCH_S:
                return
            await self._read(row, watched.scan)
        elif night_passed(baseline.read_at, now, self.node):
            await self._read(row, watched.scan)
        elif now - watched.sizes_at >= self._sizes_s:
            await self._sizes(row, watched, baseline.marks)

    async def _read(self, row: BuildRow, scan: PrefixScan) -> None:
        """Read all files; the first time, what differs is the wheels' own."""
        watched, now = self._watched[row.build.id], self._now()
        baseline = baseline_of(self._journal, row.build.id) or Baseline({})
        if baseline.marks is None:
            baseline = replace(baseline, marks=await self._in_thread(scan.marks))
        else:
            marks = dict(baseline.marks)
            watched.files = await self._in_thread(lambda: scan.files(marks, read=True))
        watched.sizes_at = now
        self._journal.remember_baseline(row.build.id, document_of(replace(baseline, read_at=now)))
        await self._packages(row)

    async def _sizes(self, row: BuildRow, watched: _Watched, marks: Mapping[str, Mark]) -> None:
        """Look at sizes, which say nothing of contents: what was read before stays found."""
        found = await self._in_thread(lambda: watched.scan.files(marks, read=False))
        watched.sizes_at = self._now()
        known = {(each.package, each.path) for each in found}
        kept = [each for each in watched.files if each.kind is Kind.EDITED]
        watched.files = found + [each for each in kept if (each.package, each.path) not in known]
        await self._packages(row)

    async def _in_thread(self, work: Callable[[], _Result]) -> _Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _tell(self, row: BuildRow, seen: Observation) -> None:
        replica = self._journal.replica(row.environment)
        if replica is None or replica.live != row.build.id:
            return  # another one went live meanwhile
        self._observer.saw(row.environment, replica.live_revision, seen)
        status = self._reporter.newest(row.environment)
        if status is None or status.state not in _SHOWS or status.removed:
            return
        state = ReplicaState.DRIFTED if seen.findings else ReplicaState.READY
        if status.state is not state:
            log.info("drift", path=str(row.path), state=state, count=len(seen.findings))
            news = {"state": state, "cause": status.cause if seen.findings else None}
            told = self._reporter.report(status.model_copy(update=news))
            with suppress(sqlite3.Error):
                self._journal.note(row.environment, told.model_dump_json())
