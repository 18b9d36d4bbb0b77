"""Nodes: who they are and what they last said of themselves."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update

from venvoy.domain.state import NodeState
from venvoy.store import pages, tables
from venvoy.store.records import insert_unless_there, record, records
from venvoy.store.session import Transaction

_nodes = tables.nodes
_there = _nodes.c.removed_at.is_(None)


@dataclass(frozen=True, slots=True)
class NodeRow:
    """One node; `facts` is a `venvoy.wire.messages.Heartbeat` document.

    Attributes:
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

    @property
    def state(self) -> NodeState:
        """An offline node is offline first: that is what its owner must see."""
        if not self.online:
            return NodeState.OFFLINE
        return NodeState.CORDONED if self.cordoned else NodeState.ONLINE


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


async def by_ids(tx: Transaction, ids: Collection[str]) -> dict[str, NodeRow]:
    """Return nodes by id, also removed ones."""
    rows = await tx.all(select(_nodes).where(_nodes.c.id.in_(ids)))
    return {row.id: row for row in records(NodeRow, rows)}


async def update_seen(
    tx: Transaction,
    node_id: str,
    *,
    facts: dict[str, Any],
    boot: int,
    at: datetime,
) -> None:
    """Keep a heartbeat, unless a later one is there already."""
    await tx.execute(
        update(_nodes)
        .where(_nodes.c.id == node_id)
        .where(or_(_nodes.c.last_seen_at.is_(None), _nodes.c.last_seen_at <= at))
        .values(facts=facts, boot=boot, last_seen_at=at, updated_at=at)
    )


async def touch_seen(tx: Transaction, node_id: str, *, at: datetime) -> None:
    """Keep the time of a heartbeat that says nothing new, unless a later one is there."""
    await tx.execute(
        update(_nodes)
        .where(_nodes.c.id == node_id)
        .where(or_(_nodes.c.last_seen_at.is_(None), _nodes.c.last_seen_at <= at))
        .values(last_seen_at=at)
    )


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


async def list_page(
    tx: Transaction, wish: pages.Paging, *, search: str | None = None
) -> tuple[list[NodeRow], str | None]:
    """Return one page of nodes; sorted by `name` or `created_at`."""
    statement = select(_nodes).where(_there)
    if search:
        statement = statement.where(_nodes.c.name.contains(search.lower(), autoescape=True))
    keys = {"name": _nodes.c.name, "created_at": _nodes.c.created_at}
    rows, following = await pages.page(tx, statement, keys, _nodes.c.id, wish)
    return records(NodeRow, rows), following


async def claim_nonce(
    tx: Transaction, node_id: str, nonce: str, *, now: datetime, expires_at: datetime
) -> bool:
    """Use a nonce up; return False when it was used before."""
    nonces = tables.nonces
    await tx.execute(nonces.delete().where(nonces.c.expires_at < now))
    done = await tx.execute(
        insert_unless_there(tx, nonces).values(node_id=node_id, nonce=nonce, expires_at=expires_at)
    )
    return done.rowcount > 0
