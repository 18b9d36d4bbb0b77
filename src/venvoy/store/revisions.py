"""Revisions: immutable, numbered, each with its spec and the digest of its lock."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, insert, or_, select

from venvoy.store import pages, tables
from venvoy.store.records import record, records
from venvoy.store.session import Transaction

_revisions = tables.revisions


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """One revision; `spec` is as `venvoy.domain.proposal` writes it."""

    id: str
    environment_id: str
    number: int
    spec: dict[str, Any]
    lock_digest: str
    author_id: str | None
    message: str
    created_at: datetime


async def add(tx: Transaction, row: RevisionRow) -> None:
    """Insert a revision; callers hold the environment's lock."""
    values = {column.name: getattr(row, column.name) for column in _revisions.columns}
    await tx.execute(insert(_revisions).values(values))


async def get(tx: Transaction, environment_id: str, number: int) -> RevisionRow | None:
    """Return a revision by its number."""
    statement = select(_revisions).where(
        _revisions.c.environment_id == environment_id, _revisions.c.number == number
    )
    row = await tx.first(statement)
    return None if row is None else record(RevisionRow, row)


async def newest(tx: Transaction, environment_id: str) -> int:
    """Return the highest number of an environment's revisions, 0 before the first."""
    highest = select(func.max(_revisions.c.number))
    row = await tx.first(highest.where(_revisions.c.environment_id == environment_id))
    return 0 if row is None or row[0] is None else int(row[0])


async def get_many(
    tx: Transaction, wanted: Collection[tuple[str, int]]
) -> dict[tuple[str, int], RevisionRow]:
    """Return revisions by environment id and number."""
    if not wanted:
        return {}
    either = [
        and_(_revisions.c.environment_id == id_, _revisions.c.number == number)
        for id_, number in wanted
    ]
    rows = records(RevisionRow, await tx.all(select(_revisions).where(or_(*either))))
    return {(row.environment_id, row.number): row for row in rows}


async def with_overrides(tx: Transaction) -> frozenset[str]:
    """Return the ids of environments whose newest revision has other Pythons for some nodes."""
    environments = tables.environments.c
    newest = (environments.id == _revisions.c.environment_id) & (
        environments.revision == _revisions.c.number
    )
    statement = select(_revisions.c.environment_id).join(tables.environments, newest)
    given = _revisions.c.spec["python_for"].as_string().is_not(None)
    return frozenset(row.environment_id for row in await tx.all(statement.where(given)))


async def list_page(
    tx: Transaction, environment_id: str, wish: pages.Paging
) -> tuple[list[RevisionRow], str | None]:
    """Return one page of an environment's revisions, the newest first by default."""
    statement = select(_revisions).where(_revisions.c.environment_id == environment_id)
    keys = {"number": _revisions.c.number}
    rows, following = await pages.page(
        tx, statement, keys, _revisions.c.id, wish, default="-number"
    )
    return records(RevisionRow, rows), following
