"""Replicas: what each environment should be on each node, and what was reported."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from venvoy.domain.generation import Goal
from venvoy.domain.reconcile import Aim, Version
from venvoy.domain.state import OperationKind, ReplicaState
from venvoy.store import pairs, tables
from venvoy.store.records import record, records
from venvoy.store.session import Transaction
from venvoy.wire.subjects import ReplicaAddress

_replicas = tables.replicas
_environments = tables.environments
_revisions = tables.revisions
_operations = tables.operations


@dataclass(frozen=True, slots=True)
class ReplicaRow:
    """One replica; the `seen_…` columns and what follows are its node's last report."""

    environment_id: str
    node_id: str
    epoch: int
    generation: int
    action: Aim
    revision: int | None
    operation_id: str
    seen_epoch: int
    seen_generation: int
    seen_sequence: int
    state: ReplicaState
    seen_revision: int | None
    live_revision: int | None
    prefix: str | None
    path: str | None
    python_version: str | None
    step: str | None
    attempt: int
    progress: dict[str, Any] | None
    cause: dict[str, Any] | None
    reported_at: datetime | None
    python: str | None = None
    settings: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "action", Aim(self.action))
        object.__setattr__(self, "state", ReplicaState(self.state))

    @property
    def goal(self) -> Goal:
        """What it should be."""
        version = Version(self.epoch, self.generation)
        return Goal(
            version, self.action, self.operation_id, self.revision, self.python, self.settings
        )


@dataclass(frozen=True, slots=True)
class DesiredRow:
    """All that a desired document says, beside the controller's own settings.

    Attributes:
        kind: of the operation; None where that is not kept any more.
    """

    node_id: str
    environment_id: str
    name: str
    epoch: int
    generation: int
    action: Aim
    operation_id: str
    revision: int | None
    lock_digest: str | None
    python: str | None
    settings: dict[str, Any]
    kind: OperationKind | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "action", Aim(self.action))
        if self.kind is not None:
            object.__setattr__(self, "kind", OperationKind(self.kind))


@dataclass(frozen=True, slots=True)
class LiveRow:
    """One revision that is live on a node, with the Python that it reported for it."""

    node_id: str
    environment_id: str
    live_revision: int
    python_version: str | None
    lock_digest: str


async def get(
    tx: Transaction, environment_id: str, node_id: str, *, lock: bool = False
) -> ReplicaRow | None:
    """Return a replica; with `lock`, held until the transaction ends."""
    statement = select(_replicas).where(_is(environment_id, node_id))
    row = await tx.first(statement.with_for_update() if lock else statement)
    return None if row is None else record(ReplicaRow, row)


async def at(
    tx: Transaction, addresses: Collection[ReplicaAddress], *, lock: bool = False
) -> list[ReplicaRow]:
    """Return some replicas, by environment and node id; with `lock`, held until the end."""
    statement = (
        select(_replicas)
        .where(_at(tx, addresses))
        .order_by(_replicas.c.environment_id, _replicas.c.node_id)
    )
    rows = await tx.all(statement.with_for_update() if lock else statement)
    return records(ReplicaRow, rows)


async def of_environments(
    tx: Transaction, ids: Collection[str], *, lock: bool = False
) -> list[ReplicaRow]:
    """Return the replicas of environments, by environment and node id."""
    statement = (
        select(_replicas)
        .where(_replicas.c.environment_id.in_(ids))
        .order_by(_replicas.c.environment_id, _replicas.c.node_id)
    )
    return records(ReplicaRow, await tx.all(statement.with_for_update() if lock else statement))


async def of_node(tx: Transaction, node_id: str) -> list[ReplicaRow]:
    """Return the replicas of a node, by environment id."""
    statement = select(_replicas).where(_replicas.c.node_id == node_id)
    return records(ReplicaRow, await tx.all(statement.order_by(_replicas.c.environment_id)))


