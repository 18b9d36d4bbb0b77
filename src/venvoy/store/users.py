"""Rows of people, found by name or id."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from venvoy.domain.role import Role
from venvoy.store.pages import Paging, page
from venvoy.store.session import Transaction
from venvoy.store.tables import users


@dataclass(frozen=True, slots=True)
class UserRow:
    """One user; the hash never leaves the controller."""

    id: str
    username: str
    password_hash: str = field(repr=False)
    role: Role
    disabled: bool
    created_at: datetime
    updated_at: datetime
    last_sign_in_at: datetime | None = None


async def by_name(tx: Transaction, username: str) -> UserRow | None:
    """Return the user of that name."""
    return _user(await tx.first(select(users).where(users.c.username == username)))


async def locked(tx: Transaction, username: str) -> UserRow | None:
    """Return the user of that name, unchanged until the transaction ends."""
    query = select(users).where(users.c.username == username).with_for_update()
    return _user(await tx.first(query))


async def any_at_all(tx: Transaction) -> bool:
    """Whether there is a user."""
    return await tx.first(select(users.c.id).limit(1)) is not None


async def enabled_admins(tx: Transaction) -> list[UserRow]:
    """Return the admins that can sign in, oldest first, locked in that order."""
    query = (
        select(users)
        .where(users.c.role == Role.ADMIN.value, users.c.disabled.is_(False))
        .order_by(users.c.id)
        .with_for_update()
    )
    return [_read(row) for row in await tx.all(query)]


async def list_page(tx: Transaction, wish: Paging) -> tuple[list[UserRow], str | None]:
    """Return one page of users; sorted by `username` or `created_at`."""
    keys = {"username": users.c.username, "created_at": users.c.created_at}
    rows, following = await page(tx, select(users), keys, users.c.id, wish)
    return [_read(row) for row in rows], following


async def add(tx: Transaction, user: UserRow) -> None:
    """Insert a user."""
    values = {name: getattr(user, name) for name in UserRow.__slots__}
    await tx.execute(insert(users).values({**values, "role": user.role.value}))


async def change(tx: Transaction, user_id: str, **values: Any) -> None:
    """Set columns of a user, as the table has them."""
    await tx.execute(update(users).where(users.c.id == user_id).values(values))


async def remove(tx: Transaction, user_id: str) -> None:
    """Delete a user; sessions and tokens go with it."""
    await tx.execute(delete(users).where(users.c.id == user_id))


def _user(row: Row[Any] | None) -> UserRow | None:
    return None if row is None else _read(row)


def _read(row: Row[Any]) -> UserRow:
    columns = row._mapping  # noqa: SLF001 - public, named so as not to clash with columns
    values = {name: columns[name] for name in UserRow.__slots__}
    return UserRow(**{**values, "role": Role(values["role"])})
