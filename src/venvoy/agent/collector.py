"""Deletes prefixes that nobody needs and nobody uses.

Which ones may go is decided purely (`venvoy.domain.retention`); here the processes
and pins are asked, and files deleted, in a thread. A prefix that is in use stays
doomed and is tried again later. Directories that no journal knows are rubbish of a
lost one, unless a stable path leads to them.
"""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from venvoy.agent import log, pins
from venvoy.agent.findings import drifted
from venvoy.agent.journal import BuildRow, Journal
from venvoy.agent.prefix import Layout, clear_leftovers, discard
from venvoy.agent.system.links import Links
from venvoy.agent.usage import prefixes_in_use, processes_in
from venvoy.domain.errors import Conflict
from venvoy.domain.retention import Fate, judged, rubbish, surplus


@dataclass(frozen=True, slots=True)
class Keeping:
    """What of an environment is to stay.

    Attributes:
        keep, tagged: as for `venvoy.domain.retention.surplus`.
        busy: whether work on it is under way.
    """

    keep: int = 0
    tagged: tuple[str, ...] = ()
    busy: bool = True


@dataclass(frozen=True, slots=True)
class Judged:
    """What a collection does with one prefix.

    Attributes:
        revision: that it was built for, or stands for as the live one.
        processes: that are seen to work in it.
    """

    row: BuildRow
    revision: int
    fate: Fate
    processes: int


@dataclass(frozen=True, slots=True)
class Collector:
    """Deletes, one sweep at a time."""

    layout: Layout
    journal: Journal
    links: Links
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def retire(self, environment: str, keep: int, tagged: Collection[str] = ()) -> None:
        """Doom the builds of an environment that are kept for nothing, or drifted.

        Args:
            keep: how many that are not live stay.
            tagged: digests of the locks that stay beside them.
        """
        replica = self.journal.replica(environment)
        builds = [row.build for row in self.journal.builds(environment)]
        live = replica.live if replica else None
        spoilt = drifted(self.journal, (build.id for build in builds))
        if gone := surplus(builds, live=live, keep=keep, tagged=tagged, drifted=spoilt):
            self.journal.doom(gone)

    async def survey(self, keeping: Mapping[str, Keeping]) -> list[Judged]:
        """Return what a collection would do with each prefix, by environment and age.

        Args:
            keeping: by environment; one that is not named is left as it is.
        """
        live = {each.environment: each for each in self.journal.replicas()}
        behind = {each.live for each in live.values()}
        paths = {row.build.id: row.path for row in self.journal.builds()}
        used = await asyncio.to_thread(_uses, paths, paths.keys() - behind)
        by_environment: dict[str, list[BuildRow]] = {}
        for row in self.journal.builds():
            by_environment.setdefault(row.environment, []).append(row)
        found = []
        for environment, rows in sorted(by_environment.items()):
            replica, wanted = live.get(environment), keeping.get(environment, Keeping())
            fates = judged(
                [row.build for row in rows],
                live=replica.live if replica else None,
                keep=wanted.keep,
                tagged=wanted.tagged,
                drifted=drifted(self.journal, (row.build.id for row in rows)),
                used=used,
                busy=wanted.busy,
            )
            for row in rows:
                revision = row.build.revision
                if replica is not None and replica.live == row.build.id:
                    revision = replica.live_revision or revision
                fate, processes = fates[row.build.id], used.get(row.build.id, 0)
                found.append(Judged(row, revision, fate, processes))
        return found

    async def collect(self, keeping: Mapping[str, Keeping]) -> None:
        """Delete what is kept for nothing and in nobody's use, of all environments."""
        for environment, wanted in keeping.items():
            if not wanted.busy:
                self.retire(environment, wanted.keep, wanted.tagged)
        await self.sweep()

    async def sweep(self, environment: str | None = None) -> tuple[str, ...]:
        """Delete what is rubbish and in nobody's use.

        Args:
            environment: of one that builds nothing at the moment; None for all, whose
                half-made builds are then left alone.

        Returns:
            The ids of rubbish that is still in use.
        """
        async with self._turn:
            rows = self._rubbish(environment)
            if not rows:
                return ()
            paths = {row.build.id: [row.path] for row in rows}
            used = await asyncio.to_thread(prefixes_in_use, paths)
            free = [row for row in rows if row.build.id not in used]
            gone = {row.build.id for row in free if await self._delete(row)}
            return tuple(row.build.id for row in rows if row.build.id not in gone)

    async def tidy(self) -> None:
        """Finish what a kill cut off and delete what nobody knows; while nothing is built."""
        async with self._turn:
            await asyncio.to_thread(clear_leftovers, self.layout)
            known = {row.path for row in self.journal.builds()} | self._linked()
            strays = [path for path in self.layout.known_prefixes() if path not in known]
            used = await asyncio.to_thread(prefixes_in_use, {str(p): [p] for p in strays})
            for path in strays:
                if str(path) not in used:
                    await asyncio.to_thread(discard, self.layout, path)
                    log.info("stray-prefix-deleted", path=str(path))

    def _rubbish(self, environment: str | None) -> list[BuildRow]:
        rows = self.journal.builds(environment)
        live = {replica.environment: replica.live for replica in self.journal.replicas()}
        busy = environment is None
        return [
            row
            for row in rows
            if rubbish([row.build], live=live.get(row.environment), building=busy)
        ]

    async def _delete(self, row: BuildRow) -> bool:
        try:
            if not await asyncio.to_thread(discard, self.layout, row.path):
                return False
            self.journal.forget_build(row.build.id)
        except (OSError, sqlite3.Error) as error:
            log.warning("prefix-not-deleted", path=str(row.path), reason=str(error))
            return False
        return True

    def _linked(self) -> set[object]:
        found: set[object] = set()
        for stable in self.layout.stable("_").parent.iterdir():
            try:
                found.add(self.links.read(stable))
            except (Conflict, OSError):
                continue
        return found


def _uses(paths: Mapping[str, Path], idle: Collection[str]) -> dict[str, int]:
    """How many processes work in each prefix, 0 where only a pin tells of one. Blocks.

    Args:
        idle: those that nobody begins to work in.
    """
    seen = processes_in({key: [path] for key, path in paths.items()})
    counts = Counter(key for each in seen for key in each.keys)
    pinned = {key: 0 for key in idle if key not in counts and pins.pinned(paths[key])}
    return pinned | counts
