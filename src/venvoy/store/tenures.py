"""Which run of an agent acts as each node."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from venvoy.domain.tenure import Tenure
from venvoy.store import tables
from venvoy.store.records import insert_unless_there, record, records
from venvoy.store.session import Transaction

_tenures = tables.node_tenures


@dataclass(frozen=True, slots=True)
class Machine:
    """Where a run is, for people.

    Attributes:
        hostname: as it says itself.
        address: that its request came from.
    """

    hostname: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class TenureRow:
    """The run that acts as a node, and the copy that was turned away last.

    Attributes:
        hostname, address: of the run that acts.
        clone_since: when that copy first came; None where there never was one.
    """

    node_id: str
    instance: str
    since: datetime
    refused: list[str] = field(default_factory=list)
    hostname: str = ""
    address: str = ""
    clone_hostname: str = ""
    clone_address: str = ""
    clone_since: datetime | None = None
    clone_seen_at: datetime | None = None

    @property
    def tenure(self) -> Tenure:
        """What decides."""
        return Tenure(self.instance, self.since, tuple(self.refused))

    def holding(self, tenure: Tenure) -> "TenureRow":
        """Return the row with another tenure."""
        return replace(
            self, instance=tenure.instance, since=tenure.since, refused=list(tenure.refused)
        )


async def of_nodes(tx: Transaction, nodes: Collection[str]) -> dict[str, TenureRow]:
    """Return the tenures of nodes by their ids."""
    rows = await tx.all(select(_tenures).where(_tenures.c.node_id.in_(nodes)))
    return {row.node_id: row for row in records(TenureRow, rows)}


async def of_node(tx: Transaction, node: str, *, lock: bool = False) -> TenureRow | None:
    """Return the tenure of a node; with `lock`, held until the end."""
    statement = select(_tenures).where(_tenures.c.node_id == node)
    row = await tx.first(statement.with_for_update() if lock else statement)
    return None if row is None else record(TenureRow, row)


async def keep(tx: Transaction, row: TenureRow) -> None:
    """Write a tenure, whether there was one or not."""
    values: dict[str, Any] = {column.name: getattr(row, column.name) for column in _tenures.columns}
    made = await tx.execute(insert_unless_there(tx, _tenures).values(values))
    if made.rowcount == 0:
        node = _tenures.c.node_id == row.node_id
        await tx.execute(update(_tenures).where(node).values(values))
