"""Rows of join tokens, found by the sha256 of their secret."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from venvoy.store.pages import Paging, page
from venvoy.store.records import record, records
from venvoy.store.session import Transaction
from venvoy.store.tables import node_tokens as _tokens


@dataclass(frozen=True, slots=True)
class NodeTokenRow:
    """One join token.

    Attributes:
        uses: how many nodes may join with it in all.
        used: how many did.
        created_by: id of the user who made it, None once that user is deleted.
    """

    id: str
    uses: int
    used: int
    created_by: str | None
    created_at: datetime
    expires_at: datetime


async def add(tx: Transaction, token: NodeTokenRow, digest: str) -> None:
    """Insert a token."""
    values = {name: getattr(token, name) for name in NodeTokenRow.__match_args__}
    await tx.execute(insert(_tokens).values(digest=digest, **values))


async def get(tx: Transaction, token_id: str) -> NodeTokenRow | None:
    """Return a token by its id."""
    row = await tx.first(select(_tokens).where(_tokens.c.id == token_id))
    return None if row is None else record(NodeTokenRow, row)


async def by_digest(tx: Transaction, digest: str) -> NodeTokenRow | None:
    """Return the token whose secret has this sha256."""
    row = await tx.first(select(_tokens).where(_tokens.c.digest == digest))
    return None if row is None else record(NodeTokenRow, row)


async def use(tx: Transaction, token_id: str, now: datetime) -> bool:
    """Use a token once more; False when it has no use left or has expired.

    One statement decides and counts, so that two machines never share the last use.
    """
    statement = update(_tokens).where(
        _tokens.c.id == token_id, _tokens.c.used < _tokens.c.uses, _tokens.c.expires_at > now
    )
    return (await tx.execute(statement.values(used=_tokens.c.used + 1))).rowcount > 0


async def list_page(tx: Transaction, wish: Paging) -> tuple[list[NodeTokenRow], str | None]:
    """Return one page of tokens, the newest first as a rule."""
    order = replace(wish, sort=wish.sort or "-created_at")
    keys = {"created_at": _tokens.c.created_at, "expires_at": _tokens.c.expires_at}
    rows, following = await page(tx, select(_tokens), keys, _tokens.c.id, order)
    return records(NodeTokenRow, rows), following


async def remove(tx: Transaction, ids: Collection[str]) -> None:
    """Delete tokens."""
    await tx.execute(delete(_tokens).where(_tokens.c.id.in_(ids)))


async def remove_ended(tx: Transaction, before: datetime) -> None:
    """Delete tokens that expired before a time."""
    await tx.execute(delete(_tokens).where(_tokens.c.expires_at < before))
