"""What is forgotten, and when: old logs, events, keys of requests and plans.

Runs now and then; a round that fails is made up for by the next. The rows of
operations stay: they are small and are the history.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta

from venvoy.controller.logs import LogStore
from venvoy.controller.supervisor import rounds
from venvoy.controller.wakes import Wake
from venvoy.domain.logcut import outlived
from venvoy.store import environments, events, idempotency, operations, plans
from venvoy.store.operations import OperationRow
from venvoy.store.session import Database

KEPT_LOGS = 20
"""Logs of a replica, and of the resolutions of an environment."""
_EVENTS_KEPT = timedelta(days=7)
_IDEMPOTENCY_KEPT = timedelta(days=1)
_DELETED_KEPT = timedelta(days=30)
"""After an environment was deleted, for whoever asks what became of it."""
_ORPHAN_KEPT = timedelta(hours=1)
"""A log without an operation may be that of one that is just being written."""
_ROUND_S = 600.0
_CHUNK = 500


class Retention:
    """Forgets.

    Args:
        db: where operations, events and idempotency keys are.
        logs: where logs are.
        clock: aware, UTC.
    """

    def __init__(self, db: Database, logs: LogStore, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._logs = logs
        self._clock = clock

    async def run(self, done: Callable[[], None]) -> None:
        """Forget now and then, until cancelled."""
        await rounds(self.step, wake=Wake(), seconds=_ROUND_S, done=done)

    async def step(self) -> None:
        """Forget what is old.

        Raises:
            Unavailable: database or disk failed.
        """
        now = self._clock()
        async with self._db.write() as tx:
            await events.forget(tx, now - _EVENTS_KEPT)
            await idempotency.forget(tx, now - _IDEMPOTENCY_KEPT)
            await plans.forget(tx, now)
        for operation in await self._old_logs(now):
            await self._logs.remove(operation)

    async def _old_logs(self, now: datetime) -> list[str]:
        kept = await self._logs.operations()
        known = await self._known(list(kept))
        orphans = [
            operation
            for operation, written_at in kept.items()
            if operation not in known and now - written_at > _ORPHAN_KEPT
        ]
        # Resolutions have no node, so they are a group of their own environment.
        groups: defaultdict[tuple[str | None, str | None], list[OperationRow]] = defaultdict(list)
        for row in sorted(known.values(), key=lambda row: row.id, reverse=True):
            groups[row.environment_id, row.node_id].append(row)
        gone = await self._gone({row.environment_id for row in known.values()}, now)
        for (environment, _), rows in groups.items():
            ended = {row.id for row in rows if row.state.ended}
            keep = 0 if environment in gone else KEPT_LOGS
            orphans += outlived([row.id for row in rows], ended, keep)
        return orphans

    async def _gone(self, ids: set[str | None], now: datetime) -> set[str]:
        """Return those environments whose logs nobody will ask for any more."""
        wanted = sorted(filter(None, ids))
        found: set[str] = set()
        for first in range(0, len(wanted), _CHUNK):
            chunk = wanted[first : first + _CHUNK]
            async with self._db.read() as tx:
                found |= await environments.deleted_before(tx, chunk, now - _DELETED_KEPT)
        return found

    async def _known(self, ids: list[str]) -> dict[str, OperationRow]:
        found: dict[str, OperationRow] = {}
        for first in range(0, len(ids), _CHUNK):
            async with self._db.read() as tx:
                found |= await operations.get_many(tx, ids[first : first + _CHUNK])
        return found
