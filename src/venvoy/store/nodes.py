"""Nodes: who they are and what they last said of themselves."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_, select, update

from venvoy.domain.placement import Candidate
from venvoy.domain.state import NodeState, node_state
from venvoy.store import tables
from venvoy.store.records import insert_unless_there, record, records
from venvoy.store.session import Transaction

_nodes = tables.nodes
_there = _nodes.c.removed_at.is_(None)


GAUGES = frozenset({"at", "disk_free_bytes", "disks", "cpu_percent", "load", "memory_used_bytes"})
"""Fields of a heartbeat that differ every time; what else it says is kept as facts."""


@dataclass(frozen=True, slots=True)
class NodeRow:
    """One node.

    Attributes:
        facts: of the last heartbeat, a `venvoy.wire.messages.Heartbeat` document; its
            gauges are as they were when something else changed.
        gauges: the `GAUGES` of the last heartbeat.
        version: raised whenever people changed something; what an edit starts from.
        clock_skew_s: by how many seconds its clock was ahead of the controller's.
        removed_at: when it was taken out of the fleet; its row stays.
        keep_data: whether a removed node keeps its environments.
        revoked_at: when NATS was told of the removal.
    """

    id: str
    name: str
    public_key: str | None
    facts: dict[str, Any] | None
    boot: int
    online: bool
    cordoned: bool
    last_seen_at: datetime | None
    created_at: datetime
    updated_at: datetime
    labels: dict[str, str] = field(default_factory=dict)
    region: str = ""
    removed_at: datetime | None = None
    keep_data: bool = False
    revoked_at: datetime | None = None
    title: str = ""
    version: int = 1
    gauges: dict[str, Any] | None = None
    clock_skew_s: float | None = None

    @property
    def said(self) -> dict[str, Any] | None:
        """The whole last heartbeat, None before the first."""
        return None if self.facts is None else self.facts | (self.gauges or {})

    @property
    def state(self) -> NodeState:
        """The one word for it."""
        return node_state(online=self.online, cordoned=self.cordoned)


async def register(
    tx: Transaction, node_id: str, name: str, public_key: str, now: datetime
) -> NodeRow:
    """Return the node of that name, made if there is none, with that public key."""
    await tx.execute(
        insert_unless_there(tx, _nodes).values(
            id=node_id,
            name=name,
            public_key=public_key,
            online=False,
            cordoned=False,
            created_at=now,
            updated_at=now,
        )
    )
    await tx.execute(
        update(_nodes)
        .where(_nodes.c.name == name, _there)
        .where(_nodes.c.public_key.is_distinct_from(public_key))
        .values(public_key=public_key, updated_at=now)
    )
    found = await tx.execute(select(_nodes).where(_nodes.c.name == name, _there))
    return record(NodeRow, found.one())


async def add(tx: Transaction, row: NodeRow) -> bool:
    """Insert a node that joins; return False when its name or its key is taken."""
    values = {column.name: getattr(row, column.name) for column in _nodes.columns}
    done = await tx.execute(insert_unless_there(tx, _nodes).values(values))
    return done.rowcount > 0


async def get(tx: Transaction, name: str, *, lock: bool = False) -> NodeRow | None:
    """Return a node that was not removed, by name; with `lock`, held until the end."""
    statement = select(_nodes).where(_nodes.c.name == name, _there)
    row = await tx.first(statement.with_for_update() if lock else statement)
    return None if row is None else record(NodeRow, row)


async def by_id(tx: Transaction, node_id: str, *, lock: bool = False) -> NodeRow | None:
    """Return a node by id, also a removed one; with `lock`, held until the end."""
    statement = select(_nodes).where(_nodes.c.id == node_id)
    row = await tx.first(statement.with_for_update() if lock else statement)
    return None if row is None else record(NodeRow, row)


async def by_key(tx: Transaction, public_key: str) -> NodeRow | None:
    """Return the node that signs with a key, also a removed one."""
    row = await tx.first(select(_nodes).where(_nodes.c.public_key == public_key))
    return None if row is None else record(NodeRow, row)


async def by_keys(tx: Transaction, public_keys: Collection[str]) -> dict[str, NodeRow]:
    """Return the nodes that sign with keys, by key; also removed ones."""
    rows = await tx.all(select(_nodes).where(_nodes.c.public_key.in_(public_keys)))
    return {row.public_key or "": row for row in records(NodeRow, rows)}


async def by_ids(tx: Transaction, ids: Collection[str]) -> dict[str, NodeRow]:
    """Return nodes by id, also removed ones."""
    rows = await tx.all(select(_nodes).where(_nodes.c.id.in_(ids)))
    return {row.id: row for row in records(NodeRow, rows)}


@dataclass(frozen=True, slots=True)
class Beat:
    """What is kept of one heartbeat.

    Attributes:
        facts: what seldom changes, None where it is as it was.
        gauges: what always does.
        at: when it arrived, by the controller's clock.
        clock_skew_s: by how many seconds the node's clock was ahead then.
    """

    node_id: str
    boot: int
    facts: dict[str, Any] | None
    gauges: dict[str, Any]
    at: datetime
    clock_skew_s: float | None = None


def fixed(heartbeat: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a heartbeat that are no gauges."""
    return {key: value for key, value in heartbeat.items() if key not in GAUGES}


