"""Lists of nodes: searched, filtered, sorted and counted in SQL."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, case, func, or_, select

from venvoy.domain.state import NodeState, ReplicaState
from venvoy.store import pages, tables
from venvoy.store.nodes import NodeRow
from venvoy.store.records import records
from venvoy.store.session import Transaction

_Columns = TypeVarTuple("_Columns")
_nodes = tables.nodes
_replicas = tables.replicas


@dataclass(frozen=True, slots=True)
class Filter:
    """Which nodes are wanted; all conditions hold together.

    Attributes:
        search: a part of the name, the title or the host's name, any case.
        names: any of them, whole; all when empty.
        states: any of them; all when empty.
        regions: any of them, the empty one for nodes without; all when empty.
        labels: has each of these keys with one of its values.
    """

    search: str | None = None
    names: Collection[str] = ()
    states: Collection[NodeState] = ()
    regions: Collection[str] = ()
    labels: Mapping[str, Collection[str]] = field(default_factory=dict)


async def list_page(
    tx: Transaction, wish: pages.Paging, wanted: Filter
) -> tuple[list[NodeRow], str | None]:
    """Return one page of nodes.

    Sorted by `name`, `title`, `state`, `region`, `created_at`, `updated_at`,
    `last_seen_at`, or by how much of it is in use: `cpu`, `memory`, `disk`. A node that
    never said so counts as less than one that rests.
    """
    statement = _filtered(select(_nodes), wanted)
    if wanted.states:
        statement = statement.where(_state().in_([state.value for state in wanted.states]))
    keys = {
        "name": _nodes.c.name,
        "title": _nodes.c.title,
        "state": _state(),
        "region": _nodes.c.region,
        "created_at": _nodes.c.created_at,
        "updated_at": _nodes.c.updated_at,
        "last_seen_at": func.coalesce(_nodes.c.last_seen_at, _nodes.c.created_at),
        **_shares(),
    }
    rows, following = await pages.page(tx, statement, keys, _nodes.c.id, wish)
    return records(NodeRow, rows), following


async def counts(tx: Transaction, wanted: Filter) -> dict[NodeState, int]:
    """Return how many nodes are in each state, whatever states are asked for."""
    state = _state().label("state")
    grouped = _filtered(select(state, func.count().label("number")), wanted).group_by(state)
    found = {NodeState(row.state): int(row.number) for row in await tx.all(grouped)}
    return {state: found.get(state, 0) for state in NodeState}


async def regions(tx: Transaction) -> list[str]:
    """Return the regions that nodes are in, sorted."""
    there = _nodes.c.removed_at.is_(None)
    statement = select(_nodes.c.region).where(_nodes.c.region != "", there).distinct()
    return [row.region for row in await tx.all(statement.order_by(_nodes.c.region))]


async def replica_counts(
    tx: Transaction, ids: Collection[str]
) -> dict[str, dict[ReplicaState, int]]:
    """Return how many replicas are in each state, by node id."""
    statement = (
        select(_replicas.c.node_id, _replicas.c.state, func.count().label("number"))
        .where(_replicas.c.node_id.in_(ids))
        .group_by(_replicas.c.node_id, _replicas.c.state)
        .order_by(_replicas.c.node_id, _replicas.c.state)
    )
    found: dict[str, dict[ReplicaState, int]] = {}
    for row in await tx.all(statement):
        found.setdefault(row.node_id, {})[ReplicaState(row.state)] = row.number
    return found


def _filtered(statement: Select[*_Columns], wanted: Filter) -> Select[*_Columns]:
    statement = statement.where(_nodes.c.removed_at.is_(None))
    if wanted.search:
        statement = statement.where(_matches(wanted.search.lower()))
    if wanted.names:
        statement = statement.where(_nodes.c.name.in_(wanted.names))
    if wanted.regions:
        statement = statement.where(_nodes.c.region.in_(wanted.regions))
    for key, values in wanted.labels.items():
        statement = statement.where(_nodes.c.labels[key].as_string().in_(values))
    return statement


def _matches(search: str) -> ColumnElement[bool]:
    host = func.lower(_nodes.c.facts["hostname"].as_string())
    return or_(
        _nodes.c.name.contains(search, autoescape=True),
        func.lower(_nodes.c.title).contains(search, autoescape=True),
        host.contains(search, autoescape=True),
    )


def _shares() -> dict[str, ColumnElement[float]]:
    """How much of each figure was in use at the last heartbeat; -1 where that is not known."""
    said, is_ = _nodes.c.gauges, _nodes.c.facts
    memory = said["memory_used_bytes"].as_float() / func.nullif(is_["memory_bytes"].as_float(), 0)
    free = said["disk_free_bytes"].as_float() / func.nullif(is_["disk_total_bytes"].as_float(), 0)
    shares = {"cpu": said["cpu_percent"].as_float() / 100, "memory": memory, "disk": 1 - free}
    return {name: func.coalesce(share, -1.0) for name, share in shares.items()}


def _state() -> ColumnElement[str]:
    """As `NodeRow.state` says it; a test holds both together."""
    return case(
        (~_nodes.c.online, NodeState.OFFLINE.value),
        (_nodes.c.cordoned, NodeState.CORDONED.value),
        else_=NodeState.ONLINE.value,
    )
