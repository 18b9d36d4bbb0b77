"""Deleted environments: which can be brought back, and bringing one back.

What an environment was stays in the database when it is deleted: its revisions with
their locks, its tags, its policy, where it was placed. For some days it can be brought
back as it was; nodes then build what they have removed. Its work and its logs before go
on as its history.
"""

from datetime import timedelta

from venvoy.controller import placing, proposals
from venvoy.controller.context import Actor, Context
from venvoy.controller.fits import Fits
from venvoy.controller.records import Change, environment_changed
from venvoy.domain.errors import Conflict, NotFound
from venvoy.domain.proposal import Proposal
from venvoy.domain.role import Role, require
from venvoy.store import environments, locks, revisions
from venvoy.store.environments import EnvironmentRow
from venvoy.store.pages import Paging
from venvoy.store.session import Transaction
from venvoy.wire.environments import DeletedEnvironment
from venvoy.wire.schemas import Page

_SHOWN = 80


async def list_deleted(ctx: Context, wish: Paging) -> Page[DeletedEnvironment]:
    """Return what can be brought back, the last that was deleted first.

    Raises:
        InvalidInput: `sort-unknown` or `cursor-invalid`.
    """
    kept = timedelta(days=ctx.settings.undelete_days)
    async with ctx.db.read() as tx:
        rows, following = await environments.list_deleted(tx, ctx.clock() - kept, wish)
    items = [_shown(row, kept) for row in rows]
    return Page[DeletedEnvironment](items=items, next=following)


async def undelete(ctx: Context, actor: Actor, name: str) -> None:
    """Bring back the environment of this name that was deleted last.

    Raises:
        Forbidden: `role-too-low`.
        Conflict: `environment-exists`, when another one has the name now.
        NotFound: `environment-not-deleted`, when none of this name can be brought back.
    """
    require(actor.role, Role.OPERATOR)
    now = ctx.clock()
    kept = timedelta(days=ctx.settings.undelete_days)
    async with ctx.db.write() as tx:
        if await environments.get(tx, name, lock=True) is not None:
            raise Conflict("environment-exists", name=name[:_SHOWN])
        row = await environments.deleted_last(tx, name, now - kept)
        if row is None:
            days = ctx.settings.undelete_days
            raise NotFound("environment-not-deleted", name=name[:_SHOWN], days=days)
        proposal, fits = await _wanted(tx, row)
        await environments.change(tx, row.id, now, deleted_at=None)
        there = await environments.by_id(tx, row.id, lock=True)
        await placing.apply(ctx, tx, there or row, actor.user_id, fits)
        after = proposals.document(row, proposal) | {"revision": row.revision}
        change = Change("undeleted", row.version + 1, None, after, {"revision": row.revision})
        await environment_changed(ctx, tx, actor, row, change)


async def _wanted(tx: Transaction, row: EnvironmentRow) -> tuple[Proposal, Fits]:
    """Return what the environment's revision asks for, and what it needs of nodes."""
    revision = await revisions.get(tx, row.id, row.revision or 0)
    lock = None if revision is None else await locks.get(tx, revision.lock_digest)
    if revision is None or lock is None:
        raise NotFound("environment-not-deleted", name=row.name, days=0)
    proposal = Proposal.of(revision.spec)
    return proposal, Fits(lock, proposal.pythons)


def _shown(row: EnvironmentRow, kept: timedelta) -> DeletedEnvironment:
    deleted_at = row.deleted_at or row.updated_at
    return DeletedEnvironment(
        id=row.id,
        name=row.name,
        title=row.title,
        revision=row.revision,
        deleted_at=deleted_at,
        until=deleted_at + kept,
    )
