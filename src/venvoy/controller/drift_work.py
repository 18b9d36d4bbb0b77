"""Commands on what drifted: building it anew, and reading it whole.

Both are work on replicas like a build: a new generation with an operation that is
followed, cancelled and tried again. A heal asks for the revision that is live already,
and a node never brings a drifted prefix in again, so it builds another and switches; a
document that comes twice finds the new one live. Only what is at rest is touched.
"""

from collections.abc import Collection, Sequence

from venvoy.controller import releases
from venvoy.controller.context import Actor, Context
from venvoy.controller.records import Change, environment_changed
from venvoy.domain.errors import Conflict, NotFound
from venvoy.domain.reconcile import Aim
from venvoy.domain.role import Role, require
from venvoy.domain.state import ON_REPLICA, SETTLED, OperationKind
from venvoy.store import environments, idempotency, nodes, observations, operations, replicas
from venvoy.store.environments import EnvironmentRow
from venvoy.store.replicas import ReplicaRow
from venvoy.store.session import Transaction

_SHOWN = 80
_ASKED = {OperationKind.HEAL: "heal-asked", OperationKind.VERIFY: "verify-asked"}


async def heal(
    ctx: Context,
    actor: Actor,
    name: str,
    wanted: Sequence[str] = (),
    claim: idempotency.Claim | None = None,
) -> list[str]:
    """Have nodes build their drifted prefixes anew, and switch to the new ones.

    Args:
        wanted: names of nodes; empty for all that differ.
        claim: of the request's `Idempotency-Key`; a repeated request gets the same
            operations.

    Returns:
        The ids of the operations, one per node that is at rest and differs.

    Raises:
        Forbidden: `role-too-low`.
        NotFound: `environment-not-found`, `node-not-found`, `environment-not-on-node`.
        Conflict: `drift-nothing` where no node differs, `drift-busy` where something is
            under way on all that do; `idempotency-key-reused`.
    """
    return await _ask(ctx, actor, OperationKind.HEAL, name, wanted, claim)


async def verify(
    ctx: Context,
    actor: Actor,
    name: str,
    wanted: Sequence[str] = (),
    claim: idempotency.Claim | None = None,
) -> list[str]:
    """Have nodes read all files of what is live, and tell what differs.

    Args and Returns as those of `heal`; the operations' causes tell what was found.

    Raises:
        Forbidden, NotFound: as `heal`.
        Conflict: `verify-nothing` where nothing is live, `drift-busy`;
            `idempotency-key-reused`.
    """
    return await _ask(ctx, actor, OperationKind.VERIFY, name, wanted, claim)


async def at_rest(
    tx: Transaction, environment: EnvironmentRow, rows: Collection[ReplicaRow]
) -> list[ReplicaRow]:
    """Return the replicas that have live what they should have, and do nothing."""
    open_ = await operations.open_of(tx, environment.id, *ON_REPLICA)
    busy = {row.node_id for row in open_}
    return [
        row
        for row in rows
        if row.node_id not in busy and row.state in SETTLED and _arrived(environment, row)
    ]


async def drifted(tx: Transaction, rows: Sequence[ReplicaRow]) -> list[ReplicaRow]:
    """Return the replicas, all of one environment, that were seen to differ."""
    if not rows:
        return []
    seen = await observations.of_environment(tx, rows[0].environment_id)
    differ = {(each.node_id, each.revision) for each in seen if each.drift_total}
    return [row for row in rows if (row.node_id, row.live_revision) in differ]


def _arrived(environment: EnvironmentRow, row: ReplicaRow) -> bool:
    """Whether a replica has live what it should have; with a hold, what all should have."""
    if row.live_revision is None or row.action is Aim.REMOVE:
        return False
    wanted = row.revision if row.action is Aim.INSTALL else environment.revision
    return row.live_revision == wanted


async def _ask(
    ctx: Context,
    actor: Actor,
    kind: OperationKind,
    name: str,
    wanted: Sequence[str],
    claim: idempotency.Claim | None,
) -> list[str]:
    require(actor.role, Role.OPERATOR)
    async with ctx.db.write() as tx:
        if claim and (kept := await idempotency.begin(tx, claim, ctx.clock())) is not None:
            return list(kept["operations"])
        environment = await environments.get(tx, name, lock=True)
        if environment is None:
            raise NotFound("environment-not-found", name=name[:_SHOWN])
        asked = await _asked(tx, environment, wanted)
        made = await _release(ctx, tx, actor, kind, environment, asked)
        if claim:
            await idempotency.keep(tx, claim, {"operations": made})
    return made


async def _release(
    ctx: Context,
    tx: Transaction,
    actor: Actor,
    kind: OperationKind,
    environment: EnvironmentRow,
    asked: list[ReplicaRow],
) -> list[str]:
    healing = kind is OperationKind.HEAL
    found = await drifted(tx, asked) if healing else [r for r in asked if r.live_revision]
    if not found:
        raise Conflict("drift-nothing" if healing else "verify-nothing", name=environment.name)
    free = await at_rest(tx, environment, found)
    names = await nodes.names(tx, {row.node_id for row in found})
    if not free:
        raise Conflict("drift-busy", name=environment.name, nodes=sorted(names.values()))
    made = await releases.renew(ctx, tx, environment, kind, free, actor.user_id)
    told = {"nodes": sorted(names[row.node_id] for row in free)}
    change = Change(_ASKED[kind], environment.version, None, told, told)
    await environment_changed(ctx, tx, actor, environment, change)
    return made


async def _asked(
    tx: Transaction, environment: EnvironmentRow, wanted: Sequence[str]
) -> list[ReplicaRow]:
    rows = await replicas.of_environments(tx, [environment.id], lock=True)
    if not wanted:
        return rows
    chosen = {}
    for name in wanted:
        node = await nodes.get(tx, name)
        if node is None:
            raise NotFound("node-not-found", name=name[:_SHOWN])
        chosen[node.id] = node.name
    missing = chosen.keys() - {row.node_id for row in rows}
    if missing:
        names = sorted(chosen[node_id] for node_id in missing)
        raise NotFound("environment-not-on-node", name=environment.name, nodes=names)
    return [row for row in rows if row.node_id in chosen]
