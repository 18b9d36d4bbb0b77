"""Adoption of a drifted replica: what a node holds becomes a plan, and with it a revision.

It is looked at first and then made like every other plan (`venvoy.controller.plans`), so
that what goes out is what was shown. What is wished is decided in `venvoy.domain.adoption`;
the resolution is an ordinary one, which prefers what was seen, and is asked once more with
pins for what it chose otherwise.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from venvoy.controller import holdings, placements, plans
from venvoy.controller.context import Actor, Context, ResolveRequest
from venvoy.controller.holdings import Holding
from venvoy.controller.plans import Start
from venvoy.domain.adoption import Adoption, Held, adopt, message_of, pinned, preferred
from venvoy.domain.errors import Conflict, NotFound
from venvoy.domain.lock import Lock
from venvoy.domain.printable import check_text
from venvoy.domain.proposal import Proposal
from venvoy.domain.role import Role, require
from venvoy.domain.wheel import Target, needed
from venvoy.store import locks, revisions
from venvoy.wire.plans import AdoptionLoss, AdoptionView, AdoptionWish, Plan

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class _Seen:
    """A drifted replica, with the revision that is live there.

    Attributes:
        proposal: that revision's.
        lock: that revision's.
        target: the node's machine.
    """

    holding: Holding
    proposal: Proposal
    lock: Lock
    target: Target

    @property
    def held(self) -> dict[str, Held]:
        """What the node holds, by name."""
        findings = self.holding.findings
        changed = {each.package for each in findings if not each.path}
        edited = Counter(each.package for each in findings if each.path)
        locked = {each.name for each in needed(self.lock, self.target)}
        return {
            each.name: Held(
                each.version,
                each.origin,
                each.requested,
                each.name in changed,
                edited[each.name],
            )
            for each in self.holding.beside(locked)
        }


async def plan(ctx: Context, actor: Actor, name: str, wish: AdoptionWish) -> Plan:
    """Say what adopting a drifted replica would make of its environment, and keep that.

    Raises:
        Forbidden: `role-too-low`.
        NotFound: `environment-not-found`, `node-not-found` or `nothing-live`.
        Conflict: `adopt-resolving`, `adopt-unobserved`, `adopt-nothing`, or
            `adopt-nothing-lockable` with the packages that no lock can hold.
        ResolveFailed: with the cause; nothing is kept.
        TimedOut: `plan-too-slow`.
    """
    require(actor.role, Role.OPERATOR)
    said = check_text("message", wish.message)
    start, seen = await _load(ctx, name, wish.node)
    nodes = await placements.with_facts(ctx, start.before)
    start = replace(start, base=replace(start.base, nodes=nodes))
    adoption = adopt(seen.proposal.requirements, seen.lock, seen.target, seen.held)
    proposal, lock, request = await _resolved(ctx, start, seen, adoption)
    proposal = replace(proposal, message=message_of(seen.holding.node.name, said))
    shown = await plans.shown_of(ctx, actor, start, proposal, lock, request)
    same = (proposal.requirements, lock.digest) == (
        seen.proposal.requirements,
        seen.lock.digest,
    )
    if same or not shown.revises:
        lost = sorted({each.package for each in adoption.lost})
        raise Conflict("adopt-nothing-lockable", name=name, node=wish.node, packages=lost[:_SHOWN])
    shown = shown.model_copy(update={"adoption": _view(seen, adoption, lock)})
    await plans.keep(ctx, actor, start, proposal, lock, shown)
    return shown


async def _load(ctx: Context, name: str, node: str) -> tuple[Start, _Seen]:
    async with ctx.db.read() as tx:
        start = await plans.start_of(tx, name)
        environment = start.base.environment
        if start.base.pending:
            raise Conflict("adopt-resolving", name=environment.name)
        holding = await holdings.find(tx, environment, node)
        revision = await revisions.get(tx, environment.id, holding.live)
        lock = None if revision is None else await locks.get(tx, revision.lock_digest)
    if revision is None or lock is None:
        raise NotFound("lock-not-found", digest=revision.lock_digest if revision else "")
    params = {"name": environment.name, "node": holding.node.name}
    if holding.observed_at is None or holding.machine is None:
        raise Conflict("adopt-unobserved", revision=holding.live, **params)
    if not holding.findings:
        raise Conflict("adopt-nothing", **params)
    proposal = Proposal.of(revision.spec)
    return start, _Seen(holding, proposal, lock, holding.machine.target)


async def _resolved(
    ctx: Context, start: Start, seen: _Seen, adoption: Adoption
) -> tuple[Proposal, Lock, ResolveRequest]:
    """Resolve, and once more with pins for what came out otherwise than it was seen."""
    machines = placements.targets(start.base.nodes, seen.proposal.pythons)

    async def ask(wish: Adoption) -> tuple[Proposal, Lock, ResolveRequest]:
        proposal = replace(seen.proposal, requirements=wish.requirements)
        live = preferred(seen.lock, seen.target, adoption.versions)
        request = ResolveRequest(spec=proposal.spec, live=live, targets=machines)
        return proposal, await plans.resolve(ctx, request), request

    found = await ask(adoption)
    there = _versions(found[1], seen.target)
    others = [name for name, version in adoption.versions.items() if there.get(name) != version]
    if not others:
        return found
    return await ask(pinned(adoption, others, seen.lock, seen.target))


def _view(seen: _Seen, adoption: Adoption, lock: Lock) -> AdoptionView:
    there = _versions(lock, seen.target)
    restored = there.keys() - seen.held.keys()
    return AdoptionView(
        node=seen.holding.node.name,
        revision=seen.holding.live,
        lost=[
            AdoptionLoss(
                package=each.package,
                version=each.version,
                reason=each.reason,
                files=each.files,
                instead=there.get(each.package, ""),
            )
            for each in adoption.lost
        ],
        restored=[f"{name} {there[name]}" for name in sorted(restored)],
    )


def _versions(lock: Lock, target: Target) -> Mapping[str, str]:
    return {package.name: package.version for package in needed(lock, target)}
