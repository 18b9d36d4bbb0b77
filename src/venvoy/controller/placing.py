"""Keeps environments where they are wanted: on every node that matches, and on no other.

`apply` makes one environment's replicas what its wish and the fleet ask for, whoever
calls it and however often: an edit, a new revision, or the loop, which looks at all
environments whenever a node's labels, cordon or abilities change and now and then
besides. A missed change costs delay, never correctness.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from venvoy.controller import releases, rollouts, told
from venvoy.controller.context import Context
from venvoy.controller.fits import Fits, of_revision
from venvoy.controller.records import Change, environment_changed
from venvoy.controller.rollouts import Look
from venvoy.controller.supervisor import rounds
from venvoy.domain.placement import Candidate, Decision, Wish, decide
from venvoy.domain.pythons import Pythons
from venvoy.domain.reconcile import Aim
from venvoy.store import environments, nodes, replicas, revisions
from venvoy.store.environments import EnvironmentRow, Places
from venvoy.store.replicas import ReplicaRow
from venvoy.store.session import Transaction
from venvoy.wire.messages import CauseMessage

_LOOK_S = 30.0
_TOLD = 20
"""Names of nodes in an event; the operations name them all."""


@dataclass(frozen=True, slots=True)
class Moves:
    """What is to change for one environment.

    Attributes:
        places: where it is placed then, and why some nodes wait.
        installs: the revisions that nodes get now, by node id.
        came: nodes that had no replica and get one now.
        remove: nodes whose replicas go.
        differs: whether `places` is not what stands in the database.
        rollout: the one that is open, with its next step.
    """

    decision: Decision
    places: Places
    installs: Mapping[str, int]
    came: frozenset[str]
    remove: frozenset[str]
    differs: bool
    rollout: Look | None

    @property
    def any(self) -> bool:
        """Whether there is anything to do."""
        on = self.rollout is not None and self.rollout.differs
        return bool(self.differs or self.installs or self.remove or on)


async def moves(
    ctx: Context, tx: Transaction, environment: EnvironmentRow, fresh: Fits | None = None
) -> Moves:
    """Return what is to change for an environment that is not deleted.

    Args:
        environment: with the wish and the revision that are to hold.
        fresh: asks of the revision where it is new, so that every node gets it, at once
            or as its rollout says.
    """
    current = (await environments.places(tx, [environment.id]))[environment.id]
    rows = await replicas.of_environments(tx, [environment.id])
    kept = {row.node_id for row in rows if row.action is not Aim.REMOVE}
    decision = decide(Wish.of(environment.placement), await nodes.candidates(tx), kept)
    new = decision.placed - kept
    waiting = await _waiting(tx, environment, new, fresh)
    places = {node_id: waiting.get(node_id) for node_id in decision.placed}
    able = decision.placed - waiting.keys()
    rollout = await rollouts.look(ctx, tx, environment, able)
    installs = await _told_otherwise(tx, environment, rows)
    if rollout is not None:
        installs |= rollout.targets
    elif environment.revision is not None:
        moving = able if fresh else able - kept
        installs |= dict.fromkeys(moving, environment.revision)
    installs = {node: number for node, number in installs.items() if node in able}
    return Moves(
        decision=decision,
        places=places,
        installs=installs,
        came=frozenset(installs.keys() - kept),
        remove=frozenset(kept - decision.placed),
        differs=places != current,
        rollout=rollout,
    )


async def apply(
    ctx: Context,
    tx: Transaction,
    environment: EnvironmentRow,
    requested_by: str | None,
    fresh: Fits | None = None,
) -> Moves:
    """Make an environment's replicas what its wish asks for; callers hold its lock.

    Args:
        environment: as it is in this transaction.
        requested_by: whose wish it is, None for the controller's own.
        fresh: asks of its revision where that is new.
    """
    found = await moves(ctx, tx, environment, fresh)
    if found.differs:
        await environments.place(tx, environment.id, found.places)
    # A removal takes away what it finds, so nothing may come to a node behind it.
    there = await nodes.still_there(tx, found.installs.keys()) if found.installs else frozenset()
    by_revision = defaultdict(set)
    for node_id in there:
        by_revision[found.installs[node_id]].add(node_id)
    for number, only in sorted(by_revision.items()):
        await releases.install(ctx, tx, environment, number, requested_by, only)
    await releases.take_off(ctx, tx, environment, found.remove, requested_by)
    if found.rollout is not None:
        await rollouts.keep(ctx, tx, environment, found.rollout)
    return found


async def _told_otherwise(
    tx: Transaction, environment: EnvironmentRow, rows: Collection[ReplicaRow]
) -> dict[str, int]:
    """Return the nodes that are to be told anew of the revision that they were told.

    That is where the policy, the tags or the Python that the node's labels ask for are
    not what they were.
    """
    settings = await told.settings(tx, environment)
    installing = [row for row in rows if row.action is Aim.INSTALL]
    other = await _other_python(tx, environment, installing)
    return {
        row.node_id: row.revision
        for row in installing
        if row.revision is not None and (row.settings != settings or row.node_id in other)
    }


async def _other_python(
    tx: Transaction, environment: EnvironmentRow, rows: Collection[ReplicaRow]
) -> frozenset[str]:
    """Return the nodes whose labels now ask for another Python than they were given."""
    wanted = {(environment.id, row.revision) for row in rows if row.revision is not None}
    found = await revisions.get_many(tx, wanted)
    pythons = {number: Pythons.of_spec(row.spec) for (_, number), row in found.items()}
    asked = {row.node_id: row for row in rows if row.revision in pythons}
    if not any(each.overrides for each in pythons.values()) and not any(
        row.python for row in asked.values()
    ):
        return frozenset()
    there = await nodes.by_ids(tx, asked.keys())
    return frozenset(
        node.id
        for node in there.values()
        if pythons[asked[node.id].revision or 0].override(node.name, node.labels)
        != asked[node.id].python
    )


async def _waiting(
    tx: Transaction, environment: EnvironmentRow, node_ids: Collection[str], fresh: Fits | None
) -> dict[str, dict[str, object]]:
    """Return why some of the nodes cannot have the environment's revision yet."""
    if not node_ids:
        return {}
    fits = fresh or await of_revision(tx, environment)
    if fits is None:
        return {}
    found = {}
    for node_id, node in (await nodes.by_ids(tx, node_ids)).items():
        cause = fits.refusal(node)
        if cause is not None:
            found[node_id] = CauseMessage.of(cause).model_dump(mode="json")
    return found


