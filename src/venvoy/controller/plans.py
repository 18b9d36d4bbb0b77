"""Plans: an edit resolved and looked at, kept for a day, and made exactly as it was shown.

Making a plan changes nothing. It goes the way of an edit (`wishes`, `proposals`) up to
the lock; that is kept, so that what goes out later is that lock and no other. A plan is
good for the version and the revision that it was made from and for the nodes of that
moment; else it is refused with what differs.
"""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta

from venvoy.controller import placements, plan_view, promotions, proposals, views, wishes
from venvoy.controller.blocks import may_force
from venvoy.controller.context import Actor, Context, ResolveRequest
from venvoy.controller.fits import LACKS, Fits
from venvoy.controller.knowledge import gather
from venvoy.controller.machines import without_node
from venvoy.controller.plan_view import Outlook
from venvoy.controller.promotions import Promoted
from venvoy.controller.proposals import Base
from venvoy.controller.resolve_project import targets_of
from venvoy.controller.revising import revise
from venvoy.controller.stale import refuse_stale
from venvoy.domain.adoption import message_of
from venvoy.domain.block import Block
from venvoy.domain.cause import Step
from venvoy.domain.difference import describe
from venvoy.domain.errors import InvalidInput, NotFound, StaleVersion, TimedOut
from venvoy.domain.lock import Lock
from venvoy.domain.placement import Wish
from venvoy.domain.printable import check_text
from venvoy.domain.proposal import Proposal, follow
from venvoy.domain.role import Role, require
from venvoy.domain.state import OperationState
from venvoy.domain.wheel import missing_wheels
from venvoy.store import audit, blocks, environments, locks, operations, plans, replicas, revisions
from venvoy.store.nodes import NodeRow
from venvoy.store.plans import PlanRow
from venvoy.store.session import Transaction
from venvoy.wire.environments import EnvironmentEdit, EnvironmentUpgrade
from venvoy.wire.plans import EnvironmentPlan, Plan

KEPT_FOR = timedelta(days=1)
KEPT = 20
"""Plans of one environment; the oldest go first."""

LIMIT_S = 60.0
"""How long somebody waits for a plan, its turn included; an edit may take longer."""

_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Start:
    """What a plan starts from, read in one transaction.

    Attributes:
        spec: the newest revision's wish; an empty one before the first.
        lock: its lock, None before the first.
        before: where the environment is placed, whatever the plan asks for.
        blocks: releases that must not be chosen.
    """

    base: Base
    spec: Proposal
    lock: Lock | None
    before: list[NodeRow]
    blocks: tuple[Block, ...]


async def plan(ctx: Context, actor: Actor, name: str, wish: EnvironmentPlan) -> Plan:
    """Say what a change would do, and keep that.

    Raises:
        Forbidden: `role-too-low`: it makes the controller ask indexes.
        NotFound: `environment-not-found`.
        InvalidInput: as an edit and an upgrade.
        ResolveFailed: with the cause; nothing is kept.
        TimedOut: `plan-too-slow`.
    """
    require(actor.role, Role.OPERATOR)
    may_force(actor, force=bool(wish.force))
    async with ctx.db.read() as tx:
        start = await start_of(tx, name)
    if wish.placement is None:
        nodes = await placements.with_facts(ctx, start.before)
    else:
        nodes = await placements.nodes_for(ctx, wishes.placement(wish.placement))
    start = replace(start, base=replace(start.base, nodes=nodes))
    promoted = await _promoted(ctx, start.base, wish)
    proposal = promoted.proposal if promoted else _proposal(start.base, wish)
    request = ResolveRequest(
        spec=proposal.spec,
        live=start.lock,
        upgrade=proposal.upgrade,
        targets=placements.targets(nodes, proposal.pythons),
        blocks=start.blocks,
        cooling=proposals.policy_of(start.base.environment, proposal).cooling(ctx.clock()),
    )
    lock = promoted.lock if promoted else await _resolved(ctx, start, proposal, request)
    shown = await shown_of(ctx, actor, start, proposal, lock, request)
    if promoted:
        told = {"source": promoted.source, "forced": bool(wish.force)}
        shown = shown.model_copy(update=told)
    await keep(ctx, actor, start, proposal, lock, shown)
    return shown


async def keep(
    ctx: Context, actor: Actor, start: Start, proposal: Proposal, lock: Lock, shown: Plan
) -> None:
    """Keep a plan for a day, so that it can be made as it was shown."""
    async with ctx.db.write() as tx:
        await locks.add(tx, lock, ctx.clock())
        await plans.add(tx, _row(start, proposal, shown, actor), keep=KEPT)


async def show(ctx: Context, name: str, plan_id: str) -> Plan:
    """Return a plan as it was shown.

    Raises:
        NotFound: `environment-not-found`, or `plan-not-found`.
    """
    async with ctx.db.read() as tx:
        environment = await environments.get(tx, name)
        if environment is None:
            raise NotFound("environment-not-found", name=name[:_SHOWN])
        row = await _kept(ctx, tx, environment.id, name, plan_id)
    return Plan.model_validate(row.shown)


