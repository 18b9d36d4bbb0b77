"""What an environment's replicas come to, for lists: counted and summed in SQL.

A page of 50 environments may stand for 50,000 replicas; none of their rows is read
here but the one whose failure is shown.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, case, cast, func, select

from venvoy.domain.state import BUILDING, ReplicaState
from venvoy.store import tables
from venvoy.store.session import Transaction

_replicas = tables.replicas
_nodes = tables.nodes
_FIGURES = ("bytes_done", "bytes_total", "packages_done", "packages_total")


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why one replica does not get on; `cause` is a `CauseMessage` document."""

    node: str
    cause: dict[str, Any]


async def counts(tx: Transaction, ids: Collection[str]) -> dict[str, dict[ReplicaState, int]]:
    """Return how many replicas are in each state, by environment id."""
    statement = (
        select(_replicas.c.environment_id, _replicas.c.state, func.count().label("number"))
        .where(_replicas.c.environment_id.in_(ids))
        .group_by(_replicas.c.environment_id, _replicas.c.state)
        .order_by(_replicas.c.environment_id, _replicas.c.state)
    )
    found: dict[str, dict[ReplicaState, int]] = {}
    for row in await tx.all(statement):
        found.setdefault(row.environment_id, {})[ReplicaState(row.state)] = row.number
    return found


async def only_nodes(tx: Transaction, ids: Collection[str]) -> dict[str, str]:
    """Return the names of nodes by environment id; each environment has one replica."""
    statement = (
        select(_replicas.c.environment_id, _nodes.c.name)
        .join(_nodes, _nodes.c.id == _replicas.c.node_id)
        .where(_replicas.c.environment_id.in_(ids))
    )
    return {row.environment_id: row.name for row in await tx.all(statement)}


async def progress(tx: Transaction, ids: Collection[str]) -> dict[str, dict[str, int]]:
    """Return the sums of what builds under way have reported, by environment id.

    An environment none of whose replicas is being built is left out.
    """
    sums = [func.coalesce(func.sum(_figure(name)), 0).label(name) for name in _FIGURES]
    statement = (
        select(_replicas.c.environment_id, *sums)
        .where(
            _replicas.c.environment_id.in_(ids),
            _replicas.c.state.in_([state.value for state in BUILDING]),
        )
        .group_by(_replicas.c.environment_id)
    )
    return {
        row.environment_id: {name: int(getattr(row, name)) for name in _FIGURES}
        for row in await tx.all(statement)
    }


async def troubles(tx: Transaction, ids: Collection[str]) -> dict[str, Trouble]:
    """Return one replica's trouble by environment id.

    That of the first node by name whose replica has failed; where none has, of the
    first whose replica waits to be tried again.
    """
    failed = _replicas.c.state == ReplicaState.FAILED.value
    first = (
        select(
            _replicas.c.environment_id,
            func.coalesce(func.min(case((failed, _nodes.c.name))), func.min(_nodes.c.name)).label(
                "node"
            ),
        )
        .join(_nodes, _nodes.c.id == _replicas.c.node_id)
        .where(
            _replicas.c.environment_id.in_(ids),
            _replicas.c.state.in_([ReplicaState.FAILED.value, ReplicaState.WAITING.value]),
            _replicas.c.cause.is_not(None),
        )
        .group_by(_replicas.c.environment_id)
        .subquery()
    )
    statement = (
        select(_replicas.c.environment_id, _nodes.c.name, _replicas.c.cause)
        .join(_nodes, _nodes.c.id == _replicas.c.node_id)
        .join(
            first,
            (first.c.environment_id == _replicas.c.environment_id)
            & (first.c.node == _nodes.c.name),
        )
    )
    return {row.environment_id: Trouble(row.name, row.cause) for row in await tx.all(statement)}


def _figure(name: str) -> ColumnElement[int]:
    # SQLAlchemy's `as_integer` has 32 bits on PostgreSQL; bytes need more.
    return cast(_replicas.c.progress[name].as_string(), BigInteger)
