"""The catalogue of interpreters: archives that people upload, and nodes and installers get.

An archive is known by the sha256 of its file, which is checked when it comes in, when it
goes out, and by the node before it unpacks anything. One that a node has, or is to have,
stays: it is what the node would be made whole from.
"""

import asyncio
from collections.abc import AsyncIterable, Collection
from dataclasses import fields
from pathlib import Path
from typing import Any

from venvoy.controller.archive_reading import Given, read_archive
from venvoy.controller.archive_store import Incoming
from venvoy.controller.context import Actor, Context
from venvoy.domain.archive import Archive, newest
from venvoy.domain.errors import Conflict, InvalidInput, NotFound
from venvoy.domain.printable import printable
from venvoy.domain.role import Role, require
from venvoy.store import audit, events, node_pythons, nodes, people, python_archives
from venvoy.store.pages import Paging
from venvoy.store.python_archives import ArchiveRow
from venvoy.store.session import Transaction
from venvoy.wire.pythons import PythonArchive
from venvoy.wire.schemas import Page

_NAME = 255
_SHOWN = 80


async def list_archives(ctx: Context, wish: Paging) -> Page[PythonArchive]:
    """Return one page of archives, the newest first.

    Raises:
        InvalidInput: `sort-unknown` or `cursor-invalid`.
    """
    async with ctx.db.read() as tx:
        rows, following = await python_archives.list_page(tx, wish)
        items = [await _view(tx, row) for row in rows]
    return Page[PythonArchive](items=items, next=following)


async def upload(
    ctx: Context,
    actor: Actor,
    body: AsyncIterable[bytes],
    *,
    name: str,
    sha256: str | None = None,
    given: Given,
) -> PythonArchive:
    """Take an archive in; the same bytes again change nothing.

    Args:
        body: the file.
        name: of the file.
        sha256: that it must have, None to take what comes.
        given: what is said of it; what is read from inside must not differ.

    Raises:
        Forbidden: `role-too-low`.
        InvalidInput: `python-archive-…`, nothing is kept then.
        Unavailable: the disk failed.
    """
    require(actor.role, Role.OPERATOR)
    incoming = await ctx.archives.receive(body)
    try:
        if sha256 is not None and sha256.lower() != incoming.sha256:
            raise InvalidInput(
                "python-archive-hash-mismatch",
                wanted=printable(sha256.lower(), _SHOWN),
                found=incoming.sha256,
            )
        shown = printable(name, _NAME)
        archive = await asyncio.to_thread(read_archive, incoming.path, shown, given)
        row = _row(ctx, actor, incoming, shown, archive)
        # The file first: a row without one would be promised to nodes.
        await ctx.archives.keep(incoming)
    finally:
        ctx.archives.drop(incoming)
    async with ctx.db.write() as tx:
        if await python_archives.add(tx, row):
            await _record(ctx, tx, actor, "python-archive-uploaded", row)
        kept = await python_archives.by_digest(tx, incoming.sha256)
        return await _view(tx, kept or row)


async def remove(ctx: Context, actor: Actor, archive_id: str) -> None:
    """Take an archive out of the catalogue.

    Raises:
        Forbidden: `role-too-low`.
        NotFound: `python-archive-not-found`.
        Conflict: `python-archive-in-use`, with the nodes.
    """
    require(actor.role, Role.OPERATOR)
    async with ctx.db.write() as tx:
        row = await python_archives.get(tx, archive_id, lock=True)
        if row is None:
            raise NotFound("python-archive-not-found", archive=archive_id[:_SHOWN])
        held = await _held_by(tx, row.id)
        if held:
            raise Conflict("python-archive-in-use", version=row.version, nodes=held)
        await python_archives.remove(tx, row.id)
        await _record(ctx, tx, actor, "python-archive-removed", row)
    await ctx.archives.remove(row.sha256)


async def file_for_node(ctx: Context, sha256: str, node_id: str) -> Path:
    """Return the file of an archive that a node is to install.

    Raises:
        NotFound: `python-archive-not-found`, also when the node is not to have it.
        Unavailable: `python-archive-damaged`.
    """
    async with ctx.db.read() as tx:
        readable = await node_pythons.readable_by(tx, sha256, node_id)
    if not readable:
        raise NotFound("python-archive-not-found", archive=sha256[:_SHOWN])
    return await ctx.archives.verified(sha256)


async def newest_for(
    tx: Transaction, platform: str, libc: str | None = None, wanted: str | None = None
) -> ArchiveRow | None:
    """Return the newest archive that runs on a machine, None where there is none.

    Its file is `ctx.archives.verified(row.sha256)`.

    Args:
        platform: a `venvoy.domain.platform.Platform` value.
        libc: as a node reports it, None where that is not known.
        wanted: a specifier set, None for any version.
    """
    rows = await python_archives.everything(tx)
    return newest((row for row in rows if row.runs_on(platform, libc)), wanted)


def _row(ctx: Context, actor: Actor, incoming: Incoming, name: str, archive: Archive) -> ArchiveRow:
    read: dict[str, Any] = {each.name: getattr(archive, each.name) for each in fields(Archive)}
    return ArchiveRow(
        **read,
        id=ctx.new_id(),
        sha256=incoming.sha256,
        name=name,
        size=incoming.size,
        uploaded_by=actor.user_id,
        created_at=ctx.clock(),
    )


async def _record(
    ctx: Context, tx: Transaction, actor: Actor, action: str, row: ArchiveRow
) -> None:
    shown = {
        "name": row.name,
        "version": row.version,
        "platform": row.platform.value,
        "sha256": row.sha256,
        "size": row.size,
    }
    made = action == "python-archive-uploaded"
    now = ctx.clock()
    await audit.add(
        tx,
        audit.AuditRow(
            id=ctx.new_id(),
            at=now,
            user_id=actor.user_id,
            username=actor.username,
            action=action,
            subject_kind="python-archive",
            subject_id=row.id,
            subject_name=row.name[:120],
            before=None if made else shown,
            after=shown if made else None,
        ),
    )
    events.add(tx, action, now, archive=row.id, version=row.version, platform=row.platform.value)
    tx.after_commit(ctx.wakes.changed.ring)


async def _held_by(tx: Transaction, archive_id: str) -> list[str]:
    rows = await node_pythons.of_archive(tx, archive_id)
    names: Collection[str] = (await nodes.names(tx, [row.node_id for row in rows])).values()
    return sorted(names)


async def _view(tx: Transaction, row: ArchiveRow) -> PythonArchive:
    makers = await people.usernames(tx, {row.uploaded_by})
    told = {name: getattr(row, name) for name in PythonArchive.model_fields if hasattr(row, name)}
    told["uploaded_by"] = makers.get(row.uploaded_by or "")
    return PythonArchive(**told, nodes=await _held_by(tx, row.id))
