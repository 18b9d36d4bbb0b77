"""Environments and where they are placed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, insert, select, update

from venvoy.store import pages, tables
from venvoy.store.nodes import NodeRow
from venvoy.store.records import insert_unless_there, record, records
from venvoy.store.session import Transaction

_environments = tables.environments
_placed = tables.environment_nodes

Places = Mapping[str, dict[str, Any] | None]
"""By node id, why an environment cannot be there yet (a `CauseMessage`), None where it can."""


@dataclass(frozen=True, slots=True)
class EnvironmentRow:
    """One environment.

    Attributes:
        version: raised whenever what a reader may start an edit from has changed.
        revision: number of the newest revision, None before the first.
        operation_id: the resolution that is under way, or was the last.
        placement: a `venvoy.domain.placement.Wish` as a document.
        policy: a `venvoy.domain.policy.Policy` as a document.
    """

    id: str
    name: str
    title: str
    description: str
    labels: dict[str, str]
    owner_id: str | None
    version: int
    revision: int | None
    operation_id: str | None
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None = None
    placement: dict[str, Any] = field(default_factory=dict)
    policy: dict[str, Any] = field(default_factory=dict)


async def add(tx: Transaction, row: EnvironmentRow) -> bool:
    """Insert an environment; return False when the name is taken."""
    values = {column.name: getattr(row, column.name) for column in _environments.columns}
    done = await tx.execute(insert_unless_there(tx, _environments).values(values))
    return done.rowcount > 0


async def get(tx: Transaction, name: str, *, lock: bool = False) -> EnvironmentRow | None:
    """Return an environment that is not deleted; with `lock`, held until the end."""
    statement = select(_environments).where(
        _environments.c.name == name, _environments.c.deleted_at.is_(None)
    )
    row = await tx.first(statement.with_for_update() if lock else statement)
    return None if row is None else record(EnvironmentRow, row)


async def by_id(
    tx: Transaction, environment_id: str, *, lock: bool = False
) -> EnvironmentRow | None:
    """Return an environment by id, also a deleted one."""
    statement = select(_environments).where(_environments.c.id == environment_id)
    row = await tx.first(statement.with_for_update() if lock else statement)
    return None if row is None else record(EnvironmentRow, row)


async def by_ids(
    tx: Transaction, ids: Collection[str], *, lock: bool = False
) -> dict[str, EnvironmentRow]:
    """Return environments by id, also deleted ones; locked in the order of their ids."""
    statement = (
        select(_environments).where(_environments.c.id.in_(ids)).order_by(_environments.c.id)
    )
    rows = await tx.all(statement.with_for_update() if lock else statement)
    return {row.id: row for row in records(EnvironmentRow, rows)}


async def last_deleted(tx: Transaction, name: str) -> EnvironmentRow | None:
    """Return the environment that had this name last and is deleted."""
    row = await tx.first(
        select(_environments)
        .where(_environments.c.name == name, _environments.c.deleted_at.is_not(None))
        .order_by(_environments.c.id.desc())
        .limit(1)
    )
    return None if row is None else record(EnvironmentRow, row)


async def deleted_last(tx: Transaction, name: str, since: datetime) -> EnvironmentRow | None:
    """Return the environment of a name that was deleted last, if it had a revision."""
    row = await tx.first(
        _deleted(since)
        .where(_environments.c.name == name)
        .order_by(_environments.c.deleted_at.desc(), _environments.c.id.desc())
        .limit(1)
    )
    return None if row is None else record(EnvironmentRow, row)


async def list_deleted(
    tx: Transaction, since: datetime, wish: pages.Paging
) -> tuple[list[EnvironmentRow], str | None]:
    """Return one page of those with a revision that were deleted since, the last first."""
    keys = {"deleted_at": _environments.c.deleted_at, "name": _environments.c.name}
    rows, following = await pages.page(
        tx, _deleted(since), keys, _environments.c.id, wish, default="-deleted_at"
    )
    return records(EnvironmentRow, rows), following


def _deleted(since: datetime) -> Select[Any]:
    return select(_environments).where(
        _environments.c.deleted_at >= since, _environments.c.revision.is_not(None)
    )


async def names(tx: Transaction, ids: Collection[str]) -> dict[str, str]:
    """Return names by id, those of deleted environments too."""
    statement = select(_environments.c.id, _environments.c.name)
    rows = await tx.all(statement.where(_environments.c.id.in_(ids)))
    return {row.id: row.name for row in rows}


async def deleted_before(tx: Transaction, ids: Collection[str], before: datetime) -> frozenset[str]:
    """Return which of these environments were deleted before that."""
    statement = select(_environments.c.id).where(
        _environments.c.id.in_(ids), _environments.c.deleted_at < before
    )
    return frozenset(row.id for row in await tx.all(statement))


async def change(
    tx: Transaction, environment_id: str, now: datetime, *, newer: bool = True, **values: Any
) -> None:
    """Set columns of an environment; callers hold the row's lock.

    Args:
        newer: whether the version is raised, so that edits started before are refused.
    """
    if newer:
        values["version"] = _environments.c.version + 1
    await tx.execute(
        update(_environments)
        .where(_environments.c.id == environment_id)
        .values(updated_at=now, **values)
    )


async def place(tx: Transaction, environment_id: str, node_ids: Collection[str] | Places) -> None:
    """Set the nodes that an environment is placed on, and why some cannot have it yet."""
    await tx.execute(delete(_placed).where(_placed.c.environment_id == environment_id))
    why = node_ids if isinstance(node_ids, Mapping) else dict.fromkeys(node_ids)
    values = [
        {"environment_id": environment_id, "node_id": node_id, "waiting": why[node_id]}
        for node_id in sorted(why)
    ]
    if values:
        await tx.execute(insert(_placed), values)


async def on_node(tx: Transaction, node_id: str, *, lock: bool = False) -> list[EnvironmentRow]:
    """Return the environments that have a replica on a node, by id, deleted ones too."""
    replicas = tables.replicas.c
    held = select(replicas.environment_id).where(replicas.node_id == node_id)
    statement = (
        select(_environments).where(_environments.c.id.in_(held)).order_by(_environments.c.id)
    )
    rows = await tx.all(statement.with_for_update() if lock else statement)
    return records(EnvironmentRow, rows)


async def leave_node(tx: Transaction, node_id: str) -> None:
    """Place nothing on a node any more."""
    await tx.execute(delete(_placed).where(_placed.c.node_id == node_id))


async def places(tx: Transaction, environment_ids: Collection[str]) -> dict[str, Places]:
    """Return where environments are placed, by environment id."""
    rows = await tx.all(select(_placed).where(_placed.c.environment_id.in_(environment_ids)))
    found: dict[str, dict[str, dict[str, Any] | None]] = {each: {} for each in environment_ids}
    for row in rows:
        found[row.environment_id][row.node_id] = row.waiting
    return dict(found)


async def waiting_counts(tx: Transaction, environment_ids: Collection[str]) -> dict[str, int]:
    """Return on how many nodes environments cannot be yet, by environment id."""
    statement = (
        select(_placed.c.environment_id, func.count().label("number"))
        .where(_placed.c.environment_id.in_(environment_ids), _placed.c.waiting.is_not(None))
        .group_by(_placed.c.environment_id)
    )
    return {row.environment_id: row.number for row in await tx.all(statement)}


async def all_there(tx: Transaction) -> list[EnvironmentRow]:
    """Return every environment that is not deleted, by id."""
    statement = select(_environments).where(_environments.c.deleted_at.is_(None))
    return records(EnvironmentRow, await tx.all(statement.order_by(_environments.c.id)))


async def placed_on(tx: Transaction, environment_id: str) -> list[NodeRow]:
    """Return the nodes that an environment is placed on, by id."""
    statement = (
        select(tables.nodes)
        .join(_placed, _placed.c.node_id == tables.nodes.c.id)
        .where(_placed.c.environment_id == environment_id, tables.nodes.c.removed_at.is_(None))
        .order_by(tables.nodes.c.id)
    )
    return records(NodeRow, await tx.all(statement))
