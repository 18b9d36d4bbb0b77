"""Promotion: the tested lock of one environment goes to another, unchanged.

Nothing is resolved. What the other environment asks for becomes what the revision asked
for, and its lock is that revision's, by the same digest: what was tested is what goes out.
A lock without wheels for a node of the target is refused, since that node could only wait.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from venvoy.controller import blocks, placements, proposals, revisions, wishes
from venvoy.controller.context import Actor, Context
from venvoy.controller.fits import LACKS, Fits
from venvoy.controller.proposals import Base
from venvoy.controller.revising import revise
from venvoy.controller.stale import refuse_stale
from venvoy.domain.cause import Step
from venvoy.domain.errors import InvalidInput, NotFound
from venvoy.domain.lock import Lock
from venvoy.domain.printable import check_text
from venvoy.domain.proposal import Proposal, follow
from venvoy.domain.role import Role, require
from venvoy.domain.side_name import parse_side
from venvoy.domain.state import OperationState
from venvoy.store import environments, locks, operations
from venvoy.store.environments import EnvironmentRow
from venvoy.store.nodes import NodeRow
from venvoy.store.session import Transaction
from venvoy.wire.environments import EnvironmentChange, EnvironmentCreate, EnvironmentEdit

_MESSAGE = 500
"""Characters of a revision's message."""


@dataclass(frozen=True, slots=True)
class Promoted:
    """What goes to another environment.

    Attributes:
        source: the revision, as `NAME@REV`.
        proposal: what its revision asked for, to be the target's.
        lock: that revision's.
        forced: goes out also with a blocked release.
    """

    source: str
    proposal: Proposal
    lock: Lock
    forced: bool = False


async def created(ctx: Context, wish: EnvironmentCreate, placed: Iterable[NodeRow]) -> Promoted:
    """Return what a new environment gets.

    Raises:
        InvalidInput: `promotion-with-changes`, `promotion-lacks`, or `side-invalid`.
        Conflict: `release-blocked`.
        NotFound: `environment-not-found`, `revision-none`, `revision-not-found` or
            `tag-not-found`.
    """
    if wish.requirements.strip() or wish.python or wish.python_for or wish.platforms:
        raise InvalidInput("promotion-with-changes", name=wish.name)
    async with ctx.db.read() as tx:
        return _fitting(await _find(tx, wish.source or "", force=bool(wish.force)), placed)


async def edit(
    ctx: Context, actor: Actor, name: str, change: EnvironmentEdit, if_match: str | None = None
) -> str:
    """Give an environment another's revision in the place of its own.

    Returns:
        The id of an operation that has succeeded already.

    Raises:
        Forbidden: `role-too-low`.
        StaleVersion: `stale-version`.
        InvalidInput, NotFound: as `created`.
    """
    require(actor.role, Role.OPERATOR)
    blocks.may_force(actor, force=bool(change.force))
    async with ctx.db.write() as tx:
        base = await proposals.load(tx, name, lock=True)
        await refuse_stale(tx, base.environment, if_match)
        found = await proposed(tx, base, change, await _placed(tx, base, change))
        told = {"source": found.source}
        operation = await proposals.propose(ctx, tx, actor, "edited", base, found.proposal, told)
        row = await environments.by_id(tx, base.environment.id, lock=True)
        await finish(ctx, tx, actor, row or base.environment, operation, found)
    await note(ctx, operation, found)
    return operation


async def proposed(
    tx: Transaction, base: Base, change: EnvironmentChange, placed: Iterable[NodeRow]
) -> Promoted:
    """Return what an environment gets by an edit, or by a plan of one.

    Args:
        base: what the change starts from.
        change: with a source.
        placed: nodes that the lock has to hold for.

    Raises:
        InvalidInput, NotFound: as `created`.
    """
    if _changes(change):
        raise InvalidInput("promotion-with-changes", name=base.environment.name)
    details = wishes.details(change)
    found = _fitting(await _find(tx, change.source or "", force=bool(change.force)), placed)
    message = message_of(check_text("message", change.message), found.source)
    proposal = replace(found.proposal, message=message, details=details)
    if base.pending:
        proposal = replace(follow(base.proposal, proposal), upgrade=None)
    return replace(found, proposal=proposal)


async def finish(
    ctx: Context,
    tx: Transaction,
    actor: Actor,
    row: EnvironmentRow,
    operation: str,
    found: Promoted,
) -> None:
    """Make the revision and end the operation that a resolution would have had."""
    by, forced = actor.user_id, found.forced
    number = await revise(ctx, tx, row, found.proposal, found.lock, by, force=forced)
    await operations.end(tx, operation, OperationState.SUCCEEDED, ctx.clock(), revision=number)
    proposals.resolved(ctx, tx, operation, row.name)


async def note(ctx: Context, operation: str, found: Promoted) -> None:
    """Say in the operation's log where the lock came from."""
    line = f"the lock of {found.source}, {found.lock.digest}, nothing resolved"
    await ctx.logs.write(operation, Step.RESOLVE, [line])
    await ctx.logs.close(operation)


def _changes(change: EnvironmentChange) -> bool:
    texts = (change.requirements, change.python, change.python_for, change.platforms)
    return bool(change.add or change.drop) or any(each is not None for each in texts)


async def _placed(tx: Transaction, base: Base, change: EnvironmentEdit) -> list[NodeRow]:
    if change.placement is None:
        return base.nodes
    _, found = await placements.matching(tx, wishes.placement(change.placement))
    return found


async def _find(tx: Transaction, given: str, *, force: bool) -> Promoted:
    asked = parse_side(given)
    if asked.node is not None:
        raise InvalidInput("promotion-of-node", given=given)
    environment = await environments.get(tx, asked.environment)
    if environment is None:
        raise NotFound("environment-not-found", name=asked.environment)
    name = environment.revision if asked.revision is None else asked.revision
    if name is None:
        raise NotFound("revision-none", name=environment.name)
    revision = await revisions.find(tx, environment, name)
    lock = await locks.get(tx, revision.lock_digest)
    if lock is None:
        raise NotFound("lock-not-found", digest=revision.lock_digest)
    await blocks.refuse_blocked(tx, lock, force=force)
    source = f"{environment.name}@{revision.number}"
    proposal = replace(Proposal.of(revision.spec), message=message_of("", source))
    return Promoted(source, proposal, lock, forced=force)


def _fitting(found: Promoted, placed: Iterable[NodeRow]) -> Promoted:
    fits = Fits(found.lock, found.proposal.pythons)
    for node in placed:
        refusal = fits.refusal(node)
        if refusal is not None and refusal.code == LACKS:
            params = {**refusal.params, "node": node.name, "source": found.source}
            raise InvalidInput("promotion-lacks", **params)
    return found


def message_of(said: str, source: str) -> str:
    """Return a revision's message that keeps where its lock came from."""
    mark = f"← {source}"
    room = _MESSAGE - len(mark) - 1
    return f"{said[:room]} {mark}" if said else mark
