"""Proposals in the database: what an edit starts from, what is queued to be resolved.

A proposal lives on its `resolve` operation until that ends. While one is open, the
environment's document shows it; if it comes to nothing, the environment is what it
was before, and one that never had a revision is gone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from venvoy.controller import releases
from venvoy.controller.context import Actor, Context
from venvoy.controller.records import Change, environment_changed, operation_changed
from venvoy.domain.cause import Step
from venvoy.domain.errors import Conflict, NotFound
from venvoy.domain.operation import superseded
from venvoy.domain.placement import Wish
from venvoy.domain.policy import Policy, disclosed
from venvoy.domain.proposal import Proposal, follow
from venvoy.domain.state import OperationKind, OperationState
from venvoy.store import environments, locks, operations, revisions
from venvoy.store.environments import EnvironmentRow
from venvoy.store.nodes import NodeRow
from venvoy.store.session import Transaction

_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Base:
    """What an edit starts from, read in one transaction.

    Attributes:
        proposal: the one that is being resolved, else the newest revision's.
        pending: whether it is the former.
        locked: names of the newest revision's packages.
        nodes: where the environment is placed.
    """

    environment: EnvironmentRow
    proposal: Proposal
    pending: bool
    locked: frozenset[str]
    nodes: list[NodeRow]


async def load(tx: Transaction, name: str, *, lock: bool = False) -> Base:
    """Return what an edit of the named environment starts from.

    Raises:
        NotFound: `environment-not-found`.
        Conflict: `environment-busy`, when it has neither a revision nor a proposal:
            its first resolution is just ending.
    """
    row = await environments.get(tx, name, lock=lock)
    if row is None:
        raise NotFound("environment-not-found", name=name[:_SHOWN])
    pending = await operations.open_of(tx, row.id, OperationKind.RESOLVE, lock=lock)
    live = None if row.revision is None else await revisions.get(tx, row.id, row.revision)
    asked = pending[-1].proposal if pending else live.spec if live else None
    if asked is None:
        raise Conflict("environment-busy", name=name)
    return Base(
        environment=row,
        proposal=Proposal.of(asked),
        pending=bool(pending),
        locked=await locks.package_names(tx, live.lock_digest) if live else frozenset(),
        nodes=await environments.placed_on(tx, row.id),
    )


async def propose(
    ctx: Context,
    tx: Transaction,
    actor: Actor,
    action: str,
    base: Base,
    proposal: Proposal,
    told: Mapping[str, str] | None = None,
) -> str:
    """Queue the resolution of a change in the place of one that is under way.

    Args:
        action: past participle for the audit, such as `edited`.
        told: what the audit says beside the document.

    Returns:
        The id of the resolution's operation.
    """
    row, operation_id = base.environment, ctx.new_id()
    if base.pending:
        proposal = follow(base.proposal, proposal)
    cause = superseded(Step.RESOLVE, operation_id)
    await releases.end_open(ctx, tx, row, (OperationKind.RESOLVE,), cause)
    await environments.change(tx, row.id, ctx.clock(), operation_id=operation_id)
    await queue(ctx, tx, actor, row, operation_id, proposal)
    before, after = document(row, base.proposal), document(row, proposal) | dict(told or {})
    change = Change(action, row.version + 1, before, after)
    await environment_changed(ctx, tx, actor, row, change)
    return operation_id


async def queue(
    ctx: Context,
    tx: Transaction,
    actor: Actor,
    environment: EnvironmentRow,
    operation_id: str,
    proposal: Proposal,
) -> None:
    """Put a resolution into the queue."""
    await operations.add(
        tx,
        operation_id=operation_id,
        kind=OperationKind.RESOLVE,
        now=ctx.clock(),
        environment_id=environment.id,
        requested_by=actor.user_id,
        proposal=proposal.document(),
    )
    operation_changed(
        ctx,
        tx,
        operation_id,
        OperationKind.RESOLVE,
        OperationState.QUEUED,
        environment=environment.name,
    )
    tx.after_commit(ctx.wakes.resolve.ring)


def resolved(ctx: Context, tx: Transaction, operation_id: str, name: str) -> None:
    """Note that the resolution of the named environment has succeeded."""
    kind, state = OperationKind.RESOLVE, OperationState.SUCCEEDED
    operation_changed(ctx, tx, operation_id, kind, state, environment=name)


async def withdraw(
    ctx: Context, tx: Transaction, actor: Actor | None, row: EnvironmentRow, proposal: Proposal
) -> None:
    """Put an environment back to what it was before a proposal that came to nothing.

    Callers hold the environment's lock and have ended the operation.

    Args:
        actor: who cancelled it; None when it failed.
    """
    now, before = ctx.clock(), document(row, proposal)
    live = None if row.revision is None else await revisions.get(tx, row.id, row.revision)
    if live is None:
        await environments.change(tx, row.id, now, deleted_at=now)
        action, after = "abandoned", None
    else:
        await environments.change(tx, row.id, now)
        action, after = "reverted", document(row, Proposal.of(live.spec))
    change = Change(action, row.version + 1, before, after)
    await environment_changed(ctx, tx, actor, row, change)


def policy_of(row: EnvironmentRow, proposal: Proposal) -> Policy:
    """Return how an environment is kept once a proposal has gone through."""
    return Policy.of(proposal.details.changes(row.policy).get("policy", row.policy))


def document(row: EnvironmentRow, proposal: Proposal) -> dict[str, Any]:
    """Return what the audit keeps of an environment with a proposal gone through."""
    details = {
        "title": row.title,
        "description": row.description,
        "labels": row.labels,
        "placement": Wish.of(row.placement).document(),
        "policy": row.policy,
    }
    spec = proposal.spec_document()
    told = {"python_for": [each.text for each in proposal.overrides]}
    whole = details | proposal.details.changes(row.policy) | spec | told
    return whole | {"policy": disclosed(whole["policy"])}
