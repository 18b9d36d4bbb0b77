"""Commands on blocked releases, and what keeps them from going out.

A block decides which versions may be chosen: a resolution goes round it, and a revision
that holds a blocked release goes out by a rollback or a promotion only when an admin
insists. It takes nothing away: what is there is shown, and kept as it is.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from venvoy.controller import find
from venvoy.controller.context import Actor, Context
from venvoy.domain.block import MOST_BLOCKS, blocked, read_block
from venvoy.domain.errors import Conflict, InvalidInput, NotFound
from venvoy.domain.fleet_query import releases
from venvoy.domain.lock import Lock
from venvoy.domain.printable import check_text
from venvoy.domain.role import Role, require
from venvoy.store import audit, blocks, events, holdings, people
from venvoy.store.blocks import BlockRow
from venvoy.store.pages import Paging
from venvoy.store.session import Transaction
from venvoy.wire.blocks import BlockedRelease, BlockWish
from venvoy.wire.find import FoundTotals
from venvoy.wire.schemas import Page

_SHOWN = 80
_PAGE = 100
"""Of each block it is counted where it is."""


async def list_blocks(ctx: Context, wish: Paging) -> Page[BlockedRelease]:
    """Return one page of blocks, by name, with where each release is already.

    Raises:
        InvalidInput: `sort-unknown` or `cursor-invalid`.
    """
    wish = replace(wish, limit=min(wish.limit, _PAGE))
    async with ctx.db.read() as tx:
        rows, following = await blocks.list_page(tx, wish)
        items = [await _shown(tx, row) for row in rows]
    return Page[BlockedRelease](items=items, next=following)


async def add(ctx: Context, actor: Actor, wish: BlockWish) -> BlockedRelease:
    """Block a release from now on.

    Raises:
        Forbidden: `role-too-low`.
        InvalidInput: as `domain.block.read_block`, `text-control-characters`,
            `reason-missing` or `blocks-too-many`.
        Conflict: `block-exists`.
    """
    require(actor.role, Role.ADMIN)
    asked, reason = read_block(wish.release), check_text("reason", wish.reason).strip()
    if not reason:
        raise InvalidInput("reason-missing")
    row = BlockRow(
        id=ctx.new_id(),
        name=asked.name,
        specifier=asked.specifier,
        reason=reason,
        author_id=actor.user_id,
        created_at=ctx.clock(),
    )
    async with ctx.db.write() as tx:
        if await blocks.count(tx) >= MOST_BLOCKS:
            raise InvalidInput("blocks-too-many", most=MOST_BLOCKS)
        if not await blocks.add(tx, row):
            raise Conflict("block-exists", release=asked.release)
        await _record(ctx, tx, actor, row, made=True)
        return await _shown(tx, row)


async def remove(ctx: Context, actor: Actor, identifier: str) -> None:
    """Take a block away.

    Raises:
        Forbidden: `role-too-low`.
        NotFound: `block-not-found`.
    """
    require(actor.role, Role.ADMIN)
    async with ctx.db.write() as tx:
        row = await blocks.get(tx, identifier)
        if row is None:
            raise NotFound("block-not-found", block=identifier[:_SHOWN])
        await blocks.remove(tx, row.id)
        await _record(ctx, tx, actor, row, made=False)


def may_force(actor: Actor, *, force: bool) -> None:
    """Let only admins, who could take a block away, go on in spite of one.

    Raises:
        Forbidden: `role-too-low`.
    """
    if force:
        require(actor.role, Role.ADMIN)


async def refuse_blocked(tx: Transaction, lock: Lock, *, force: bool) -> None:
    """Refuse a lock that holds a blocked release, unless somebody insists.

    Raises:
        Conflict: `release-blocked`.
    """
    found = None if force else blocked(lock, await blocks.everything(tx))
    if found is not None:
        params: Mapping[str, Any] = found.params
        raise Conflict("release-blocked", **params)


async def _shown(tx: Transaction, row: BlockRow) -> BlockedRelease:
    wanted = await find.releases(tx, releases(row.block.release))
    held = await holdings.totals(tx, wanted) if wanted.versions else holdings.Totals()
    authors = await people.usernames(tx, {row.author_id})
    return BlockedRelease(
        id=row.id,
        release=row.block.release,
        reason=row.reason,
        author=authors.get(row.author_id or ""),
        created_at=row.created_at,
        held=FoundTotals(replicas=held.replicas, nodes=held.nodes, revisions=held.revisions),
    )


async def _record(
    ctx: Context, tx: Transaction, actor: Actor, row: BlockRow, *, made: bool
) -> None:
    """Note a change in the audit and tell who looks at lists."""
    now, release = ctx.clock(), row.block.release
    shown = {"release": release, "reason": row.reason}
    code = "block-added" if made else "block-removed"
    await audit.add(
        tx,
        audit.AuditRow(
            id=ctx.new_id(),
            at=now,
            user_id=actor.user_id,
            username=actor.username,
            action=code,
            subject_kind="block",
            subject_id=row.id,
            subject_name=release[:120],
            before=None if made else shown,
            after=shown if made else None,
        ),
    )
    events.add(tx, code, now, release=release)
    tx.after_commit(ctx.wakes.changed.ring)
