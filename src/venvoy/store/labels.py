"""The labels that environments have."""

from dataclasses import dataclass

from sqlalchemy import func, select, true

from venvoy.store import tables
from venvoy.store.json_rows import pairs_of
from venvoy.store.records import records
from venvoy.store.session import Transaction

_environments = tables.environments


@dataclass(frozen=True, slots=True)
class LabelRow:
    """One label, and how many environments have it."""

    key: str
    value: str
    count: int


async def in_use(tx: Transaction) -> list[LabelRow]:
    """Return every label of an environment that is there, by key and value."""
    each = pairs_of(tx.backend, _environments.c.labels)
    statement = (
        select(each.c.key, each.c.value, func.count().label("count"))
        .select_from(_environments)
        .join(each, true())
        .where(_environments.c.deleted_at.is_(None))
        .group_by(each.c.key, each.c.value)
    )
    rows = records(LabelRow, await tx.all(statement))
    # Here, for databases sort text by rules of their own.
    return sorted(rows, key=lambda row: (row.key, row.value))
