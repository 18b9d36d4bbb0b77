"""What nodes see in their live prefixes: the newest of each replica."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, insert, select
from sqlalchemy.sql.schema import Table

from venvoy.domain.state import ReplicaState
from venvoy.store import tables
from venvoy.store.records import record, records
from venvoy.store.session import Transaction

_observed = tables.observed
_packages = tables.observed_packages
_drift = tables.drift


@dataclass(frozen=True, slots=True)
class ObservedRow:
    """When and of what a replica was seen last."""

    environment_id: str
    node_id: str
    sequence: int
    digest: str
    revision: int | None
    drift_total: int
    observed_at: datetime


@dataclass(frozen=True, slots=True)
class ObservedPackageRow:
    """One package behind the stable path of a replica."""

    environment_id: str
    node_id: str
    name: str
    version: str
    installer: str
    editable: bool
    origin: str = ""
    requested: bool = False


@dataclass(frozen=True, slots=True)
class DriftRow:
    """One difference of a replica from what was put into it."""

    environment_id: str
    node_id: str
    kind: str
    package: str
    path: str
    wanted: str
    found: str


async def get(tx: Transaction, environment_id: str, node_id: str) -> ObservedRow | None:
    """Return when and of what a replica was seen last, None before the first time."""
    row = await tx.first(select(_observed).where(_is(_observed, environment_id, node_id)))
    return None if row is None else record(ObservedRow, row)


async def digests(tx: Transaction, node_id: str, ids: Collection[str]) -> dict[str, str]:
    """Return the digest by environment of what is kept of a node's replicas."""
    statement = select(_observed.c.environment_id, _observed.c.digest).where(
        _observed.c.node_id == node_id, _observed.c.environment_id.in_(ids)
    )
    return {row.environment_id: row.digest for row in await tx.all(statement)}


async def replace(
    tx: Transaction,
    row: ObservedRow,
    packages: Sequence[ObservedPackageRow],
    findings: Sequence[DriftRow],
) -> None:
    """Keep an observation instead of the one before; the caller holds the replica's row."""
    for table in (_packages, _drift, _observed):
        await tx.execute(delete(table).where(_is(table, row.environment_id, row.node_id)))
    await tx.execute(insert(_observed), [_values(row)])
    if packages:
        await tx.execute(insert(_packages), [_values(each) for each in packages])
    if findings:
        numbered = [{"position": n, **_values(each)} for n, each in enumerate(findings)]
        await tx.execute(insert(_drift), numbered)


async def of_environment(tx: Transaction, environment_id: str) -> list[ObservedRow]:
    """Return when and of what each replica of an environment was seen last."""
    statement = select(_observed).where(_observed.c.environment_id == environment_id)
    return records(ObservedRow, await tx.all(statement.order_by(_observed.c.node_id)))


async def drifted(tx: Transaction) -> dict[str, set[str]]:
    """Return the nodes whose replica counts as drifted and was seen to be, by environment."""
    held = tables.replicas.c
    same = (held.environment_id == _observed.c.environment_id) & (
        held.node_id == _observed.c.node_id
    )
    statement = (
        select(_observed.c.environment_id, _observed.c.node_id)
        .join(tables.replicas, same)
        .where(_observed.c.drift_total > 0, held.state == ReplicaState.DRIFTED.value)
    )
    found: dict[str, set[str]] = {}
    for row in await tx.all(statement):
        found.setdefault(row.environment_id, set()).add(row.node_id)
    return found


async def drift_of_environment(tx: Transaction, environment_id: str) -> list[DriftRow]:
    """Return how an environment's replicas drifted, by node."""
    statement = select(_drift).where(_drift.c.environment_id == environment_id)
    ordered = statement.order_by(_drift.c.node_id, _drift.c.position)
    return records(DriftRow, await tx.all(ordered))


async def drift_of(tx: Transaction, environment_id: str, node_id: str) -> list[DriftRow]:
    """Return how one replica drifted, in the node's order."""
    statement = select(_drift).where(_is(_drift, environment_id, node_id))
    return records(DriftRow, await tx.all(statement.order_by(_drift.c.position)))


async def packages_of(
    tx: Transaction, environment_id: str, node_id: str
) -> list[ObservedPackageRow]:
    """Return what is installed in one replica, by name."""
    statement = select(_packages).where(_is(_packages, environment_id, node_id))
    return records(ObservedPackageRow, await tx.all(statement.order_by(_packages.c.name)))


async def holders(tx: Transaction, name: str) -> list[ObservedPackageRow]:
    """Return where a package is installed, whatever was wished.

    Args:
        name: normalised.
    """
    statement = select(_packages).where(_packages.c.name == name)
    ordered = statement.order_by(_packages.c.environment_id, _packages.c.node_id)
    return records(ObservedPackageRow, await tx.all(ordered))


def _values(row: ObservedRow | ObservedPackageRow | DriftRow) -> dict[str, object]:
    return {name: getattr(row, name) for name in row.__match_args__}


def _is(table: Table, environment_id: str, node_id: str) -> ColumnElement[bool]:
    return and_(table.c.environment_id == environment_id, table.c.node_id == node_id)
