"""What nodes are to do next: new desired generations with their operations.

Every change of a replica's desired state goes through here, so that the row, its
operation, the outbox entry and the event are always written together. The callers
hold the environment's lock.
"""

from collections.abc import Sequence

from venvoy.controller.context import Actor, Context
from venvoy.controller.records import operation_changed
from venvoy.domain import generation
from venvoy.domain.cause import Cause, Step
from venvoy.domain.generation import Goal
from venvoy.domain.operation import environment_deleted, superseded
from venvoy.domain.state import OperationKind, OperationState
from venvoy.store import environments, meta, nodes, operations, outbox, replicas
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
) -> list[str]:
    """Give every placed node a revision to install; what it was doing is superseded.

    Returns:
        The ids of the build operations, one per node.
    """
    placed = await environments.placed_on(tx, environment.id)
    held = {row.node_id: row for row in await _held(tx, environment.id)}
    made = {node.id: ctx.new_id() for node in placed}
    by_node = {node_id: superseded(Step.QUEUE, made[node_id]) for node_id in made}
    await _end_builds(ctx, tx, environment, by_node)
    epoch = await meta.epoch(tx)
    for node in placed:
        before = held[node.id].goal if node.id in held else None
        goal = generation.install(before, epoch, made[node.id], revision)
        await _release(ctx, tx, environment, node.id, goal, requested_by)
    return list(made.values())


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
    made = []
    for row in held:
        goal = generation.remove(row.goal, epoch, ctx.new_id())
        await _release(ctx, tx, environment, row.node_id, goal, actor.user_id)
        made.append(goal.operation)
    return made


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
        goal = generation.install(replica.goal, epoch, made, failed.revision)
    await _release(ctx, tx, environment, replica.node_id, goal, actor.user_id)
    return made


async def hold(
    ctx: Context, tx: Transaction, environment: EnvironmentRow, replica: ReplicaRow
) -> None:
    """Have a node stop what it does; the operation that is stopped keeps its id."""
    goal = generation.hold(replica.goal, await meta.epoch(tx))
    await _set(ctx, tx, environment.id, replica.node_id, goal)


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
    kinds = (OperationKind.BUILD, OperationKind.REMOVE)
    for row in await operations.open_of(tx, environment.id, *kinds, lock=True):
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
    node_id: str,
    goal: Goal,
    requested_by: str | None,
) -> None:
    kind = OperationKind.BUILD if goal.revision is not None else OperationKind.REMOVE
    await operations.add(
        tx,
        operation_id=goal.operation,
        kind=kind,
        now=ctx.clock(),
        environment_id=environment.id,
        node_id=node_id,
        epoch=goal.version.epoch,
        generation=goal.version.generation,
        revision=goal.revision,
        requested_by=requested_by,
    )
    await _set(ctx, tx, environment.id, node_id, goal)
    node = await _name(tx, node_id)
    operation_changed(
        ctx,
        tx,
        goal.operation,
        kind,
        OperationState.QUEUED,
        environment=environment.name,
        node=node,
    )


async def _set(
    ctx: Context, tx: Transaction, environment_id: str, node_id: str, goal: Goal
) -> None:
    await replicas.set_goal(tx, environment_id, node_id, goal)
    await outbox.add_desired(tx, environment_id, node_id, ctx.clock())
    tx.after_commit(ctx.wakes.outbox.ring)


async def _held(tx: Transaction, environment_id: str) -> list[ReplicaRow]:
    return await replicas.of_environments(tx, [environment_id], lock=True)


async def _name(tx: Transaction, node_id: str | None) -> str | None:
    node = None if node_id is None else await nodes.by_id(tx, node_id)
    return None if node is None else node.name
