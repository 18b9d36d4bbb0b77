"""Raising the epoch after the database was restored from a backup.

Nodes obey the newest (epoch, generation). A restored database has forgotten the
generations that were given out since the backup, so nodes would ignore it; with a
higher epoch everything that it says is newer again. Whoever meets a generation that
the database does not know (`outbox`, `reports`) calls `claim`.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from venvoy.controller.context import Context
from venvoy.controller.supervisor import rounds
from venvoy.controller.wakes import Wake
from venvoy.domain.report import next_epoch
from venvoy.store import events, meta, node_pythons, outbox, replicas

_log = structlog.get_logger(__name__)

_LOOK_S = 5.0
_REST = timedelta(seconds=60)
"""Between two raises: a hostile node can claim again and again, and each costs a document
for every replica of the fleet."""


class Epochs:
    """Keeps the epoch above all that was ever given out.

    Args:
        ctx: of the controller.
    """

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._wake = Wake()
        self._claimed: int | None = None
        self._raised_at: datetime | None = None

    def claim(self, epoch: int) -> None:
        """Say that a generation of this epoch is out that the database does not know."""
        self._claimed = epoch if self._claimed is None else max(epoch, self._claimed)
        self._wake.ring()

    async def run(self, done: Callable[[], None]) -> None:
        """Raise the epoch when it is due, until cancelled."""
        await rounds(self.step, wake=self._wake, seconds=_LOOK_S, done=done)

    async def step(self) -> None:
        """Raise the epoch if somebody claimed, at most once a minute.

        Raises:
            Unavailable: the database failed; the claim stands.
        """
        claimed, now = self._claimed, self._ctx.clock()
        if claimed is None or (self._raised_at is not None and now - self._raised_at < _REST):
            return
        async with self._ctx.db.write() as tx:
            own = await meta.epoch(tx)
            # Raised meanwhile, by another controller or for an earlier claim.
            if claimed >= own:
                new = next_epoch(own, claimed)
                await meta.set_epoch(tx, new)
                changed = await replicas.set_epoch(tx, new) + await node_pythons.set_epoch(tx, new)
                for subject, node in changed:
                    await outbox.add_desired(tx, subject, node, now)
                events.add(tx, "database-restored", now, epoch=new)
                tx.after_commit(self._ctx.wakes.outbox.ring)
                tx.after_commit(self._ctx.wakes.changed.ring)
                tx.after_commit(lambda: _log.warning("epoch-raised", before=own, after=new))
        self._raised_at = now
        if self._claimed == claimed:
            self._claimed = None