async def make(
    ctx: Context, actor: Actor, name: str, change: EnvironmentEdit, if_match: str | None = None
) -> str:
    """Make a change exactly as its plan showed it, without resolving again.

    Args:
        change: with the id of a plan, and at most a message beside it.
        if_match: as of an edit.

    Returns:
        The id of an operation that has succeeded already.

    Raises:
        Forbidden: `role-too-low`.
        NotFound: `environment-not-found`, or `plan-not-found`.
        InvalidInput: `plan-with-changes`.
        StaleVersion: `plan-stale` or `stale-version`, with what differs.
    """
    require(actor.role, Role.OPERATOR)
    if change != EnvironmentEdit(plan=change.plan, message=change.message):
        raise InvalidInput("plan-with-changes", name=name[:_SHOWN])
    async with ctx.db.write() as tx:
        base = await proposals.load(tx, name, lock=True)
        row = await _kept(ctx, tx, base.environment.id, name, change.plan or "")
        lock = await locks.get(tx, row.lock_digest)
        if lock is None:
            raise NotFound("lock-not-found", digest=row.lock_digest)
        await _refuse_stale(tx, base, row, lock)
        await refuse_stale(tx, base.environment, if_match)
        proposal, source = Proposal.of(row.proposal), row.shown.get("source")
        adopted = (row.shown.get("adoption") or {}).get("node")
        force = bool(row.shown.get("forced"))
        may_force(actor, force=force)
        if change.message:
            message = _message(check_text("message", change.message), source, adopted)
            proposal = replace(proposal, message=message)
        origin = {"source": source, "adopted_from": adopted}
        told = {field: name for field, name in origin.items() if name}
        operation = await proposals.propose(ctx, tx, actor, "edited", base, proposal, told)
        environment = await environments.by_id(tx, base.environment.id, lock=True)
        there = environment or base.environment
        number = await revise(ctx, tx, there, proposal, lock, actor.user_id, force=force)
        await operations.end(tx, operation, OperationState.SUCCEEDED, ctx.clock(), revision=number)
        proposals.resolved(ctx, tx, operation, name)
    lines = [f"locked as plan {row.id} showed"]
    if source:
        lines.append(f"the lock of {source}, {lock.digest}, nothing resolved")
    if adopted:
        lines.append(f"as {adopted} holds it")
    await ctx.logs.write(operation, Step.RESOLVE, lines)
    await ctx.logs.close(operation)
    return operation


def _message(said: str, source: str | None, adopted: str | None) -> str:
    if source:
        return promotions.message_of(said, source)
    return message_of(adopted, said) if adopted else said


async def start_of(tx: Transaction, name: str) -> Start:
    """Return what a plan of the named environment starts from.

    Raises:
        NotFound, Conflict: as `venvoy.controller.proposals.load`.
    """
    base, unwanted = await proposals.load(tx, name), await blocks.everything(tx)
    number = base.environment.revision
    live = None if number is None else await revisions.get(tx, base.environment.id, number)
    if live is None:
        nothing = Proposal(requirements=(), python=base.proposal.python)
        return Start(base, nothing, None, base.nodes, unwanted)
    lock = await locks.get(tx, live.lock_digest)
    return Start(base, Proposal.of(live.spec), lock, base.nodes, unwanted)


async def _promoted(ctx: Context, base: Base, wish: EnvironmentPlan) -> Promoted | None:
    """Return what a plan takes from another environment, None where it takes nothing."""
    if wish.source is None:
        return None
    if wish.upgrade is not None:
        raise InvalidInput("promotion-with-changes", name=base.environment.name)
    async with ctx.db.read() as tx:
        return await promotions.proposed(tx, base, wish, base.nodes)


def _proposal(base: Base, wish: EnvironmentPlan) -> Proposal:
    """Return what an edit and an upgrade together would ask for."""
    fields = wish.model_dump(exclude={"upgrade"}, exclude_unset=True)
    proposal = wishes.edited(base, EnvironmentEdit.model_validate(fields))
    if wish.upgrade is not None:
        upgrade = EnvironmentUpgrade(packages=wish.upgrade.packages)
        proposal = replace(proposal, upgrade=wishes.upgraded(base, upgrade).upgrade)
    return follow(base.proposal, proposal) if base.pending else proposal


async def _resolved(
    ctx: Context, start: Start, proposal: Proposal, request: ResolveRequest
) -> Lock:
    same = proposal.upgrade is None and proposal.spec_document() == start.spec.spec_document()
    if start.lock is not None and same:
        fits = Fits(start.lock, proposal.pythons)
        causes = [fits.refusal(node) for node in start.base.nodes]
        if not any(cause is not None and cause.code == LACKS for cause in causes):
            return start.lock
    return await resolve(ctx, request)


