"""Answers what the controller asks about garbage: a preview, or a collection at once.

One at a time. What takes longer than the one who asks waits for goes on by itself.
"""

import asyncio
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field

from venvoy.agent import log
from venvoy.agent.collector import Collector, Judged
from venvoy.agent.reconciler import Reconciler
from venvoy.agent.sizes import Size, sizes_of
from venvoy.domain.retention import Fate
from venvoy.wire.collections import MOST_PREFIXES, CollectCommand, CollectReply, PrefixFact

_SIZES_S = 6.0
_ANSWER_S = 15.0


@dataclass(slots=True)
class Collection:
    """Answers.

    Attributes:
        collector: deletes.
        reconciler: knows what is to stay.
    """

    collector: Collector
    reconciler: Reconciler
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _work: "asyncio.Task[None] | None" = None

    async def answer(self, command: CollectCommand) -> CollectReply:
        """Do what a command says and return what there is, or was before.

        Raises:
            OSError, sqlite3.Error: the journal or the processes cannot be read.
        """
        async with self._turn:
            found = await self.collector.survey(self.reconciler.keeping())
            # What is to be deleted is looked at first, while there is time.
            wanted = sorted(found, key=lambda each: each.fate not in {Fate.FREE, Fate.IN_USE})
            paths = {each.row.build.id: each.row.path for each in wanted}
            sizes = await asyncio.to_thread(sizes_of, paths, _SIZES_S)
            finished = command.preview or await self._collected()
        told = tuple(_fact(each, sizes.get(each.row.build.id)) for each in _first(found))
        return CollectReply(prefixes=told, total=len(found), finished=finished)

    async def _collected(self) -> bool:
        """Delete; False if that goes on after the answer."""
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._collect())
        done, _ = await asyncio.wait({self._work}, timeout=_ANSWER_S)
        return bool(done)

    async def _collect(self) -> None:
        try:
            await self.collector.collect(self.reconciler.keeping())
        except (OSError, sqlite3.Error) as error:
            log.warning("sweep-failed", reason=str(error))


def _first(found: Sequence[Judged]) -> list[Judged]:
    """Those that are told: all that go and, as far as there is room, others."""
    if len(found) <= MOST_PREFIXES:
        return list(found)
    going = sorted(found, key=lambda each: each.fate not in {Fate.FREE, Fate.IN_USE})
    kept = {each.row.build.id for each in going[:MOST_PREFIXES]}
    return [each for each in found if each.row.build.id in kept]


def _fact(each: Judged, size: Size | None) -> PrefixFact:
    return PrefixFact(
        environment=each.row.environment,
        build=each.row.build.id,
        revision=each.revision,
        fate=each.fate.value,
        processes=each.processes,
        size_bytes=size.total if size else None,
        own_bytes=size.own if size else None,
    )
