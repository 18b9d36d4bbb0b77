"""Has drifted replicas built anew by itself, where their environment's policy says so.

Decided from what nodes told and what was healed before (`venvoy.domain.healing`), so a
restart of the controller changes nothing: never while something is under way for a
replica, and not again and again for one that drifts at once.
"""

from collections import defaultdict
from collections.abc import Callable, Collection
from datetime import datetime

from venvoy.controller import drift_work, releases
from venvoy.controller.context import Context
from venvoy.controller.records import Change, environment_changed
from venvoy.controller.supervisor import rounds
from venvoy.domain.drift import DriftPolicy
from venvoy.domain.healing import LOOK_BACK, Healing, next_heal
from venvoy.domain.policy import Policy
from venvoy.domain.state import OperationKind, ReplicaState
from venvoy.store import environments, events, nodes, observations, operations, replicas
from venvoy.store.environments import EnvironmentRow
from venvoy.store.replicas import ReplicaRow
from venvoy.store.session import Transaction

_LOOK_S = 60.0


class SelfHealing:
    """The loop.

    Args:
        ctx: of the controller.
    """

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._told: dict[tuple[str, str], datetime] = {}

    async def run(self, done: Callable[[], None]) -> None:
        """Heal what is to be healed, until cancelled."""
        await rounds(self.step, wake=self._ctx.wakes.drift, seconds=_LOOK_S, done=done)

    async def step(self) -> None:
        """Look at every drifted replica once.

        Raises:
            Unavailable: the database failed; nothing is lost.
        """
        async with self._ctx.db.read() as tx:
            found = await observations.drifted(tx)
            rows = await environments.by_ids(tx, found.keys())
        for environment_id, node_ids in found.items():
            row = rows.get(environment_id)
            if row is not None and _heals(row):
                await self._heal(environment_id, node_ids)
        there = {(env, node) for env, node_ids in found.items() for node in node_ids}
        self._told = {key: until for key, until in self._told.items() if key in there}

    async def _heal(self, environment_id: str, node_ids: Collection[str]) -> None:
        ctx, now = self._ctx, self._ctx.clock()
        async with ctx.db.write() as tx:
            environment = await environments.by_id(tx, environment_id, lock=True)
            if environment is None or environment.deleted_at is not None:
                return
            if not _heals(environment):
                return
            free = await _free(tx, environment, node_ids)
            before = await _before(tx, environment_id, now)
            due = []
            for row in free:
                healing = next_heal(before[row.node_id], now)
                if healing.at <= now:
                    due.append(row)
                else:
                    await self._postponed(tx, environment, row, healing)
            if not due:
                return
            await releases.renew(ctx, tx, environment, OperationKind.HEAL, due, None)
            names = await nodes.names(tx, {row.node_id for row in due})
            told = {"nodes": sorted(names.values())}
            change = Change("heal-asked", environment.version, None, told, told)
            await environment_changed(ctx, tx, None, environment, change)

    async def _postponed(
        self, tx: Transaction, environment: EnvironmentRow, row: ReplicaRow, healing: Healing
    ) -> None:
        """Say once that a replica drifts again and again, and when it is tried next."""
        key = (environment.id, row.node_id)
        if self._told.get(key) == healing.at:
            return
        self._told[key] = healing.at
        names = await nodes.names(tx, {row.node_id})
        events.add(
            tx,
            "heal-postponed",
            self._ctx.clock(),
            environment=environment.name,
            environment_id=environment.id,
            node=names.get(row.node_id),
            count=healing.in_row,
            until=healing.at.isoformat(),
        )
        tx.after_commit(self._ctx.wakes.changed.ring)


def _heals(environment: EnvironmentRow) -> bool:
    return Policy.of(environment.policy).drift is DriftPolicy.HEAL


async def _free(
    tx: Transaction, environment: EnvironmentRow, node_ids: Collection[str]
) -> list[ReplicaRow]:
    held = await replicas.of_environments(tx, [environment.id], lock=True)
    rows = [r for r in held if r.node_id in node_ids and r.state is ReplicaState.DRIFTED]
    return await drift_work.at_rest(tx, environment, await drift_work.drifted(tx, rows))


async def _before(
    tx: Transaction, environment_id: str, now: datetime
) -> defaultdict[str, list[datetime]]:
    """Return when replicas were healed by the controller itself, by node id."""
    found = await operations.own_heals(tx, environment_id, now - LOOK_BACK)
    before: defaultdict[str, list[datetime]] = defaultdict(list)
    for row in found:
        before[row.node_id or ""].append(row.created_at)
    return before
