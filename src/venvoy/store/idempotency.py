"""Requests that may be sent twice and must be done once.

The key is claimed and its result kept in the transaction that does the work, so
there is no moment in which the work is done and the key unknown. A second request
with the key waits for the first one's commit and gets its result.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update

from venvoy.domain.errors import Conflict
from venvoy.store import tables
from venvoy.store.records import insert_unless_there
from venvoy.store.session import Transaction

_keys = tables.idempotency


@dataclass(frozen=True, slots=True)
class Claim:
    """One request with an `Idempotency-Key`.

    Attributes:
        user_id: whose key it is; two users may use the same.
        key: as sent, at most 255 characters.
        route: method and path, such as `POST /api/v1/environments`.
        digest: sha256 of the body, lower-case hex.
    """

    user_id: str
    key: str
    route: str
    digest: str


async def begin(tx: Transaction, claim: Claim, now: datetime) -> dict[str, Any] | None:
    """Claim a key; return what was kept for it when it was used before, else None.

    Raises:
        Conflict: `idempotency-key-reused`, when it was used with another body.
    """
    values = {
        "user_id": claim.user_id,
        "key": claim.key,
        "route": claim.route,
        "digest": claim.digest,
        "created_at": now,
    }
    if (await tx.execute(insert_unless_there(tx, _keys).values(values))).rowcount:
        return None
    row = (await tx.execute(select(_keys.c.digest, _keys.c.result).where(_is(claim)))).one()
    if row.digest != claim.digest:
        raise Conflict("idempotency-key-reused", key=claim.key)
    result: dict[str, Any] = row.result or {}
    return result


async def keep(tx: Transaction, claim: Claim, result: dict[str, Any]) -> None:
    """Keep what the request did, in the transaction of `begin`."""
    await tx.execute(update(_keys).where(_is(claim)).values(result=result))


async def forget(tx: Transaction, before: datetime) -> int:
    """Remove keys older than that; return how many."""
    return (await tx.execute(delete(_keys).where(_keys.c.created_at < before))).rowcount


def _is(claim: Claim) -> ColumnElement[bool]:
    return (
        (_keys.c.user_id == claim.user_id)
        & (_keys.c.key == claim.key)
        & (_keys.c.route == claim.route)
    )