async def set_goals(tx: Transaction, environment_id: str, goals: Mapping[str, Goal]) -> None:
    """Set what replicas should be, and the state that shows until their nodes report.

    Callers hold the environment's lock and write the outbox entries.

    Args:
        goals: by node id.
    """
    if not goals:
        return
    statement = select(_replicas.c.node_id).where(_replicas.c.environment_id == environment_id)
    there = {row.node_id for row in await tx.all(statement)}
    rows = {node_id: _goal_columns(goal) for node_id, goal in sorted(goals.items())}
    old = [{"_node": node_id, **row} for node_id, row in rows.items() if node_id in there]
    keys = {"environment_id": environment_id}
    new = [{"node_id": node_id, **keys, **row} for node_id, row in rows.items()]
    new = [row for row in new if row["node_id"] not in there]
    if old:
        where = _is(environment_id, bindparam("_node"))
        values: dict[str, Any] = {name: bindparam(name) for name in old[0] if name != "_node"}
        await tx.execute(update(_replicas).where(where).values(values), old)
    if new:
        await tx.execute(insert(_replicas), new)


def _goal_columns(goal: Goal) -> dict[str, Any]:
    return {
        "epoch": goal.version.epoch,
        "generation": goal.version.generation,
        "action": goal.aim.value,
        "revision": goal.revision,
        "python": goal.python,
        "settings": dict(goal.settings),
        "operation_id": goal.operation,
        "state": goal.shown.value,
        "step": None,
        "attempt": 1,
        "progress": None,
        "cause": None,
    }


async def report(tx: Transaction, environment_id: str, node_id: str, **values: Any) -> None:
    """Set what one node reported; see `report_all`."""
    await report_all(tx, {ReplicaAddress(node_id, environment_id): values})


async def report_all(tx: Transaction, reports: Mapping[ReplicaAddress, Mapping[str, Any]]) -> None:
    """Set what nodes reported; the caller holds the rows and has compared sequences.

    Args:
        reports: columns, the same of each replica.
    """
    rows = [
        {"_environment": at.environment, "_node": at.node, **columns}
        for at, columns in reports.items()
    ]
    if rows:
        where = _is(bindparam("_environment"), bindparam("_node"))
        values: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name[0] != "_"}
        await tx.execute(update(_replicas).where(where).values(values), rows)


async def count_drift(tx: Transaction, environment_id: str, *, counts: bool) -> None:
    """Let what was seen to differ show as drifted, or as ready.

    Args:
        counts: whether drift counts in this environment.
    """
    mine = _replicas.c.environment_id == environment_id
    if not counts:
        drifted = mine & (_replicas.c.state == ReplicaState.DRIFTED.value)
        shown = {"state": ReplicaState.READY.value, "cause": None}
        await tx.execute(update(_replicas).where(drifted).values(**shown))
        return
    seen = tables.observed.c
    differ = select(seen.node_id).where(
        seen.environment_id == environment_id,
        seen.drift_total > 0,
        seen.revision == _replicas.c.live_revision,
    )
    ready = mine & (_replicas.c.state == ReplicaState.READY.value)
    drifted = ready & _replicas.c.node_id.in_(differ)
    await tx.execute(update(_replicas).where(drifted).values(state=ReplicaState.DRIFTED.value))


async def remove(tx: Transaction, environment_id: str, node_id: str) -> None:
    """Forget a replica that is gone from its node."""
    await tx.execute(delete(_replicas).where(_is(environment_id, node_id)))


async def desired(tx: Transaction, environment_id: str, node_id: str) -> DesiredRow | None:
    """Return what one replica should be, or None when there is none."""
    row = await tx.first(_desired().where(_is(environment_id, node_id)))
    return None if row is None else record(DesiredRow, row)


async def desired_at(tx: Transaction, addresses: Collection[ReplicaAddress]) -> list[DesiredRow]:
    """Return what some replicas should be; one that is not there is left out."""
    return records(DesiredRow, await tx.all(_desired().where(_at(tx, addresses))))