def gauges(heartbeat: Mapping[str, Any]) -> dict[str, Any]:
    """Return the gauges of a heartbeat."""
    return {key: value for key, value in heartbeat.items() if key in GAUGES}


async def keep_beats(tx: Transaction, beats: Collection[Beat]) -> None:
    """Keep heartbeats, each unless a later one is there already."""
    for beat in beats:
        if beat.facts is not None:
            seen = {"facts": beat.facts, "boot": beat.boot, "updated_at": beat.at}
            await tx.execute(update(_nodes).where(_earlier(beat.node_id, beat.at)).values(seen))
    # One statement for all of them: most of a fleet says nothing new.
    quiet = update(_nodes).where(_earlier(bindparam("node"), bindparam("seen")))
    quiet = quiet.values(
        gauges=bindparam("said"), clock_skew_s=bindparam("skew"), last_seen_at=bindparam("seen")
    )
    if beats:
        await tx.execute(
            quiet,
            [
                {"node": each.node_id, "seen": each.at, "said": each.gauges}
                | {"skew": each.clock_skew_s}
                for each in beats
            ],
        )


def _earlier(node_id: Any, at: Any) -> ColumnElement[bool]:
    first = _nodes.c.last_seen_at.is_(None)
    return and_(_nodes.c.id == node_id, or_(first, _nodes.c.last_seen_at <= at))


async def change(tx: Transaction, node_id: str, now: datetime, **values: Any) -> None:
    """Set what people say of a node; callers hold the row's lock."""
    values |= {"version": _nodes.c.version + 1, "updated_at": now}
    await tx.execute(update(_nodes).where(_nodes.c.id == node_id).values(**values))


async def candidates(tx: Transaction) -> list[Candidate]:
    """Return every node as placement sees it, by id."""
    columns = (_nodes.c.id, _nodes.c.name, _nodes.c.labels, _nodes.c.cordoned)
    return records(Candidate, await tx.all(select(*columns).where(_there).order_by(_nodes.c.id)))


async def still_there(tx: Transaction, ids: Collection[str]) -> frozenset[str]:
    """Return those that were not removed; none of them can be until the transaction ends."""
    statement = select(_nodes.c.id).where(_nodes.c.id.in_(ids), _there).order_by(_nodes.c.id)
    return frozenset(row.id for row in await tx.all(statement.with_for_update(read=True)))


async def states(tx: Transaction) -> dict[str, NodeState]:
    """Return the state of every node by id."""
    rows = await tx.all(select(_nodes.c.id, _nodes.c.online, _nodes.c.cordoned).where(_there))
    return {row.id: node_state(online=row.online, cordoned=row.cordoned) for row in rows}


async def names(tx: Transaction, ids: Collection[str]) -> dict[str, str]:
    """Return nodes' names by id, those of removed ones too."""
    rows = await tx.all(select(_nodes.c.id, _nodes.c.name).where(_nodes.c.id.in_(ids)))
    return {row.id: row.name for row in rows}


async def set_online(tx: Transaction, node_id: str, *, online: bool, now: datetime) -> bool:
    """Set whether a node is online; return whether that changed anything."""
    changed = await tx.execute(
        update(_nodes)
        .where(_nodes.c.id == node_id, _nodes.c.online != online, _there)
        .values(online=online, updated_at=now)
    )
    return changed.rowcount > 0


async def silent_since(tx: Transaction, before: datetime) -> list[NodeRow]:
    """Return the nodes that count as online without a sign of life since `before`."""
    silent = or_(_nodes.c.last_seen_at.is_(None), _nodes.c.last_seen_at < before)
    return records(NodeRow, await tx.all(select(_nodes).where(_nodes.c.online, silent)))


async def remove(tx: Transaction, node_id: str, *, keep_data: bool, now: datetime) -> None:
    """Take a node out of the fleet; NATS is still to be told."""
    values = {"removed_at": now, "keep_data": keep_data, "online": False, "updated_at": now}
    await tx.execute(update(_nodes).where(_nodes.c.id == node_id).values(values))


async def unrevoked(tx: Transaction) -> list[NodeRow]:
    """Return the removed nodes of which NATS was not told yet."""
    statement = select(_nodes).where(_nodes.c.removed_at.is_not(None))
    rows = await tx.all(statement.where(_nodes.c.revoked_at.is_(None)).order_by(_nodes.c.id))
    return records(NodeRow, rows)


async def revoked(tx: Transaction, node_id: str, now: datetime) -> None:
    """Note that NATS was told of a removal."""
    await tx.execute(update(_nodes).where(_nodes.c.id == node_id).values(revoked_at=now))


async def forget_nonces(tx: Transaction, before: datetime) -> None:
    """Drop the nonces whose signatures are refused for their age alone."""
    nonces = tables.nonces
    await tx.execute(nonces.delete().where(nonces.c.expires_at < before))


async def claim_nonce(tx: Transaction, node_id: str, nonce: str, *, expires_at: datetime) -> bool:
    """Use a nonce up; return False when it was used before."""
    nonces = tables.nonces
    done = await tx.execute(
        insert_unless_there(tx, nonces).values(node_id=node_id, nonce=nonce, expires_at=expires_at)
    )
    return done.rowcount > 0
