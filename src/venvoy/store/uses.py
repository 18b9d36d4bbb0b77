"""Which processes work in environments: the newest that each node told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select

from venvoy.store import tables
from venvoy.store.records import record, records
from venvoy.store.session import Transaction

_nodes = tables.node_uses
_replicas = tables.replica_uses


@dataclass(frozen=True, slots=True)
class NodeUseRow:
    """When and of what a node told last."""

    node_id: str
    sequence: int
    digest: str
    told_at: datetime


@dataclass(frozen=True, slots=True)
class ReplicaUseRow:
    """The processes of one replica.

    Attributes:
        total: how many there are.
        revisions: each with `revision` and `count`, together all of them.
        processes: the first of them, as `venvoy.wire.usage.ProcessFact`.
    """

    environment_id: str
    node_id: str
    total: int
    revisions: list[dict[str, Any]]
    processes: list[dict[str, Any]]


async def of_node(tx: Transaction, node_id: str) -> list[ReplicaUseRow]:
    """Return what is in use on a node."""
    statement = select(_replicas).where(_replicas.c.node_id == node_id)
    ordered = statement.order_by(_replicas.c.environment_id)
    return records(ReplicaUseRow, await tx.all(ordered))


async def of_environment(tx: Transaction, environment_id: str) -> list[ReplicaUseRow]:
    """Return where an environment is in use."""
    statement = select(_replicas).where(_replicas.c.environment_id == environment_id)
    return records(ReplicaUseRow, await tx.all(statement.order_by(_replicas.c.node_id)))


async def last(tx: Transaction, node_id: str) -> NodeUseRow | None:
    """Return when and of what a node told last, None before the first time."""
    row = await tx.first(select(_nodes).where(_nodes.c.node_id == node_id))
    return None if row is None else record(NodeUseRow, row)


async def replace(tx: Transaction, row: NodeUseRow, replicas: Sequence[ReplicaUseRow]) -> None:
    """Keep what a node told instead of what it told before; the caller holds its row."""
    for table in (_nodes, _replicas):
        await tx.execute(delete(table).where(table.c.node_id == row.node_id))
    await tx.execute(insert(_nodes), [_values(row)])
    if replicas:
        await tx.execute(insert(_replicas), [_values(each) for each in replicas])


def _values(row: NodeUseRow | ReplicaUseRow) -> dict[str, object]:
    return {name: getattr(row, name) for name in row.__match_args__}
