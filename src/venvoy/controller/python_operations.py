"""Cancelling and repeating work on interpreters; the rules are those of all operations."""

from venvoy.controller import python_releases
from venvoy.controller.context import Actor, Context
from venvoy.controller.records import operation_asked, operation_changed
from venvoy.domain.cause import Step
from venvoy.domain.errors import Conflict
from venvoy.domain.operation import Cancelling, cancelled_by, cancelling, check_retry
from venvoy.domain.state import OperationKind, OperationState
from venvoy.store import node_pythons, nodes, operations, python_archives
from venvoy.store.operations import OperationRow
from venvoy.store.session import Transaction
from venvoy.wire.messages import CauseMessage


async def cancel(ctx: Context, tx: Transaction, actor: Actor, row: OperationRow) -> None:
    """Have a node stop an installation; what it had before stays.

    Raises:
        Conflict: `operation-ended` or `operation-not-cancellable`.
    """
    archive_id, node_id = row.archive_id or "", row.node_id or ""
    await python_archives.get(tx, archive_id, lock=True)
    node = await nodes.by_id(tx, node_id)
    how = cancelling(row.kind, row.state, node_online=node is not None and node.online)
    held = await node_pythons.get(tx, archive_id, node_id, lock=True)
    if held is not None and held.operation_id == row.id:
        await python_releases.hold(ctx, tx, held)
    if how is Cancelling.ASKED:
        await operations.change(tx, row.id, cancel_requested=True)
        tx.after_commit(ctx.wakes.changed.ring)
    else:
        cause = cancelled_by(Step(row.step) if row.step else Step.QUEUE, actor.username)
        document = CauseMessage.of(cause).model_dump(mode="json")
        ended, name = OperationState.CANCELLED, node.name if node else None
        await operations.end(tx, row.id, ended, ctx.clock(), cause=document, cancel_requested=True)
        operation_changed(ctx, tx, row.id, row.kind, ended, node=name, python=row.python)
    await operation_asked(ctx, tx, actor, "cancelled", row, _name(row))


async def retry(ctx: Context, tx: Transaction, actor: Actor, row: OperationRow) -> str:
    """Have a node try again what failed; return the id of the new operation.

    Raises:
        Conflict: `operation-not-failed` or `operation-superseded`.
    """
    archive = await python_archives.get(tx, row.archive_id or "", lock=True)
    node = await nodes.by_id(tx, row.node_id or "", lock=True)
    held = await node_pythons.get(tx, row.archive_id or "", row.node_id or "", lock=True)
    newest = held is not None and held.operation_id == row.id
    check_retry(row.state, newest=newest)
    if archive is None or node is None or node.removed_at is not None:
        raise Conflict("operation-superseded")
    again = (
        python_releases.remove
        if row.kind is OperationKind.PYTHON_REMOVE
        else python_releases.install
    )
    made = await again(ctx, tx, node, archive, actor.user_id)
    await operation_asked(ctx, tx, actor, "retried", row, _name(row))
    return made


def _name(row: OperationRow) -> str:
    return f"python {row.python}"
