"""What every change leaves behind: an audit entry and events, in its transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from venvoy.controller.context import Actor, Context
from venvoy.domain.state import OperationKind, OperationState
from venvoy.store import audit, events
from venvoy.store.environments import EnvironmentRow
from venvoy.store.nodes import NodeRow
from venvoy.store.operations import OperationRow
from venvoy.store.session import Transaction


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to an environment or a node.

    Attributes:
        action: past participle, such as `created`; the audit says
            `environment-created`, and so does the event.
        version: the subject's version after it.
        before, after: the whole document, for the audit.
        told: what the event says beside the names.
    """

    action: str
    version: int
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    told: Mapping[str, object] = field(default_factory=dict)


async def environment_changed(
    ctx: Context,
    tx: Transaction,
    actor: Actor | None,
    environment: EnvironmentRow,
    change: Change,
) -> None:
    """Note a change of an environment; no actor means that the controller did it."""
    names = {"environment": environment.name, "environment_id": environment.id}
    await _changed(ctx, tx, actor, "environment", environment, change, names)


async def node_changed(
    ctx: Context, tx: Transaction, actor: Actor | None, node: NodeRow, change: Change
) -> None:
    """Note a change of a node; no actor means that the controller did it."""
    await _changed(ctx, tx, actor, "node", node, change, {"node": node.name})


async def _changed(
    ctx: Context,
    tx: Transaction,
    actor: Actor | None,
    kind: str,
    subject: EnvironmentRow | NodeRow,
    change: Change,
    names: Mapping[str, object],
) -> None:
    now, code = ctx.clock(), f"{kind}-{change.action}"
    await audit.add(
        tx,
        audit.AuditRow(
            id=ctx.new_id(),
            at=now,
            user_id=actor.user_id if actor else None,
            username=actor.username if actor else None,
            action=code,
            subject_kind=kind,
            subject_id=subject.id,
            subject_name=subject.name,
            version=change.version,
            before=None if change.before is None else dict(change.before),
            after=None if change.after is None else dict(change.after),
        ),
    )
    events.add(tx, code, now, **names, **change.told)
    tx.after_commit(ctx.wakes.changed.ring)


async def operation_asked(
    ctx: Context, tx: Transaction, actor: Actor, action: str, operation: OperationRow, name: str
) -> None:
    """Note what somebody asked of an operation.

    Args:
        action: past participle, such as `cancelled`.
        name: of the operation's environment.
    """
    await audit.add(
        tx,
        audit.AuditRow(
            id=ctx.new_id(),
            at=ctx.clock(),
            user_id=actor.user_id,
            username=actor.username,
            action=f"operation-{action}",
            subject_kind="operation",
            subject_id=operation.id,
            subject_name=name,
            before={"kind": operation.kind.value, "state": operation.state.value},
        ),
    )


def operation_changed(
    ctx: Context,
    tx: Transaction,
    operation_id: str,
    kind: OperationKind,
    state: OperationState,
    **about: str | None,
) -> None:
    """Note that an operation is in a new state.

    Args:
        about: names of what it is about: `environment`, `node`, and `python`, the version
            of an interpreter.
    """
    events.add(
        tx,
        f"operation-{state.value}",
        ctx.clock(),
        operation=operation_id,
        kind=kind.value,
        **({"environment": None, "node": None} | about),
    )
    tx.after_commit(ctx.wakes.changed.ring)