async def settle(ctx: Context, environment_id: str) -> None:
    """Apply one environment in a transaction of its own, and tell where it came or went."""
    async with ctx.db.write() as tx:
        row = await environments.by_id(tx, environment_id, lock=True)
        if row is None or row.deleted_at is not None:
            return
        found = await apply(ctx, tx, row, None)
        if not found.any:
            return
        names = {each.id: each.name for each in await nodes.candidates(tx)}
        news = {
            "came": sorted(names[node_id] for node_id in found.came)[:_TOLD],
            "went": sorted(names.get(node_id, node_id) for node_id in found.remove)[:_TOLD],
        }
        if found.came or found.remove:
            change = Change("placed", row.version, told=news)
            await environment_changed(ctx, tx, None, row, change)
        else:
            tx.after_commit(ctx.wakes.changed.ring)


class Placing:
    """The loop.

    Args:
        ctx: of the controller.
    """

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    async def run(self, done: Callable[[], None]) -> None:
        """Keep environments where they are wanted, until cancelled."""
        await rounds(self.step, wake=self._ctx.wakes.places, seconds=_LOOK_S, done=done)

    async def step(self) -> None:
        """Look at every environment, and change those that are not where they are wanted.

        Raises:
            Unavailable: the database failed; nothing is lost.
        """
        async with self._ctx.db.read() as tx:
            rows = await environments.all_there(tx)
            fleet = await nodes.candidates(tx)
            places = await environments.places(tx, [row.id for row in rows])
            several = await revisions.with_overrides(tx) | await replicas.with_own_python(tx)
        for row in rows:
            if row.id not in several and _settled(row, fleet, places[row.id]):
                continue
            async with self._ctx.db.read() as tx:
                found = await moves(self._ctx, tx, row)
            if found.any:
                await settle(self._ctx, row.id)


def _settled(row: EnvironmentRow, fleet: Collection[Candidate], places: Places) -> bool:
    """Whether an environment is where it is wanted, and no node waits for it."""
    there = {node_id for node_id, why in places.items() if why is None}
    decision = decide(Wish.of(row.placement), fleet, there)
    return decision.placed == places.keys() and not any(places.values())
