"""The stream of events that browsers follow, by ids that rise with the commits."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select

from venvoy.store import tables
from venvoy.store.records import records
from venvoy.store.session import Transaction

_events = tables.events
_INSERT = insert(_events)


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event; its text is made from `code` and `params` by the reader."""

    id: int
    at: datetime
    code: str
    params: dict[str, Any]


def add(tx: Transaction, code: str, now: datetime, **params: object) -> None:
    """Note an event; it is written as the last of its transaction."""
    tx.execute_last(_INSERT, {"at": now, "code": code, "params": params})


async def after(tx: Transaction, seen: int, limit: int = 500) -> list[EventRow]:
    """Return the events behind an id, oldest first."""
    statement = select(_events).where(_events.c.id > seen).order_by(_events.c.id).limit(limit)
    return records(EventRow, await tx.all(statement))


async def last_id(tx: Transaction) -> int:
    """Return the newest event's id, 0 before the first."""
    return int(await tx.scalar(select(func.max(_events.c.id))) or 0)


async def first_id(tx: Transaction) -> int:
    """Return the oldest kept event's id, 0 when there is none."""
    return int(await tx.scalar(select(func.min(_events.c.id))) or 0)


async def forget(tx: Transaction, before: datetime) -> int:
    """Remove events older than that; return how many."""
    return (await tx.execute(delete(_events).where(_events.c.at < before))).rowcount
