"""Commands on operations: cancel, try again, wait for the end."""

import asyncio

from venvoy.controller import proposals, python_operations, releases
from venvoy.controller.context import Actor, Context
from venvoy.controller.records import operation_asked, operation_changed
from venvoy.domain.cause import Step
from venvoy.domain.errors import Conflict, NotFound
from venvoy.domain.operation import Cancelling, cancelled_by, cancelling, check_retry
from venvoy.domain.proposal import Proposal
from venvoy.domain.role import Role, require
from venvoy.domain.state import OperationKind, OperationState
from venvoy.store import environments, idempotency, nodes, operations, replicas
from venvoy.store.environments import EnvironmentRow
from venvoy.store.operations import OperationRow
from venvoy.store.session import Transaction
from venvoy.wire.messages import CauseMessage

_SHOWN = 80
_LOOK_SECONDS = 0.5
"""Another controller may have made the change: its bell does not ring here."""


async def cancel(ctx: Context, actor: Actor, operation_id: str) -> str:
    """Stop an operation; what is live stays live.

    A resolution ends at once and leaves the environment as it was. A build ends once
    its node has stopped, or at once when nobody is at work.

    Returns:
        The id of the operation to follow to its end: the same.

    Raises:
        Forbidden: `role-too-low`.
        NotFound: `operation-not-found`.
        Conflict: `operation-ended` or `operation-not-cancellable`.
    """
    require(actor.role, Role.OPERATOR)
    async with ctx.db.write() as tx:
        if (of_python := await _of_python(tx, operation_id)) is not None:
            await python_operations.cancel(ctx, tx, actor, of_python)
            return operation_id
        row, environment = await _locked(tx, operation_id)
        if row.kind is OperationKind.RESOLVE:
            cancelling(row.kind, row.state)
            await _end(ctx, tx, actor, row, environment)
            await proposals.withdraw(ctx, tx, actor, environment, Proposal.of(row.proposal or {}))
            tx.after_commit(ctx.wakes.resolve.ring)
        else:
            await _cancel_build(ctx, tx, actor, row, environment)
        await operation_asked(ctx, tx, actor, "cancelled", row, environment.name)
    return operation_id


async def retry(
    ctx: Context, actor: Actor, operation_id: str, claim: idempotency.Claim | None = None
) -> str:
    """Try again what failed or was cancelled, if it is still what is wanted.

    Args:
        claim: of the request's `Idempotency-Key`; a repeated request gets the same
            operation.

    Returns:
        The id of the new operation.

    Raises:
        Forbidden: `role-too-low`.
        NotFound: `operation-not-found`.
        Conflict: `operation-not-failed`, `operation-superseded`,
            `operation-environment-deleted` or `idempotency-key-reused`.
    """
    require(actor.role, Role.OPERATOR)
    async with ctx.db.write() as tx:
        if claim and (kept := await idempotency.begin(tx, claim, ctx.clock())) is not None:
            return str(kept["operation"])
        if (of_python := await _of_python(tx, operation_id)) is not None:
            made = await python_operations.retry(ctx, tx, actor, of_python)
        else:
            made = await _retry(ctx, tx, actor, operation_id)
        if claim:
            await idempotency.keep(tx, claim, {"operation": made})
    return made


async def _retry(ctx: Context, tx: Transaction, actor: Actor, operation_id: str) -> str:
    row, environment = await _locked(tx, operation_id)
    again = _retry_resolution if row.kind is OperationKind.RESOLVE else _retry_on_node
    made = await again(ctx, tx, actor, row, environment)
    await operation_asked(ctx, tx, actor, "retried", row, environment.name)
    return made


async def wait_ended(ctx: Context, operation_id: str, seconds: float) -> OperationRow:
    """Return the operation once it has ended, or as it is after so many seconds.

    Raises:
        NotFound: `operation-not-found`.
    """
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        seen = ctx.wakes.changed.count
        async with ctx.db.read() as tx:
            row = await _get(tx, operation_id)
        left = deadline - asyncio.get_running_loop().time()
        if row.state.ended or left <= 0:
            return row
        await ctx.wakes.changed.wait(seen, min(left, _LOOK_SECONDS))


async def _retry_resolution(
    ctx: Context, tx: Transaction, actor: Actor, row: OperationRow, environment: EnvironmentRow
) -> str:
    newest, deleted = environment.operation_id == row.id, environment.deleted_at is not None
    check_retry(row.state, newest=newest, deleted=deleted)
    base = await proposals.load(tx, environment.name, lock=True)
    return await proposals.propose(ctx, tx, actor, "edited", base, Proposal.of(row.proposal or {}))


async def _retry_on_node(
    ctx: Context, tx: Transaction, actor: Actor, row: OperationRow, environment: EnvironmentRow
) -> str:
    replica = await replicas.get(tx, environment.id, row.node_id or "", lock=True)
    deleted = environment.deleted_at is not None and row.kind is not OperationKind.REMOVE
    newest = replica is not None and replica.operation_id == row.id
    check_retry(row.state, newest=newest, deleted=deleted)
    if replica is None:
        raise Conflict("operation-superseded")
    return await releases.again(ctx, tx, environment, replica, row, actor)


async def _cancel_build(
    ctx: Context, tx: Transaction, actor: Actor, row: OperationRow, environment: EnvironmentRow
) -> None:
    replica = await replicas.get(tx, environment.id, row.node_id or "", lock=True)
    node = await nodes.by_id(tx, row.node_id or "")
    how = cancelling(row.kind, row.state, node_online=node is not None and node.online)
    if replica is not None and replica.operation_id == row.id:
        await releases.hold(ctx, tx, environment, replica)
    if how is Cancelling.AT_ONCE:
        await _end(ctx, tx, actor, row, environment, node=node.name if node else None)
    else:
        await operations.change(tx, row.id, cancel_requested=True)
        tx.after_commit(ctx.wakes.changed.ring)


async def _end(
    ctx: Context,
    tx: Transaction,
    actor: Actor,
    row: OperationRow,
    environment: EnvironmentRow,
    node: str | None = None,
) -> None:
    step = Step(row.step) if row.step else Step.QUEUE
    cause = CauseMessage.of(cancelled_by(step, actor.username)).model_dump(mode="json")
    ended = OperationState.CANCELLED
    await operations.end(tx, row.id, ended, ctx.clock(), cause=cause, cancel_requested=True)
    operation_changed(ctx, tx, row.id, row.kind, ended, environment=environment.name, node=node)


async def _of_python(tx: Transaction, operation_id: str) -> OperationRow | None:
    """Return an operation if it is on an interpreter."""
    row = await _get(tx, operation_id)
    return row if row.archive_id is not None else None


async def _locked(tx: Transaction, operation_id: str) -> tuple[OperationRow, EnvironmentRow]:
    """Return an operation and its environment, both held, in the order of locks."""
    environment_id = (await _get(tx, operation_id)).environment_id or ""
    environment = await environments.by_id(tx, environment_id, lock=True)
    row = await operations.get(tx, operation_id, lock=True)
    if row is None or environment is None:
        raise NotFound("operation-not-found", operation=operation_id[:_SHOWN])
    return row, environment


async def _get(tx: Transaction, operation_id: str) -> OperationRow:
    row = await operations.get(tx, operation_id)
    if row is None:
        raise NotFound("operation-not-found", operation=operation_id[:_SHOWN])
    return row