async def desired_of_node(
    tx: Transaction,
    node_id: str,
    *,
    after: str | None = None,
    only: Collection[str] = (),
    limit: int = 500,
) -> list[DesiredRow]:
    """Return what a node should hold, by environment id.

    Args:
        after: the environment id that the page before ended with.
        only: environment ids that are asked for; all of them when empty.
        limit: rows of a page.
    """
    statement = _desired().where(_replicas.c.node_id == node_id)
    if after is not None:
        statement = statement.where(_replicas.c.environment_id > after)
    if only:
        statement = statement.where(_replicas.c.environment_id.in_(only))
    rows = await tx.all(statement.order_by(_replicas.c.environment_id).limit(limit))
    return records(DesiredRow, rows)


async def all_desired(
    tx: Transaction, *, after: tuple[str, str] | None = None, limit: int = 1_000
) -> list[DesiredRow]:
    """Return what every replica should be, by environment and node id.

    Args:
        after: (environment id, node id) that the page before ended with.
        limit: rows of a page.
    """
    environment, node = _replicas.c.environment_id, _replicas.c.node_id
    statement = _desired()
    if after is not None:
        same = (environment == after[0]) & (node > after[1])
        statement = statement.where((environment > after[0]) | same)
    return records(DesiredRow, await tx.all(statement.order_by(environment, node).limit(limit)))


async def live_on(tx: Transaction, node_ids: Collection[str]) -> list[LiveRow]:
    """Return the revisions that are live on nodes, of whatever environment.

    Environments that are deleted count while their node has not said that they are gone.
    """
    revision = (_revisions.c.environment_id == _replicas.c.environment_id) & (
        _revisions.c.number == _replicas.c.live_revision
    )
    columns = (_replicas.c.node_id, _replicas.c.environment_id, _replicas.c.live_revision)
    statement = select(*columns, _replicas.c.python_version, _revisions.c.lock_digest).join(
        _revisions, revision
    )
    return records(LiveRow, await tx.all(statement.where(_replicas.c.node_id.in_(node_ids))))


async def with_own_python(tx: Transaction) -> frozenset[str]:
    """Return the ids of environments that some node has another Python for."""
    statement = select(_replicas.c.environment_id).where(_replicas.c.python.is_not(None))
    return frozenset(row.environment_id for row in await tx.all(statement.distinct()))


async def set_epoch(tx: Transaction, epoch: int) -> list[tuple[str, str]]:
    """Give every replica's desired state a new epoch; return (environment, node) ids."""
    await tx.execute(update(_replicas).values(epoch=epoch))
    rows = await tx.all(select(_replicas.c.environment_id, _replicas.c.node_id))
    return [(row.environment_id, row.node_id) for row in rows]


def _at(tx: Transaction, addresses: Collection[ReplicaAddress]) -> ColumnElement[bool]:
    return pairs.at(tx, _replicas.c.environment_id, _replicas.c.node_id, addresses)


def _is(environment_id: Any, node_id: Any) -> ColumnElement[bool]:
    return and_(_replicas.c.environment_id == environment_id, _replicas.c.node_id == node_id)


def _desired() -> Select[Any]:
    revision = (_revisions.c.environment_id == _replicas.c.environment_id) & (
        _revisions.c.number == _replicas.c.revision
    )
    return (
        select(
            _replicas.c.node_id,
            _replicas.c.environment_id,
            _environments.c.name,
            _replicas.c.epoch,
            _replicas.c.generation,
            _replicas.c.action,
            _replicas.c.operation_id,
            _replicas.c.revision,
            _revisions.c.lock_digest,
            func.coalesce(_replicas.c.python, _revisions.c.spec["python"].as_string()).label(
                "python"
            ),
            _replicas.c.settings,
            _operations.c.kind,
        )
        .join(_environments, _environments.c.id == _replicas.c.environment_id)
        .outerjoin(_revisions, revision)
        .outerjoin(_operations, _operations.c.id == _replicas.c.operation_id)
    )
