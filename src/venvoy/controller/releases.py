"""What nodes are to do next: new desired generations with their operations.

Every change of a replica's desired state goes through here, so that the row, its
operation, the outbox entry and the event are always written together. The callers
hold the environment's lock.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from venvoy.controller import told
from venvoy.controller.context import Actor, Context
from venvoy.controller.records import operation_changed
from venvoy.domain import generation
from venvoy.domain.cause import Cause, Step
from venvoy.domain.generation import Goal
from venvoy.domain.operation import environment_deleted, superseded
from venvoy.domain.pythons import Pythons
from venvoy.domain.reconcile import Aim
from venvoy.domain.state import ON_REPLICA, OperationKind, OperationState
from venvoy.store import environments, meta, nodes, operations, outbox, replicas, revisions
from venvoy.store.environments import EnvironmentRow
from venvoy.store.operations import OperationRow
from venvoy.store.replicas import ReplicaRow
from venvoy.store.session import Transaction
from venvoy.wire.messages import CauseMessage


async def install(
    ctx: Context,
    tx: Transaction,
    environment: EnvironmentRow,
    revision: int,
    requested_by: str | None,
    only: Collection[str] | None = None,
) -> list[str]:
    """Give placed nodes a revision to install; what they were doing is superseded.

    Args:
        only: ids of nodes; None for all that the environment is placed on.

    Returns:
        The ids of the build operations, one per node.
    """
    if only is None:
        only = [node.id for node in await environments.placed_on(tx, environment.id)]
    before: dict[str, Goal] = {
        node_id: Goal(version, Aim.REMOVE, "")
        for node_id, version in (await operations.last_versions(tx, environment.id, only)).items()
    }
    before |= {row.node_id: row.goal for row in await _held(tx, environment.id)}
    epoch = await meta.epoch(tx)
    pythons = await _pythons(tx, environment.id, revision, only)
    settings = await told.settings(tx, environment)
    goals = {
        node_id: replace(
            generation.install(before.get(node_id), epoch, ctx.new_id(), revision),
            python=pythons.get(node_id),
            settings=settings,
        )
        for node_id in sorted(only)
    }
    causes = {node_id: superseded(Step.QUEUE, goal.operation) for node_id, goal in goals.items()}
    await _end_builds(ctx, tx, environment, causes)
    await _release(ctx, tx, environment, goals, requested_by)
    return [goal.operation for goal in goals.values()]


async def remove(
    ctx: Context, tx: Transaction, environment: EnvironmentRow, actor: Actor
) -> list[str]:
    """Have every node remove its replica.

    Returns:
        The ids of the removals, one per replica.
    """
    held, epoch = await _held(tx, environment.id), await meta.epoch(tx)
    cause = environment_deleted(Step.QUEUE, actor.username)
    await _end_builds(ctx, tx, environment, {row.node_id: cause for row in held})
    goals = {row.node_id: generation.remove(row.goal, epoch, ctx.new_id()) for row in held}
    await _release(ctx, tx, environment, goals, actor.user_id)
    return [goal.operation for goal in goals.values()]


async def take_off(
    ctx: Context,
    tx: Transaction,
    environment: EnvironmentRow,
    node_ids: Collection[str],
    requested_by: str | None,
) -> list[str]:
    """Have nodes that an environment is not placed on any more remove their replicas.

    Returns:
        The ids of the removals; a replica that is being removed already has none.
    """
    held, epoch = await _held(tx, environment.id), await meta.epoch(tx)
    goals = {
        row.node_id: generation.remove(row.goal, epoch, ctx.new_id())
        for row in held
        if row.node_id in node_ids and row.action is not Aim.REMOVE
    }
    causes = {node_id: superseded(Step.QUEUE, goal.operation) for node_id, goal in goals.items()}
    await _end_builds(ctx, tx, environment, causes)
    await _release(ctx, tx, environment, goals, requested_by)
    return [goal.operation for goal in goals.values()]


async def again(
    ctx: Context,
    tx: Transaction,
    environment: EnvironmentRow,
    replica: ReplicaRow,
    failed: OperationRow,
    actor: Actor,
) -> str:
    """Have a node try its newest operation once more, under a new id.

    Returns:
        The id of the new operation.
    """
    epoch, made = await meta.epoch(tx), ctx.new_id()
    if failed.revision is None:
        goal = generation.remove(replica.goal, epoch, made)
    else:
        where = replica.node_id
        pythons = await _pythons(tx, environment.id, failed.revision, [where])
        goal = generation.install(replica.goal, epoch, made, failed.revision)
        settings = await told.settings(tx, environment)
        goal = replace(goal, python=pythons.get(where), settings=settings)
    goals = {replica.node_id: goal}
    await _release(ctx, tx, environment, goals, actor.user_id, kind=failed.kind)
    return made


async def renew(
    ctx: Context,
    tx: Transaction,
    environment: EnvironmentRow,
    kind: OperationKind,
    rows: Collection[ReplicaRow],
    requested_by: str | None,
) -> list[str]:
    """Have nodes that do nothing heal, or verify, the revision that is live there.

    Args:
        kind: `heal` or `verify`.
        rows: replicas whose live revision is what the environment wants.

    Returns:
        The ids of the operations, one per replica.
    """
    epoch, settings = await meta.epoch(tx), await told.settings(tx, environment)
    goals = {}
    for number in {row.live_revision for row in rows if row.live_revision is not None}:
        mine = [row for row in rows if row.live_revision == number]
        pythons = await _pythons(tx, environment.id, number, [row.node_id for row in mine])
        for row in mine:
            goal = generation.install(row.goal, epoch, ctx.new_id(), number)
            python = pythons.get(row.node_id)
            goals[row.node_id] = replace(goal, python=python, settings=settings)
    await _release(ctx, tx, environment, goals, requested_by, kind=kind)
    return [goal.operation for goal in goals.values()]


async def hold(
    ctx: Context, tx: Transaction, environment: EnvironmentRow, replica: ReplicaRow
) -> None:
    """Have a node stop what it does; the operation that is stopped keeps its id."""
    goal = generation.hold(replica.goal, await meta.epoch(tx))
    await _set(ctx, tx, environment.id, {replica.node_id: goal})


async def end_open(
    ctx: Context,
    tx: Transaction,
    environment: EnvironmentRow,
    kinds: Sequence[OperationKind],
    cause: Cause,
) -> None:
    """End an environment's open operations of some kinds as cancelled."""
    for row in await operations.open_of(tx, environment.id, *kinds, lock=True):
        await _end(ctx, tx, environment, row, cause)


