"""What is still to be published: written with the change, removed once it is out.

An entry names what changed, not what to send: the publisher reads the newest state,
so entries may be handled twice and in any order.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select

from venvoy.store import tables
from venvoy.store.records import records
from venvoy.store.session import Transaction

_outbox = tables.outbox
DESIRED = "desired"


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One entry; `key` of a `desired` entry is `<node id>.<environment id>`."""

    id: int
    kind: str
    key: str
    payload: dict[str, Any] | None
    created_at: datetime


async def add(
    tx: Transaction, kind: str, key: str, now: datetime, payload: dict[str, Any] | None = None
) -> None:
    """Note that something is to be published."""
    await tx.execute(insert(_outbox).values(kind=kind, key=key, payload=payload, created_at=now))


async def add_desired(tx: Transaction, environment_id: str, node_id: str, now: datetime) -> None:
    """Note that a replica's desired state changed."""
    await add(tx, DESIRED, f"{node_id}.{environment_id}", now)


async def add_all_desired(
    tx: Transaction, environment_id: str, node_ids: Collection[str], now: datetime
) -> None:
    """Note that the desired state of an environment changed on some nodes."""
    rows = [
        {"kind": DESIRED, "key": f"{node}.{environment_id}", "payload": None, "created_at": now}
        for node in node_ids
    ]
    if rows:
        await tx.execute(insert(_outbox), rows)


async def pending(tx: Transaction, limit: int = 500) -> list[OutboxRow]:
    """Return the oldest entries."""
    return records(OutboxRow, await tx.all(select(_outbox).order_by(_outbox.c.id).limit(limit)))


async def done(tx: Transaction, ids: Collection[int]) -> None:
    """Remove entries that are out."""
    await tx.execute(delete(_outbox).where(_outbox.c.id.in_(ids)))