async def resolve(ctx: Context, request: ResolveRequest) -> Lock:
    """Resolve while somebody waits, when it is its turn.

    Raises:
        ResolveFailed: with the cause.
        TimedOut: `plan-too-slow`.
    """
    try:
        async with asyncio.timeout(LIMIT_S), ctx.planning:
            return await ctx.resolver.resolve(request, _unheard)
    except TimeoutError:
        raise TimedOut("plan-too-slow", limit=LIMIT_S) from None


async def shown_of(
    ctx: Context,
    actor: Actor,
    start: Start,
    proposal: Proposal,
    lock: Lock,
    request: ResolveRequest,
) -> Plan:
    """Return a plan as people see it; nothing is kept."""
    base, now = start.base, ctx.clock()
    known = await gather(ctx.catalogue, lock, {package.name for package in lock.packages})
    async with ctx.db.read() as tx:
        live = await replicas.live_on(tx, [node.id for node in base.nodes])
        held = await locks.get_many(tx, {row.lock_digest for row in live})
    revises = start.lock is None or (lock.digest, proposal.spec_document()) != (
        start.lock.digest,
        start.spec.spec_document(),
    )
    outlook = Outlook(
        environment_id=base.environment.id,
        base=(start.spec, start.lock),
        after=(proposal, lock),
        revises=revises,
        known=known,
        nodes=base.nodes,
        new=frozenset(node.id for node in base.nodes) - {node.id for node in start.before},
        live=live,
        locks=held,
        asked=without_node(request),
    )
    was = proposals.document(base.environment, start.spec)
    targets, nodes = await asyncio.to_thread(
        lambda: (plan_view.targets(outlook), plan_view.nodes(outlook))
    )
    return Plan(
        id=ctx.new_id(),
        environment=base.environment.name,
        base_version=str(base.environment.version),
        base_revision=base.environment.revision,
        author=actor.username,
        created_at=now,
        expires_at=now + KEPT_FOR,
        changed=describe(was, proposals.document(base.environment, proposal)),
        revises=revises,
        requirements=list(proposal.requirements),
        python=proposal.python,
        python_for=views.python_for(proposal.overrides),
        platforms=list(proposal.platforms),
        lock_digest=lock.digest,
        package_count=len({(package.name, package.version) for package in lock.packages}),
        targets=targets,
        nodes=nodes,
        leaving=sorted({node.name for node in start.before} - {node.name for node in base.nodes}),
        offers_unknown=list(known.unknown),
    )


def _row(start: Start, proposal: Proposal, shown: Plan, actor: Actor) -> PlanRow:
    return PlanRow(
        id=shown.id,
        environment_id=start.base.environment.id,
        base_version=start.base.environment.version,
        base_revision=start.base.environment.revision,
        proposal=proposal.document(),
        lock_digest=shown.lock_digest,
        shown=shown.model_dump(mode="json"),
        author_id=actor.user_id,
        created_at=shown.created_at,
        expires_at=shown.expires_at,
    )


async def _kept(
    ctx: Context, tx: Transaction, environment_id: str, name: str, plan_id: str
) -> PlanRow:
    row = await plans.get(tx, environment_id, plan_id, ctx.clock())
    if row is None:
        raise NotFound("plan-not-found", plan=plan_id[:_SHOWN], name=name[:_SHOWN])
    return row


async def _refuse_stale(tx: Transaction, base: Base, row: PlanRow, lock: Lock) -> None:
    """Refuse a plan whose environment or whose nodes are not what they were.

    Raises:
        StaleVersion: `plan-stale`, with who changed what since.
    """
    environment, proposal = base.environment, Proposal.of(row.proposal)
    since = []
    if environment.version != row.base_version:
        since = await audit.since_version(tx, environment.id, row.base_version)
    changed = describe(since[0].before or {}, since[-1].after or {}) if since else []
    if environment.revision != row.base_revision:
        changed += describe(
            {"revision": row.base_revision or "–"}, {"revision": environment.revision or "–"}
        )
    nodes = base.nodes
    if proposal.details.placement is not None:
        _, nodes = await placements.matching(tx, Wish.of(proposal.details.placement))
    machines = placements.targets(nodes, proposal.pythons)
    request = ResolveRequest(spec=proposal.spec, targets=machines)
    changed += [
        f"{each.target.platform.value}, Python {each.target.python}: {each.package} {each.version}"
        for each in missing_wheels(lock, targets_of(request))
    ]
    if changed or environment.version != row.base_version:
        raise StaleVersion(
            "plan-stale",
            plan=row.id,
            name=environment.name,
            given=row.base_version,
            current=environment.version,
            by=sorted({entry.username for entry in since if entry.username}),
            changed=changed,
        )


def _unheard(_line: str) -> None:
    """A plan that fails says why in its cause; it keeps no log."""
