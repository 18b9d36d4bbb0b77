"""Plans by id, a few per environment; their locks go with them unless a revision has them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select

from venvoy.store import locks, tables
from venvoy.store.records import record
from venvoy.store.session import Transaction

_plans = tables.plans


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One plan.

    Attributes:
        base_version: the environment's version that it was made from.
        base_revision: its newest revision then, None before the first.
        proposal: as `venvoy.domain.proposal` writes it.
        shown: the document that was answered.
    """

    id: str
    environment_id: str
    base_version: int
    base_revision: int | None
    proposal: dict[str, Any]
    lock_digest: str
    shown: dict[str, Any]
    author_id: str | None
    created_at: datetime
    expires_at: datetime


async def add(tx: Transaction, row: PlanRow, *, keep: int) -> None:
    """Keep a plan, and of its environment's plans only the newest ones.

    Args:
        keep: how many, this one included.
    """
    values = {column.name: getattr(row, column.name) for column in _plans.columns}
    await tx.execute(insert(_plans).values(values))
    mine = _plans.c.environment_id == row.environment_id
    newest = select(_plans.c.id).where(mine).order_by(_plans.c.id.desc()).limit(keep)
    kept = [found.id for found in await tx.all(newest)]
    await _remove(tx, mine & _plans.c.id.not_in(kept))


async def get(tx: Transaction, environment_id: str, plan_id: str, now: datetime) -> PlanRow | None:
    """Return a plan of an environment that has not expired."""
    row = await tx.first(
        select(_plans).where(
            _plans.c.id == plan_id,
            _plans.c.environment_id == environment_id,
            _plans.c.expires_at > now,
        )
    )
    return None if row is None else record(PlanRow, row)


async def forget(tx: Transaction, now: datetime) -> None:
    """Remove the plans that have expired."""
    await _remove(tx, _plans.c.expires_at <= now)


async def _remove(tx: Transaction, which: ColumnElement[bool]) -> None:
    digests = {row.lock_digest for row in await tx.all(select(_plans.c.lock_digest).where(which))}
    if digests:
        await tx.execute(delete(_plans).where(which))
        await locks.remove_unused(tx, digests)
