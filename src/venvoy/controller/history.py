"""The history of nodes: figures of heartbeats, gathered by the minute and written in batches.

What came since the minute began is in memory only: a controller that is killed costs its
nodes that minute of their charts and nothing else. A minute that is over is added to
the buckets of every resolution in one transaction, so that the coarse ones need no
work of their own; how it is cut and for how long it is kept is
`venvoy.domain.history`'s to say.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from venvoy.controller.supervisor import rounds
from venvoy.controller.wakes import Wake
from venvoy.domain.history import (
    MINUTES,
    RESOLUTIONS,
    Bucket,
    Figure,
    Figures,
    Metric,
    merge,
    spread,
)
from venvoy.store import nodes, samples
from venvoy.store.session import Database

_LOOK_S = 5.0
_BATCH = 200
"""Nodes of one transaction: others write in between."""
_FORGET_S = 600.0
_HELD = 50_000
"""Minutes that wait for a database that is away; the oldest go first."""

_Open = dict[tuple[str, datetime], Figures]


class Histories:
    """Gathers and writes.

    Args:
        db: where buckets are.
        clock: aware, UTC.
    """

    def __init__(self, db: Database, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._clock = clock
        self._open: _Open = {}
        self._forgot_at: datetime | None = None

    def measured(self, node: str, at: datetime, values: Mapping[Metric, float]) -> None:
        """Take the figures of one heartbeat; whose node is unknown is found out later."""
        key = (node, MINUTES.start(at))
        figures = {metric: Figure.of(value) for metric, value in values.items()}
        self._open[key] = merge(self._open.get(key, {}), figures)
        if len(self._open) > _HELD:
            del self._open[next(iter(self._open))]

    async def run(self, done: Callable[[], None]) -> None:
        """Write what is over and forget what is old, until cancelled."""
        await rounds(self.step, wake=Wake(), seconds=_LOOK_S, done=done)

    async def step(self) -> None:
        """Write every minute that is over, and now and then forget what is old.

        Raises:
            Unavailable: the database failed; what was not written is kept.
        """
        now = self._clock()
        minute = MINUTES.start(now)
        over = sorted(key for key in self._open if key[1] < minute)
        for first in range(0, len(over), _BATCH):
            await self._write(over[first : first + _BATCH])
        if self._forgot_at is None or (now - self._forgot_at).total_seconds() >= _FORGET_S:
            await self._forget(now)
            self._forgot_at = now

    async def _write(self, keys: list[tuple[str, datetime]]) -> None:
        async with self._db.write() as tx:
            known = await nodes.by_ids(tx, {node for node, _ in keys})
            minutes = [
                Bucket(node, MINUTES.seconds, start, figures)
                for node, start in keys
                if node in known and (figures := self._open.get((node, start)))
            ]
            await samples.add(tx, [part for each in minutes for part in spread(each)])
        for key in keys:
            self._open.pop(key, None)

    async def _forget(self, now: datetime) -> None:
        for resolution in RESOLUTIONS:
            async with self._db.write() as tx:
                await samples.forget(tx, resolution, resolution.oldest(now))
