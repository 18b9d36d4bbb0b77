"""What nodes are to do next about interpreters: new desired generations with operations.

As `venvoy.controller.releases` for environments: every change of what a node should have
goes through here, so that row, operation, outbox entry and event are always written
together. Callers hold the archive's row.
"""

from venvoy.controller.context import Context
from venvoy.controller.records import operation_changed
from venvoy.domain import generation
from venvoy.domain.cause import Step
from venvoy.domain.generation import Goal
from venvoy.domain.operation import superseded
from venvoy.domain.reconcile import Aim
from venvoy.domain.state import OperationKind, OperationState
from venvoy.store import meta, node_pythons, operations, outbox
from venvoy.store.node_pythons import NodePythonRow
from venvoy.store.nodes import NodeRow
from venvoy.store.operations import OperationRow
from venvoy.store.python_archives import ArchiveRow
from venvoy.store.session import Transaction
from venvoy.wire.messages import CauseMessage


async def install(
    ctx: Context, tx: Transaction, node: NodeRow, archive: ArchiveRow, requested_by: str | None
) -> str:
    """Have a node install an interpreter; return the id of the operation."""
    before = await node_pythons.get(tx, archive.id, node.id, lock=True)
    goal = generation.install(_goal(before), await meta.epoch(tx), ctx.new_id())
    await _release(ctx, tx, node, archive, goal, requested_by)
    return goal.operation


async def remove(
    ctx: Context, tx: Transaction, node: NodeRow, archive: ArchiveRow, requested_by: str | None
) -> str:
    """Have a node remove an interpreter; return the id of the operation."""
    before = await node_pythons.get(tx, archive.id, node.id, lock=True)
    goal = generation.remove(_goal(before), await meta.epoch(tx), ctx.new_id())
    await _release(ctx, tx, node, archive, goal, requested_by)
    return goal.operation


async def hold(ctx: Context, tx: Transaction, row: NodePythonRow) -> None:
    """Have a node stop what it does; the operation that is stopped keeps its id."""
    goal = generation.hold(row.goal, await meta.epoch(tx))
    await _set(ctx, tx, row.archive_id, row.node_id, goal)


async def end(ctx: Context, tx: Transaction, row: OperationRow, node: str | None, by: str) -> None:
    """End an operation in whose place a newer one stands."""
    cause = superseded(Step(row.step) if row.step else Step.QUEUE, by)
    document = CauseMessage.of(cause).model_dump(mode="json")
    ended = OperationState.CANCELLED
    await operations.end(tx, row.id, ended, ctx.clock(), cause=document)
    operation_changed(ctx, tx, row.id, row.kind, ended, node=node, python=row.python)


async def _release(
    ctx: Context,
    tx: Transaction,
    node: NodeRow,
    archive: ArchiveRow,
    goal: Goal,
    requested_by: str | None,
) -> None:
    for row in await operations.open_of_python(tx, archive.id, node.id):
        await end(ctx, tx, row, node.name, goal.operation)
    removing = goal.aim is Aim.REMOVE
    kind = OperationKind.PYTHON_REMOVE if removing else OperationKind.PYTHON_INSTALL
    await operations.add(
        tx,
        operation_id=goal.operation,
        kind=kind,
        now=ctx.clock(),
        node_id=node.id,
        archive_id=archive.id,
        python=archive.version,
        epoch=goal.version.epoch,
        generation=goal.version.generation,
        requested_by=requested_by,
    )
    await _set(ctx, tx, archive.id, node.id, goal)
    queued = OperationState.QUEUED
    operation_changed(ctx, tx, goal.operation, kind, queued, node=node.name, python=archive.version)


async def _set(ctx: Context, tx: Transaction, archive_id: str, node_id: str, goal: Goal) -> None:
    await node_pythons.set_goal(tx, archive_id, node_id, goal)
    await outbox.add_desired(tx, archive_id, node_id, ctx.clock())
    tx.after_commit(ctx.wakes.outbox.ring)


def _goal(row: NodePythonRow | None) -> Goal | None:
    return None if row is None else row.goal
