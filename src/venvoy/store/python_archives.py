"""Rows of the catalogue of interpreters' archives."""

from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.engine import Row

from venvoy.domain.archive import Archive
from venvoy.domain.platform import Platform
from venvoy.store import tables
from venvoy.store.pages import Paging, page
from venvoy.store.records import insert_unless_there
from venvoy.store.session import Transaction

_archives = tables.python_archives


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveRow(Archive):
    """One archive.

    Attributes:
        name: of the file that was uploaded, for people.
        size: bytes of the file.
        uploaded_by: id of the user, None once that user is deleted.
    """

    id: str
    sha256: str
    name: str
    size: int
    uploaded_by: str | None
    created_at: datetime


async def add(tx: Transaction, row: ArchiveRow) -> bool:
    """Insert an archive; return False when the same bytes are there already."""
    values = {column.name: getattr(row, column.name) for column in _archives.columns}
    values["platform"] = row.platform.value
    done = await tx.execute(insert_unless_there(tx, _archives).values(values))
    return done.rowcount > 0


async def get(tx: Transaction, archive_id: str, *, lock: bool = False) -> ArchiveRow | None:
    """Return an archive by id; with `lock`, held until the transaction ends."""
    statement = select(_archives).where(_archives.c.id == archive_id)
    row = await tx.first(statement.with_for_update() if lock else statement)
    return None if row is None else _archive(row)


async def by_digest(tx: Transaction, sha256: str) -> ArchiveRow | None:
    """Return the archive of these bytes."""
    row = await tx.first(select(_archives).where(_archives.c.sha256 == sha256))
    return None if row is None else _archive(row)


async def by_ids(tx: Transaction, ids: Collection[str]) -> dict[str, ArchiveRow]:
    """Return archives by id."""
    rows = await tx.all(select(_archives).where(_archives.c.id.in_(ids)))
    return {row.id: _archive(row) for row in rows}


async def everything(tx: Transaction) -> list[ArchiveRow]:
    """Return the whole catalogue, the oldest upload first: some tens of rows."""
    return [_archive(row) for row in await tx.all(select(_archives).order_by(_archives.c.id))]


async def list_page(tx: Transaction, wish: Paging) -> tuple[list[ArchiveRow], str | None]:
    """Return one page, the newest upload first as a rule."""
    order = replace(wish, sort=wish.sort or "-created_at")
    keys = {"created_at": _archives.c.created_at, "name": _archives.c.name}
    rows, following = await page(tx, select(_archives), keys, _archives.c.id, order)
    return [_archive(row) for row in rows], following


async def remove(tx: Transaction, archive_id: str) -> None:
    """Delete an archive that no node is to have."""
    await tx.execute(delete(_archives).where(_archives.c.id == archive_id))


def _archive(row: Row[Any]) -> ArchiveRow:
    values = row._mapping  # noqa: SLF001 - public, named so as not to clash with columns
    named = {each.name: values[each.name] for each in fields(ArchiveRow)}
    return ArchiveRow(**named | {"platform": Platform(named["platform"])})
