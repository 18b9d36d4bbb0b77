"""The labels that environments, or nodes, have."""

from dataclasses import dataclass

from sqlalchemy import func, select, true

from venvoy.domain.label import Labelled
from venvoy.store import tables
from venvoy.store.json_rows import pairs_of
from venvoy.store.records import records
from venvoy.store.session import Transaction

_OWNERS = {
    Labelled.ENVIRONMENTS: (tables.environments, tables.environments.c.deleted_at),
    Labelled.NODES: (tables.nodes, tables.nodes.c.removed_at),
}
"""The table, and what is set in it of a row that is there no more."""


@dataclass(frozen=True, slots=True)
class LabelRow:
    """One label, and how many have it."""

    key: str
    value: str
    count: int


async def in_use(tx: Transaction, of: Labelled = Labelled.ENVIRONMENTS) -> list[LabelRow]:
    """Return every label of an environment, or a node, that is there, by key and value."""
    table, gone_at = _OWNERS[of]
    each = pairs_of(tx.backend, table.c.labels)
    statement = (
        select(each.c.key, each.c.value, func.count().label("count"))
        .select_from(table)
        .join(each, true())
        .where(gone_at.is_(None))
        .group_by(each.c.key, each.c.value)
    )
    rows = records(LabelRow, await tx.all(statement))
    # Here, for databases sort text by rules of their own.
    return sorted(rows, key=lambda row: (row.key, row.value))
