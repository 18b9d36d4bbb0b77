"""Operations: pieces of work with a state, a cause and an end."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from venvoy.domain.reconcile import Version
from venvoy.domain.state import OperationKind, OperationState
from venvoy.store import pages, pairs, tables
from venvoy.store.records import record, records
from venvoy.store.session import Transaction
from venvoy.wire.subjects import ReplicaAddress

_operations = tables.operations
_OPEN = (OperationState.QUEUED.value, OperationState.RUNNING.value)


@dataclass(frozen=True, slots=True)
class OperationRow:
    """One operation; `proposal` is only on resolutions, `archive_id` on interpreters' work."""

    id: str
    kind: OperationKind
    state: OperationState
    environment_id: str | None
    node_id: str | None
    epoch: int | None
    generation: int | None
    revision: int | None
    step: str | None
    attempt: int
    progress: dict[str, Any] | None
    cause: dict[str, Any] | None
    proposal: dict[str, Any] | None
    cancel_requested: bool
    requested_by: str | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    archive_id: str | None = None
    python: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", OperationKind(self.kind))
        object.__setattr__(self, "state", OperationState(self.state))


async def add(
    tx: Transaction,
    *,
    operation_id: str,
    kind: OperationKind,
    now: datetime,
    **values: Any,
) -> None:
    """Insert a queued operation.

    Args:
        values: columns; those not named are empty.
    """
    await tx.execute(
        insert(_operations).values(
            id=operation_id,
            kind=kind.value,
            state=OperationState.QUEUED.value,
            created_at=now,
            cancel_requested=False,
            **values,
        )
    )


async def last_versions(
    tx: Transaction, environment_id: str, node_ids: Collection[str]
) -> dict[str, Version]:
    """Return the newest version that nodes were told of an environment, by node id.

    Also of replicas that were removed since: what comes back to a node must be newer
    than what it saw last.
    """
    newest = (
        select(_operations.c.node_id, func.max(_operations.c.id).label("id"))
        .where(
            _operations.c.environment_id == environment_id,
            _operations.c.node_id.in_(node_ids),
            _operations.c.generation.is_not(None),
        )
        .group_by(_operations.c.node_id)
        .subquery()
    )
    statement = select(_operations.c.node_id, _operations.c.epoch, _operations.c.generation).join(
        newest, newest.c.id == _operations.c.id
    )
    return {row.node_id: Version(row.epoch, row.generation) for row in await tx.all(statement)}


async def add_replica_work(tx: Transaction, rows: Collection[Mapping[str, Any]]) -> None:
    """Insert queued operations on replicas, in one statement.

    Args:
        rows: each with `id`, `kind`, `environment_id`, `node_id`, `epoch`,
            `generation`, `revision`, `requested_by` and `created_at`.
    """
    queued = {"state": OperationState.QUEUED.value, "cancel_requested": False}
    if rows:
        await tx.execute(insert(_operations), [{**row, **queued} for row in rows])


async def get(tx: Transaction, operation_id: str, *, lock: bool = False) -> OperationRow | None:
    """Return an operation; with `lock`, held until the transaction ends."""
    statement = select(_operations).where(_operations.c.id == operation_id)
    row = await tx.first(statement.with_for_update() if lock else statement)
    return None if row is None else record(OperationRow, row)


async def get_many(tx: Transaction, ids: Collection[str]) -> dict[str, OperationRow]:
    """Return operations by id."""
    rows = await tx.all(select(_operations).where(_operations.c.id.in_(ids)))
    return {row.id: row for row in records(OperationRow, rows)}


async def change(tx: Transaction, operation_id: str, **values: Any) -> bool:
    """Set columns of an operation that has not ended; False when it has, or is unknown."""
    statement = update(_operations).where(
        _operations.c.id == operation_id, _operations.c.state.in_(_OPEN)
    )
    return (await tx.execute(statement.values(**values))).rowcount > 0


async def end(
    tx: Transaction,
    operation_id: str,
    state: OperationState,
    now: datetime,
    **values: Any,
) -> bool:
    """End an operation that has not ended; False when it has, or is unknown."""
    return await change(tx, operation_id, state=state.value, ended_at=now, **values)


async def reported(tx: Transaction, reports: Mapping[str, Mapping[str, Any]]) -> None:
    """Set columns of replicas' operations, ended or not: their nodes know best.

    The caller holds the environments' locks and has compared whose operations they are.

    Args:
        reports: columns by operation id, the same of each operation.
    """
    rows = [{"_id": operation_id, **columns} for operation_id, columns in reports.items()]
    if rows:
        values: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "_id"}
        where = _operations.c.id == bindparam("_id")
        await tx.execute(update(_operations).where(where).values(values), rows)