async def _end_builds(
    ctx: Context, tx: Transaction, environment: EnvironmentRow, causes: dict[str, Cause]
) -> None:
    for row in await operations.open_of(tx, environment.id, *ON_REPLICA, lock=True):
        if row.node_id in causes:
            await _end(ctx, tx, environment, row, causes[row.node_id])


async def _end(
    ctx: Context,
    tx: Transaction,
    environment: EnvironmentRow,
    row: OperationRow,
    cause: Cause,
) -> None:
    ended = OperationState.CANCELLED
    document = CauseMessage.of(cause).model_dump(mode="json")
    await operations.end(tx, row.id, ended, ctx.clock(), cause=document)
    node = await _name(tx, row.node_id)
    operation_changed(ctx, tx, row.id, row.kind, ended, environment=environment.name, node=node)


async def _release(
    ctx: Context,
    tx: Transaction,
    environment: EnvironmentRow,
    goals: Mapping[str, Goal],
    requested_by: str | None,
    *,
    kind: OperationKind | None = None,
) -> None:
    """Give nodes new goals, in a handful of statements however many nodes there are."""
    now = ctx.clock()
    rows = [
        {
            "id": goal.operation,
            "kind": (kind or _kind(goal)).value,
            "created_at": now,
            "environment_id": environment.id,
            "node_id": node_id,
            "epoch": goal.version.epoch,
            "generation": goal.version.generation,
            "revision": goal.revision,
            "requested_by": requested_by,
        }
        for node_id, goal in goals.items()
    ]
    await operations.add_replica_work(tx, rows)
    await _set(ctx, tx, environment.id, goals)
    names = await nodes.names(tx, goals.keys())
    for node_id, goal in goals.items():
        operation_changed(
            ctx,
            tx,
            goal.operation,
            kind or _kind(goal),
            OperationState.QUEUED,
            environment=environment.name,
            node=names.get(node_id),
        )


async def _pythons(
    tx: Transaction, environment_id: str, revision: int, node_ids: Collection[str]
) -> dict[str, str | None]:
    """Return the Pythons of nodes that have another one than the revision's own, by id."""
    row = await revisions.get(tx, environment_id, revision)
    found = None if row is None else Pythons.of_spec(row.spec)
    if found is None or not found.overrides:
        return {}
    there = await nodes.by_ids(tx, node_ids)
    return {each.id: found.override(each.name, each.labels) for each in there.values()}


def _kind(goal: Goal) -> OperationKind:
    return OperationKind.BUILD if goal.revision is not None else OperationKind.REMOVE


async def _set(
    ctx: Context, tx: Transaction, environment_id: str, goals: Mapping[str, Goal]
) -> None:
    await replicas.set_goals(tx, environment_id, goals)
    await outbox.add_all_desired(tx, environment_id, list(goals), ctx.clock())
    tx.after_commit(ctx.wakes.outbox.ring)


async def _held(tx: Transaction, environment_id: str) -> list[ReplicaRow]:
    return await replicas.of_environments(tx, [environment_id], lock=True)


async def _name(tx: Transaction, node_id: str | None) -> str | None:
    node = None if node_id is None else await nodes.by_id(tx, node_id)
    return None if node is None else node.name
