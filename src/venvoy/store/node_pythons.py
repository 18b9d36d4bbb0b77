"""Interpreters on nodes: what each node should have of the catalogue, and what it reported."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, insert, select, update

from venvoy.domain.generation import Goal
from venvoy.domain.reconcile import Aim, Version
from venvoy.domain.state import ReplicaState
from venvoy.store import tables
from venvoy.store.records import record, records
from venvoy.store.session import Transaction

_pythons = tables.node_pythons
_archives = tables.python_archives


@dataclass(frozen=True, slots=True)
class NodePythonRow:
    """One interpreter on one node; from `seen_epoch` on, its node's last report."""

    archive_id: str
    node_id: str
    epoch: int
    generation: int
    action: Aim
    operation_id: str
    seen_epoch: int
    seen_generation: int
    seen_sequence: int
    state: ReplicaState
    path: str | None
    python_version: str | None
    step: str | None
    attempt: int
    progress: dict[str, Any] | None
    cause: dict[str, Any] | None
    reported_at: datetime | None

    def __post_init__(self) -> None:
        object.__setattr__(self, "action", Aim(self.action))
        object.__setattr__(self, "state", ReplicaState(self.state))

    @property
    def goal(self) -> Goal:
        """What it should be."""
        return Goal(Version(self.epoch, self.generation), self.action, self.operation_id)


@dataclass(frozen=True, slots=True)
class DesiredPythonRow:
    """All that a desired document of an interpreter says."""

    node_id: str
    archive_id: str
    epoch: int
    generation: int
    action: Aim
    operation_id: str
    sha256: str
    size: int
    implementation: str
    version: str
    platform: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "action", Aim(self.action))


async def get(
    tx: Transaction, archive_id: str, node_id: str, *, lock: bool = False
) -> NodePythonRow | None:
    """Return one interpreter on one node; with `lock`, held until the transaction ends."""
    statement = select(_pythons).where(_is(archive_id, node_id))
    row = await tx.first(statement.with_for_update() if lock else statement)
    return None if row is None else record(NodePythonRow, row)


async def on_nodes(
    tx: Transaction, node_ids: Collection[str], *, lock: bool = False
) -> list[NodePythonRow]:
    """Return what nodes have or are to have of the catalogue, by archive and node id."""
    statement = (
        select(_pythons)
        .where(_pythons.c.node_id.in_(node_ids))
        .order_by(_pythons.c.archive_id, _pythons.c.node_id)
    )
    return records(NodePythonRow, await tx.all(statement.with_for_update() if lock else statement))


async def of_archive(tx: Transaction, archive_id: str) -> list[NodePythonRow]:
    """Return on which nodes an archive is, or is to be or to go from."""
    statement = select(_pythons).where(_pythons.c.archive_id == archive_id)
    return records(NodePythonRow, await tx.all(statement.order_by(_pythons.c.node_id)))


async def set_goal(tx: Transaction, archive_id: str, node_id: str, goal: Goal) -> None:
    """Set what a node should have, and the state that shows until it reports.

    Callers hold the archive's row and write operation and outbox entry.
    """
    values = _columns(goal)
    changed = await tx.execute(update(_pythons).where(_is(archive_id, node_id)).values(values))
    if changed.rowcount == 0:
        keys = {"archive_id": archive_id, "node_id": node_id}
        await tx.execute(insert(_pythons).values(keys | values))


async def report(tx: Transaction, archive_id: str, node_id: str, values: Mapping[str, Any]) -> None:
    """Set what a node reported; the caller holds the row and has compared sequences."""
    await tx.execute(update(_pythons).where(_is(archive_id, node_id)).values(dict(values)))


async def remove(tx: Transaction, archive_id: str, node_id: str) -> None:
    """Forget an interpreter that is gone from its node."""
    await tx.execute(delete(_pythons).where(_is(archive_id, node_id)))


async def leave_node(tx: Transaction, node_id: str) -> None:
    """Forget all interpreters of a node that was taken out of the fleet."""
    await tx.execute(delete(_pythons).where(_pythons.c.node_id == node_id))


async def readable_by(tx: Transaction, sha256: str, node_id: str) -> bool:
    """Whether a node is to install the archive of these bytes."""
    statement = (
        select(_pythons.c.archive_id)
        .join(_archives, _archives.c.id == _pythons.c.archive_id)
        .where(_archives.c.sha256 == sha256, _pythons.c.node_id == node_id)
        .where(_pythons.c.action == Aim.INSTALL.value)
    )
    return await tx.first(statement) is not None


async def desired(tx: Transaction, archive_id: str, node_id: str) -> DesiredPythonRow | None:
    """Return what a node should have of one archive, None when nothing is wanted."""
    row = await tx.first(_desired().where(_is(archive_id, node_id)))
    return None if row is None else record(DesiredPythonRow, row)


async def desired_of_node(
    tx: Transaction, node_id: str, only: Collection[str] = ()
) -> list[DesiredPythonRow]:
    """Return what a node should have, by archive id; a handful of rows.

    Args:
        only: archive ids that are asked for; all of them when empty.
    """
    statement = _desired().where(_pythons.c.node_id == node_id)
    if only:
        statement = statement.where(_pythons.c.archive_id.in_(only))
    return records(DesiredPythonRow, await tx.all(statement.order_by(_pythons.c.archive_id)))


async def keys(tx: Transaction) -> list[tuple[str, str]]:
    """Return (archive id, node id) of everything that any node should have."""
    rows = await tx.all(select(_pythons.c.archive_id, _pythons.c.node_id))
    return [(row.archive_id, row.node_id) for row in rows]


async def set_epoch(tx: Transaction, epoch: int) -> list[tuple[str, str]]:
    """Give all desired state a new epoch; return (archive, node) ids."""
    await tx.execute(update(_pythons).values(epoch=epoch))
    return await keys(tx)


def _columns(goal: Goal) -> dict[str, Any]:
    return {
        "epoch": goal.version.epoch,
        "generation": goal.version.generation,
        "action": goal.aim.value,
        "operation_id": goal.operation,
        "state": goal.shown.value,
        "step": None,
        "attempt": 1,
        "progress": None,
        "cause": None,
    }


def _is(archive_id: str, node_id: str) -> ColumnElement[bool]:
    return and_(_pythons.c.archive_id == archive_id, _pythons.c.node_id == node_id)


def _desired() -> Select[Any]:
    columns = (
        _pythons.c.node_id,
        _pythons.c.archive_id,
        _pythons.c.epoch,
        _pythons.c.generation,
        _pythons.c.action,
        _pythons.c.operation_id,
        _archives.c.sha256,
        _archives.c.size,
        _archives.c.implementation,
        _archives.c.version,
        _archives.c.platform,
    )
    return select(*columns).join(_archives, _archives.c.id == _pythons.c.archive_id)
