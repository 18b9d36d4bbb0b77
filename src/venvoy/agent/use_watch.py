"""Looks now and then which processes work in which environments of this node.

A process that works in a prefix works with its revision. One that was started through the
stable path works with what was live when it began, and so do those that it became by
forking. The agent's own children, such as builds and checks, are nobody's use.

A look reads what the system tells of every process; however many there are, looks take a
fiftieth of one processor at most, in a thread of the lowest priority.
"""

import asyncio
import sqlite3
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import psutil

from venvoy.agent import log
from venvoy.agent.journal import BuildRow, Journal, ReplicaRow
from venvoy.agent.prefix import Layout
from venvoy.agent.reigns import reigns_of
from venvoy.agent.system import give_way
from venvoy.agent.usage import Seen, processes_in
from venvoy.agent.use_report import UseReport
from venvoy.domain.logtext import clean
from venvoy.domain.running import MOST_TEXT, Reign, program_of, reign_at
from venvoy.wire.usage import (
    MOST_OF_REPLICA,
    MOST_PROCESSES,
    ProcessFact,
    ReplicaUse,
    RevisionUse,
)

_SHARE = 50


class UseWatch:
    """The watch.

    Args:
        report: told of each look.
        every_s: seconds between two looks, at least.
    """

    def __init__(
        self, layout: Layout, journal: Journal, report: UseReport, *, every_s: float
    ) -> None:
        self._layout = layout
        self._journal = journal
        self._report = report
        self._every_s = every_s
        self._thread = ThreadPoolExecutor(1, "use", initializer=give_way)

    async def run(self) -> None:
        """Look until cancelled."""
        try:
            while True:
                begun = time.monotonic()
                try:
                    await self.look()
                except (OSError, psutil.Error, sqlite3.Error) as error:
                    log.warning("use-not-looked-at", reason=str(error))
                await asyncio.sleep(max(self._every_s, (time.monotonic() - begun) * _SHARE))
        finally:
            self._thread.shutdown(wait=False, cancel_futures=True)

    async def look(self) -> None:
        """Look once and tell what is seen."""
        builds, replicas = self._journal.builds(), self._journal.replicas()
        reigns = {each.environment: reigns_of(self._journal, each.environment) for each in replicas}
        paths = {row.build.id: [row.path] for row in builds}
        there = {row.environment for row in builds}
        paths |= {
            each.environment: [self._layout.stable(each.name)]
            for each in replicas
            if each.environment in there
        }
        seen = await asyncio.get_running_loop().run_in_executor(self._thread, _others, paths)
        self._report.saw(used(seen, builds, replicas, reigns))


def used(
    seen: Iterable[Seen],
    builds: Iterable[BuildRow],
    replicas: Iterable[ReplicaRow],
    reigns: Mapping[str, tuple[Reign, ...]],
) -> tuple[ReplicaUse, ...]:
    """Return what is told of processes, by environment.

    Args:
        seen: with the ids of builds, and of environments for their stable paths, as keys.
        reigns: by environment.
    """
    rows = {row.build.id: row for row in builds}
    named = _names(rows.values(), replicas, reigns)
    known = {each.pid: each for each in seen}
    found: defaultdict[str, list[ProcessFact]] = defaultdict(list)
    for each in known.values():
        works_in = {
            rows[key].environment: key for key in sorted(each.keys & rows.keys(), reverse=True)
        }
        for environment in sorted(each.keys - rows.keys()):
            history = reigns.get(environment, ())
            reign = reign_at(history, _origin(each, known).started)
            if reign is not None:
                works_in[environment] = reign.build
            elif not history:
                works_in.setdefault(environment, "")
        for environment, build in works_in.items():
            found[environment].append(_fact(each, named.get(build)))
    left = MOST_PROCESSES
    told = []
    for environment in sorted(found):
        facts = sorted(found[environment], key=lambda fact: (fact.started, fact.pid))
        counts = Counter(fact.revision for fact in facts)
        shown = facts[: min(left, MOST_OF_REPLICA)]
        left -= len(shown)
        told.append(
            ReplicaUse(
                environment=environment,
                revisions=tuple(
                    RevisionUse(revision=number, count=counts[number])
                    for number in sorted(counts, key=lambda number: number or 0)
                ),
                processes=tuple(shown),
            )
        )
    return tuple(told)


def _others(paths: Mapping[str, list[Path]]) -> list[Seen]:
    if not paths:
        return []
    own = {child.pid for child in psutil.Process().children(recursive=True)}
    return [each for each in processes_in(paths) if each.pid not in own]


def _names(
    rows: Iterable[BuildRow],
    replicas: Iterable[ReplicaRow],
    reigns: Mapping[str, tuple[Reign, ...]],
) -> dict[str, int]:
    """Which revision each build stands for, or stood for last; one may stand for several."""
    named = {row.build.id: row.build.revision for row in rows}
    named |= {each.build: each.revision for history in reigns.values() for each in history}
    for replica in replicas:
        if replica.live is not None and replica.live_revision is not None:
            named[replica.live] = replica.live_revision
    return named


def _origin(process: Seen, known: Mapping[int, Seen]) -> Seen:
    """The process that began what this one goes on with: it forked and ran nothing else."""
    passed = {process.pid}
    while (parent := known.get(process.parent)) is not None and parent.pid not in passed:
        if (parent.executable, parent.arguments) != (process.executable, process.arguments):
            break
        passed.add(parent.pid)
        process = parent
    return process


def _fact(seen: Seen, revision: int | None) -> ProcessFact:
    return ProcessFact(
        pid=seen.pid,
        program=program_of(seen.executable, seen.arguments),
        user=clean(seen.user)[:MOST_TEXT],
        started=_moment(seen.started),
        revision=revision,
    )


def _moment(seconds: float) -> datetime:
    # Systems count from the start of the machine, and that is off by parts of a second.
    with suppress(ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(round(seconds), UTC)
    return datetime.fromtimestamp(0, UTC)
