"""Tags: names that people gave to revisions of an environment."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from venvoy.store import tables
from venvoy.store.records import record, records
from venvoy.store.session import Transaction

_tags = tables.revision_tags
_revisions = tables.revisions


@dataclass(frozen=True, slots=True)
class TagRow:
    """One tag."""

    environment_id: str
    name: str
    number: int
    author_id: str | None
    created_at: datetime


async def get(tx: Transaction, environment_id: str, name: str) -> TagRow | None:
    """Return an environment's tag of this name."""
    here = (_tags.c.environment_id == environment_id, _tags.c.name == name)
    row = await tx.first(select(_tags).where(*here))
    return None if row is None else record(TagRow, row)


async def of_revisions(
    tx: Transaction, environment_ids: Collection[str]
) -> dict[tuple[str, int], list[str]]:
    """Return the names of tags by environment and revision, in order."""
    statement = (
        select(_tags).where(_tags.c.environment_id.in_(environment_ids)).order_by(_tags.c.name)
    )
    found: dict[tuple[str, int], list[str]] = {}
    for row in records(TagRow, await tx.all(statement)):
        found.setdefault((row.environment_id, row.number), []).append(row.name)
    return found


async def locks(tx: Transaction, environment_id: str) -> list[str]:
    """Return the digests of the locks of an environment's tagged revisions, in order."""
    revision = (_revisions.c.environment_id == _tags.c.environment_id) & (
        _revisions.c.number == _tags.c.number
    )
    statement = select(_revisions.c.lock_digest).join(_tags, revision)
    rows = await tx.all(statement.where(_tags.c.environment_id == environment_id).distinct())
    return sorted(row.lock_digest for row in rows)


async def put(tx: Transaction, row: TagRow) -> None:
    """Set or move a tag; callers hold the environment's lock."""
    here = (_tags.c.environment_id == row.environment_id, _tags.c.name == row.name)
    values = {column.name: getattr(row, column.name) for column in _tags.columns}
    if await get(tx, row.environment_id, row.name) is None:
        await tx.execute(insert(_tags).values(values))
    else:
        await tx.execute(update(_tags).where(*here).values(values))


async def drop(tx: Transaction, environment_id: str, name: str) -> None:
    """Take a tag away."""
    here = (_tags.c.environment_id == environment_id, _tags.c.name == name)
    await tx.execute(delete(_tags).where(*here))
