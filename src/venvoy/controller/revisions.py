"""Commands on revisions that are there: going back to one, and naming them.

Going back makes no revision: what the environment wants is the old one again, under a
new generation. Nodes that still hold its prefix only turn their stable path; the next
edit starts from it, and gets the number after the highest.
"""

from venvoy.controller import blocks, placing, proposals, releases, rollouts
from venvoy.controller.context import Actor, Context
from venvoy.controller.fits import Fits
from venvoy.controller.records import Change, environment_changed
from venvoy.controller.stale import refuse_stale
from venvoy.domain.cause import Step
from venvoy.domain.errors import Conflict, NotFound
from venvoy.domain.operation import rolled_back
from venvoy.domain.proposal import Proposal
from venvoy.domain.revision_name import check_tag, number_or_tag
from venvoy.domain.role import Role, require
from venvoy.domain.state import OperationKind
from venvoy.store import environments, locks, revision_tags, revisions
from venvoy.store.environments import EnvironmentRow
from venvoy.store.revision_tags import TagRow
from venvoy.store.revisions import RevisionRow
from venvoy.store.session import Transaction
from venvoy.wire.revisions import RollbackWish, TagWish

_SHOWN = 80


async def roll_back(
    ctx: Context, actor: Actor, name: str, wish: RollbackWish, if_match: str | None = None
) -> None:
    """Have every node of an environment go back to a revision.

    A resolution that is under way is ended: going back is the newer wish.

    Raises:
        Forbidden: `role-too-low`.
        NotFound: `environment-not-found`, `revision-not-found` or `tag-not-found`.
        InvalidInput: `tag-invalid`, for what is neither number nor tag.
        Conflict: `rollback-live`, when it is the revision that is wanted already.
        Conflict: `release-blocked`, unless an admin insists.
        StaleVersion: `stale-version`.
    """
    require(actor.role, Role.OPERATOR)
    blocks.may_force(actor, force=wish.force)
    asked = number_or_tag(wish.to)
    async with ctx.db.write() as tx:
        base = await proposals.load(tx, name, lock=True)
        row = base.environment
        await refuse_stale(tx, row, if_match)
        target = await find(tx, row, asked)
        if target.number == row.revision and not base.pending:
            raise Conflict("rollback-live", name=row.name, number=target.number)
        lock = await locks.get(tx, target.lock_digest)
        if lock is None:
            raise NotFound("lock-not-found", digest=target.lock_digest)
        await blocks.refuse_blocked(tx, lock, force=wish.force)
        kinds = (OperationKind.RESOLVE,)
        await releases.end_open(ctx, tx, row, kinds, rolled_back(Step.RESOLVE, target.number))
        # Going back is for every node, and waits for no window and no wave.
        await rollouts.end(ctx, tx, row.id, by=target.number)
        await environments.change(tx, row.id, ctx.clock(), revision=target.number)
        now_is = await environments.by_id(tx, row.id, lock=True)
        proposal = Proposal.of(target.spec)
        fits = Fits(lock, proposal.pythons)
        await placing.apply(ctx, tx, now_is or row, actor.user_id, fits)
        before = proposals.document(row, base.proposal) | {"revision": row.revision}
        after = proposals.document(row, proposal) | {"revision": target.number}
        if wish.message:
            after["message"] = wish.message
        if wish.force:
            after["forced"] = True
        told = {"revision": target.number}
        change = Change("rolled-back", row.version + 1, before, after, told)
        await environment_changed(ctx, tx, actor, row, change)


async def tag(ctx: Context, actor: Actor, name: str, tag_name: str, wish: TagWish) -> None:
    """Name a revision; naming it again the same does nothing.

    Raises:
        Forbidden: `role-too-low`.
        NotFound: `environment-not-found` or `revision-not-found`.
        InvalidInput: `tag-invalid` or `tag-numeric`.
        Conflict: `tag-exists`, when it names another revision and `move` is not set.
    """
    require(actor.role, Role.OPERATOR)
    check_tag(tag_name)
    async with ctx.db.write() as tx:
        row = await _environment(tx, name)
        target = await find(tx, row, wish.revision)
        known = await revision_tags.get(tx, row.id, tag_name)
        if known is not None and known.number == target.number:
            return
        if known is not None and not wish.move:
            raise Conflict("tag-exists", name=row.name, tag=tag_name, number=known.number)
        now = ctx.clock()
        made = TagRow(row.id, tag_name, target.number, actor.user_id, now)
        await revision_tags.put(tx, made)
        await placing.apply(ctx, tx, row, actor.user_id)  # nodes keep what has a name
        before = None if known is None else {"tag": tag_name, "revision": known.number}
        after = {"tag": tag_name, "revision": target.number}
        change = Change("tagged", row.version, before, after, after)
        await environment_changed(ctx, tx, actor, row, change)


async def untag(ctx: Context, actor: Actor, name: str, tag_name: str) -> None:
    """Take a name away from a revision.

    Raises:
        Forbidden: `role-too-low`.
        NotFound: `environment-not-found` or `tag-not-found`.
    """
    require(actor.role, Role.OPERATOR)
    async with ctx.db.write() as tx:
        row = await _environment(tx, name)
        known = await revision_tags.get(tx, row.id, tag_name)
        if known is None:
            raise NotFound("tag-not-found", name=row.name, tag=tag_name[:_SHOWN])
        await revision_tags.drop(tx, row.id, tag_name)
        await placing.apply(ctx, tx, row, actor.user_id)
        before = {"tag": tag_name, "revision": known.number}
        change = Change("untagged", row.version, before, None, before)
        await environment_changed(ctx, tx, actor, row, change)


async def find(tx: Transaction, environment: EnvironmentRow, asked: int | str) -> RevisionRow:
    """Return a revision by its number or tag.

    Raises:
        NotFound: `revision-not-found` or `tag-not-found`.
    """
    number = asked if isinstance(asked, int) else None
    if isinstance(asked, str):
        known = await revision_tags.get(tx, environment.id, asked)
        if known is None:
            raise NotFound("tag-not-found", name=environment.name, tag=asked)
        number = known.number
    found = None if number is None else await revisions.get(tx, environment.id, number)
    if found is None:
        newest = await revisions.newest(tx, environment.id)
        raise NotFound(
            "revision-not-found", name=environment.name, number=number or 0, newest=newest
        )
    return found


async def _environment(tx: Transaction, name: str) -> EnvironmentRow:
    row = await environments.get(tx, name, lock=True)
    if row is None:
        raise NotFound("environment-not-found", name=name[:_SHOWN])
    return row
