"""Rows of API tokens, found by the sha256 of their secret."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, delete, insert, or_, select, update

from venvoy.domain.role import Role
from venvoy.store.pages import Paging, page
from venvoy.store.session import Transaction
from venvoy.store.tables import tokens, users


@dataclass(frozen=True, slots=True)
class TokenRow:
    """One token with its user.

    Attributes:
        role: what the token was made for; the user's own role bounds it.
        user_role: the user's role now.
        user_disabled: whether the user is disabled now.
    """

    id: str
    name: str
    role: Role
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    user_id: str
    username: str
    user_role: Role
    user_disabled: bool


async def by_digest(tx: Transaction, digest: str) -> TokenRow | None:
    """Return the token whose secret has this sha256."""
    row = await tx.first(_joined().where(tokens.c.digest == digest))
    return None if row is None else _read(row)


async def get(tx: Transaction, token_id: str) -> TokenRow | None:
    """Return a token by its id."""
    row = await tx.first(_joined().where(tokens.c.id == token_id))
    return None if row is None else _read(row)


async def list_page(
    tx: Transaction, wish: Paging, *, user_id: str | None
) -> tuple[list[TokenRow], str | None]:
    """Return one page of tokens; sorted by `created_at`, newest first as a rule.

    Args:
        wish: as everywhere.
        user_id: only this user's; None means everybody's.
    """
    query = _joined()
    if user_id is not None:
        query = query.where(tokens.c.user_id == user_id)
    order = replace(wish, sort=wish.sort or "-created_at")
    keys = {"created_at": tokens.c.created_at, "name": tokens.c.name}
    rows, following = await page(tx, query, keys, tokens.c.id, order)
    return [_read(row) for row in rows], following


async def add(tx: Transaction, token: TokenRow, digest: str) -> None:
    """Insert a token; of its user only the id is kept."""
    await tx.execute(
        insert(tokens).values(
            id=token.id,
            user_id=token.user_id,
            name=token.name,
            digest=digest,
            role=token.role.value,
            created_at=token.created_at,
            expires_at=token.expires_at,
        )
    )


async def remove(tx: Transaction, token_id: str) -> None:
    """Delete a token."""
    await tx.execute(delete(tokens).where(tokens.c.id == token_id))


async def touch(tx: Transaction, used: Mapping[str, datetime]) -> None:
    """Set when tokens were last used, by id; a later time that stands already stays."""
    if not used:
        return
    at = bindparam("at", type_=tokens.c.last_used_at.type)
    earlier = or_(tokens.c.last_used_at.is_(None), tokens.c.last_used_at < at)
    statement = update(tokens).where(tokens.c.id == bindparam("token"), earlier)
    values = [{"token": key, "at": time} for key, time in sorted(used.items())]
    await tx.execute(statement.values(last_used_at=at), values)


def _joined() -> Select[Any]:
    columns = [column for column in tokens.c if column.name not in {"digest", "user_id"}]
    return select(
        *columns,
        users.c.id.label("user_id"),
        users.c.username,
        users.c.role.label("user_role"),
        users.c.disabled.label("user_disabled"),
    ).join(users, users.c.id == tokens.c.user_id)


def _read(row: Row[Any]) -> TokenRow:
    columns = row._mapping  # noqa: SLF001 - public, named so as not to clash with columns
    values = {name: columns[name] for name in TokenRow.__slots__}
    roles = {"role": Role(values["role"]), "user_role": Role(values["user_role"])}
    return TokenRow(**{**values, **roles})
