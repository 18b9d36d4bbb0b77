"""The loop of rollouts: it sees nodes report, windows open and pauses end.

It decides nothing of its own: it asks what the next step of each open rollout is, and
where there is one has the environment applied anew. What it misses costs delay only.
"""

import asyncio
from collections.abc import Callable

from venvoy.controller import placing, rollouts
from venvoy.controller.context import Context
from venvoy.store import environments
from venvoy.store import rollouts as rows

_LOOK_S = 5.0
_BETWEEN_S = 0.3
"""Between two looks: a thousand nodes that report are looked at together."""


class Rolling:
    """The loop.

    Args:
        ctx: of the controller.
    """

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    async def run(self, done: Callable[[], None]) -> None:
        """Look after open rollouts, until cancelled."""
        wake = self._ctx.wakes.changed
        while True:
            seen = wake.count
            if await self.step():
                await asyncio.sleep(_BETWEEN_S)
            done()
            await wake.wait(seen, _LOOK_S)

    async def step(self) -> bool:
        """Take the next step of every open rollout; return whether there are any.

        Raises:
            Unavailable: the database failed; nothing is lost.
        """
        async with self._ctx.db.read() as tx:
            found = await rows.all_open(tx)
            if not found:
                return False
            ids = [row.environment_id for row in found]
            there = await environments.by_ids(tx, ids)
            able = await rows.placed(tx, ids)
            looks = [
                await rollouts.look_at(self._ctx, tx, there[at], row, able[at])
                for row, at in zip(found, ids, strict=True)
            ]
        for each in looks:
            if each.differs:
                await placing.settle(self._ctx, each.row.environment_id)
        return True