async def reported_python(tx: Transaction, operation_id: str, values: Mapping[str, Any]) -> None:
    """Set columns of an operation on an interpreter, ended or not: its node knows best.

    The caller holds the archive's row and has compared node and archive.
    """
    statement = update(_operations).where(_operations.c.id == operation_id)
    await tx.execute(statement.values(dict(values)))


async def open_of_python(tx: Transaction, archive_id: str, node_id: str) -> list[OperationRow]:
    """Return a node's operations on an interpreter that have not ended, held, oldest first."""
    statement = (
        select(_operations)
        .where(_operations.c.node_id == node_id, _operations.c.archive_id == archive_id)
        .where(_operations.c.state.in_(_OPEN))
        .order_by(_operations.c.id)
    )
    return records(OperationRow, await tx.all(statement.with_for_update()))


async def open_of(
    tx: Transaction, environment_id: str, *kinds: OperationKind, lock: bool = False
) -> list[OperationRow]:
    """Return an environment's operations that have not ended, oldest first."""
    statement = (
        select(_operations)
        .where(
            _operations.c.environment_id == environment_id,
            _operations.c.state.in_(_OPEN),
            _operations.c.kind.in_([kind.value for kind in kinds or tuple(OperationKind)]),
        )
        .order_by(_operations.c.id)
    )
    rows = await tx.all(statement.with_for_update() if lock else statement)
    return records(OperationRow, rows)


async def open_at(
    tx: Transaction, addresses: Collection[ReplicaAddress], *kinds: OperationKind
) -> list[OperationRow]:
    """Return the operations of some replicas that have not ended, oldest first."""
    columns = (_operations.c.environment_id, _operations.c.node_id)
    statement = (
        select(_operations)
        # Not by kind and state, whose index would lead through all that is open.
        .where(pairs.at(tx, *columns, addresses), _operations.c.ended_at.is_(None))
        .order_by(_operations.c.id)
    )
    rows: list[OperationRow] = records(OperationRow, await tx.all(statement))
    return [row for row in rows if row.kind in kinds and not row.state.ended]


async def open_on_node(tx: Transaction, node_id: str) -> list[OperationRow]:
    """Return a node's operations that have not ended, held until the end, oldest first."""
    statement = (
        select(_operations)
        .where(_operations.c.node_id == node_id, _operations.c.state.in_(_OPEN))
        .order_by(_operations.c.id)
    )
    return records(OperationRow, await tx.all(statement.with_for_update()))


async def in_state(
    tx: Transaction, kind: OperationKind, state: OperationState, limit: int = 1_000
) -> list[OperationRow]:
    """Return operations of one kind in one state, oldest first."""
    statement = (
        select(_operations)
        .where(_operations.c.kind == kind.value, _operations.c.state == state.value)
        .order_by(_operations.c.id)
        .limit(limit)
    )
    return records(OperationRow, await tx.all(statement))


async def own_heals(tx: Transaction, environment_id: str, since: datetime) -> list[OperationRow]:
    """Return an environment's heals since then that nobody asked for, oldest first."""
    statement = (
        select(_operations)
        .where(
            _operations.c.environment_id == environment_id,
            _operations.c.kind == OperationKind.HEAL.value,
            _operations.c.requested_by.is_(None),
            _operations.c.created_at >= since,
        )
        .order_by(_operations.c.id)
    )
    return records(OperationRow, await tx.all(statement))


async def list_page(
    tx: Transaction,
    wish: pages.Paging,
    *,
    environment_id: str | None = None,
    node_id: str | None = None,
    states: Collection[OperationState] = (),
    kinds: Collection[OperationKind] = (),
) -> tuple[list[OperationRow], str | None]:
    """Return one page of operations, the newest first by default."""
    statement = select(_operations)
    if environment_id is not None:
        statement = statement.where(_operations.c.environment_id == environment_id)
    if node_id is not None:
        statement = statement.where(_operations.c.node_id == node_id)
    if states:
        statement = statement.where(_operations.c.state.in_([state.value for state in states]))
    if kinds:
        statement = statement.where(_operations.c.kind.in_([kind.value for kind in kinds]))
    keys = {"created_at": _operations.c.created_at}
    rows, following = await pages.page(
        tx, statement, keys, _operations.c.id, wish, default="-created_at"
    )
    return records(OperationRow, rows), following
