"""Commands on environments: create, edit, upgrade, delete.

Each decides outside the transaction and applies guarded by the environment's
version, so that two edits never mix; then one transaction writes the row, the
resolution that is asked for, the audit and the events. Resolving is left to
`venvoy.controller.resolutions`, what nodes do to `venvoy.controller.releases`.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from venvoy.controller import (
    drift_counts,
    fits,
    placements,
    placing,
    plans,
    promotions,
    proposals,
    releases,
    rollouts,
    running_use,
    wishes,
)
from venvoy.controller.blocks import may_force
from venvoy.controller.context import Actor, Context
from venvoy.controller.proposals import Base
from venvoy.controller.records import Change, environment_changed
from venvoy.controller.stale import refuse_stale
from venvoy.domain.cause import Step
from venvoy.domain.errors import Conflict
from venvoy.domain.name import check_name
from venvoy.domain.operation import environment_deleted
from venvoy.domain.placement import Wish
from venvoy.domain.proposal import Details, Proposal, changes_spec
from venvoy.domain.role import Role, require
from venvoy.domain.state import OperationKind
from venvoy.store import environments, idempotency
from venvoy.store.environments import EnvironmentRow
from venvoy.store.session import Transaction
from venvoy.wire.environments import EnvironmentCreate, EnvironmentEdit, EnvironmentUpgrade

Result = TypeVar("Result")

_ATTEMPTS = 20
"""How often an edit without `If-Match` is decided anew because others were quicker."""


async def create(
    ctx: Context,
    actor: Actor,
    wish: EnvironmentCreate,
    claim: idempotency.Claim | None = None,
) -> str:
    """Reserve the name and queue the first resolution, or take another's revision.

    If the resolution fails, the environment is gone again; its operation stays.

    Args:
        claim: of the request's `Idempotency-Key`; a repeated request gets the same
            operation.

    Returns:
        The id of the resolution's operation.

    Raises:
        Forbidden: `role-too-low`.
        InvalidInput: for a bad name, requirement, Python (`python-not-found` with
            what there is) or text.
        Conflict: `environment-exists`, or `idempotency-key-reused`.
    """
    require(actor.role, Role.OPERATOR)
    may_force(actor, force=bool(wish.force))
    name, details = check_name(wish.name), wishes.details(wish)
    nodes = await placements.nodes_for(ctx, wishes.placement(wish.placement))
    given = None if wish.source is None else await promotions.created(ctx, wish, nodes)
    proposal = wishes.created(wish, nodes) if given is None else given.proposal
    row = _new(ctx, actor, name, details)
    operation_id = str(row.operation_id)
    async with ctx.db.write() as tx:
        if claim and (kept := await idempotency.begin(tx, claim, row.created_at)) is not None:
            return str(kept["operation"])
        if not await environments.add(tx, row):
            raise Conflict("environment-exists", name=name)
        await placing.apply(ctx, tx, row, actor.user_id)
        await proposals.queue(ctx, tx, actor, row, operation_id, proposal)
        after = proposals.document(row, proposal) | ({"source": given.source} if given else {})
        await environment_changed(ctx, tx, actor, row, Change("created", 1, after=after))
        if given:
            await promotions.finish(ctx, tx, actor, row, operation_id, given)
        if claim:
            await idempotency.keep(tx, claim, {"operation": operation_id})
    if given:
        await promotions.note(ctx, operation_id, given)
    return operation_id


async def edit(
    ctx: Context,
    actor: Actor,
    name: str,
    change: EnvironmentEdit,
    if_match: str | None = None,
) -> str | None:
    """Change an environment; what needs no resolution is changed at once.

    The newest edit wins: a resolution that is under way is ended, and its wish is
    part of the new one.

    Args:
        change: with the id of a plan, what `venvoy.controller.plans.make` does.
        if_match: the version that the edit started from; None or `*` for any.

    Returns:
        The id of the resolution's operation, or None when nothing is to resolve.

    Raises:
        Forbidden: `role-too-low`.
        NotFound: `environment-not-found`.
        StaleVersion: `stale-version`, with who changed what since.
        InvalidInput: as `create`, and `requirement-not-listed`.
    """
    if change.plan is not None:
        return await plans.make(ctx, actor, name, change, if_match)
    if change.source is not None:
        return await promotions.edit(ctx, actor, name, change, if_match)
    details = wishes.details(change)

    async def apply(tx: Transaction, base: Base, proposal: Proposal) -> str | None:
        if changes_spec(base.proposal, proposal) or await _lacking(tx, base, change):
            return await proposals.propose(ctx, tx, actor, "edited", base, proposal)
        row = base.environment
        news = details.changes(row.policy)
        after = replace(row, version=row.version + 1, **news)
        if after == replace(row, version=row.version + 1):
            return None
        await environments.change(tx, row.id, ctx.clock(), **news)
        if "policy" in news:
            await drift_counts.follow(ctx, tx, row, after.policy)
        if news.keys() & {"placement", "policy"}:
            await placing.apply(ctx, tx, after, actor.user_id)
        was = proposals.document(row, base.proposal)
        now_is = proposals.document(after, base.proposal)
        edit_ = Change("edited", after.version, was, now_is)
        await environment_changed(ctx, tx, actor, row, edit_)
        return None

    where = None if change.placement is None else wishes.placement(change.placement)
    return await _change(
        ctx, actor, name, if_match, lambda b: wishes.edited(b, change), apply, where
    )


async def upgrade(
    ctx: Context,
    actor: Actor,
    name: str,
    wish: EnvironmentUpgrade,
    if_match: str | None = None,
) -> str:
    """Lock anew on purpose: the packages named, or all of them.

    Returns:
        The id of the resolution's operation.

    Raises:
        As `edit`, and InvalidInput `package-not-locked`.
    """

    async def apply(tx: Transaction, base: Base, proposal: Proposal) -> str:
        return await proposals.propose(ctx, tx, actor, "upgraded", base, proposal)

    return await _change(ctx, actor, name, if_match, lambda b: wishes.upgraded(b, wish), apply)


async def delete(
    ctx: Context,
    actor: Actor,
    name: str,
    if_match: str | None = None,
    *,
    force: bool = False,
) -> list[str]:
    """Delete an environment; its name is free at once, its replicas are removed.

    Work on it that has not ended is ended.

    Args:
        force: also while processes work in it; they keep their files until they end.

    Returns:
        The ids of the removals, one per replica.

    Raises:
        Forbidden: `role-too-low`.
        NotFound: `environment-not-found`.
        StaleVersion: `stale-version`, with who changed what since.
        Conflict: `environment-in-use`, with the nodes and how many processes.
    """
    require(actor.role, Role.OPERATOR)
    async with ctx.db.write() as tx:
        base = await proposals.load(tx, name, lock=True)
        row = base.environment
        await refuse_stale(tx, row, if_match)
        if not force:
            await running_use.refuse_used(tx, row)
        cause = environment_deleted(Step.RESOLVE, actor.username)
        await releases.end_open(ctx, tx, row, (OperationKind.RESOLVE,), cause)
        await rollouts.end(ctx, tx, row.id)
        removals = await releases.remove(ctx, tx, row, actor)
        now = ctx.clock()
        await environments.change(tx, row.id, now, deleted_at=now)
        before = proposals.document(row, base.proposal)
        deleted = Change("deleted", row.version + 1, before)
        await environment_changed(ctx, tx, actor, row, deleted)
        tx.after_commit(ctx.wakes.resolve.ring)
    return removals


async def _lacking(tx: Transaction, base: Base, change: EnvironmentEdit) -> bool:
    """Whether what is locked does not hold for a node that the edit names a place for."""
    if change.placement is None or base.pending or base.environment.revision is None:
        return False
    return await fits.lacking(tx, base.environment, base.nodes)


def _new(ctx: Context, actor: Actor, name: str, details: Details) -> EnvironmentRow:
    now = ctx.clock()
    return EnvironmentRow(
        id=ctx.new_id(),
        name=name,
        title=details.title or "",
        description=details.description or "",
        labels=dict(details.labels or {}),
        placement=dict(details.placement or {}),
        policy=details.changes({}).get("policy", {}),
        owner_id=actor.user_id,
        version=1,
        revision=None,
        operation_id=ctx.new_id(),
        created_at=now,
        updated_at=now,
    )


async def _change(
    ctx: Context,
    actor: Actor,
    name: str,
    if_match: str | None,
    decide: Callable[[Base], Proposal],
    apply: Callable[[Transaction, Base, Proposal], Awaitable[Result]],
    where: Wish | None = None,
) -> Result:
    """Load, decide outside the transaction, apply if nothing changed meanwhile.

    Args:
        where: the nodes that it is decided for, None for where it is placed.
    """
    require(actor.role, Role.OPERATOR)
    for _ in range(_ATTEMPTS):
        async with ctx.db.read() as tx:
            base = await proposals.load(tx, name)
            await refuse_stale(tx, base.environment, if_match)
        if where is None:
            base = replace(base, nodes=await placements.with_facts(ctx, base.nodes))
        else:
            base = replace(base, nodes=await placements.nodes_for(ctx, where))
        proposal = decide(base)
        async with ctx.db.write() as tx:
            if await environments.get(tx, name, lock=True) == base.environment:
                return await apply(tx, base, proposal)
    raise Conflict("environment-busy", name=name)
