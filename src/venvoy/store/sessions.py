"""Rows of signed-in browsers, found by the sha256 of their cookie."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, or_, select, update

from venvoy.domain.role import Role
from venvoy.store.session import Transaction
from venvoy.store.tables import sessions, users


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One session with its user, as the user is now."""

    id: str
    csrf_token: str = field(repr=False)
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime
    user_id: str
    username: str
    user_role: Role
    user_disabled: bool


async def by_digest(tx: Transaction, digest: str) -> SessionRow | None:
    """Return the session whose cookie has this sha256."""
    columns = [column for column in sessions.c if column.name not in {"digest", "user_id"}]
    row = await tx.first(
        select(
            *columns,
            users.c.id.label("user_id"),
            users.c.username,
            users.c.role.label("user_role"),
            users.c.disabled.label("user_disabled"),
        )
        .join(users, users.c.id == sessions.c.user_id)
        .where(sessions.c.digest == digest)
    )
    if row is None:
        return None
    values = dict(row._mapping)  # noqa: SLF001 - public, named so as not to clash with columns
    return SessionRow(**{**values, "user_role": Role(values["user_role"])})


async def add(tx: Transaction, session: SessionRow, digest: str) -> None:
    """Insert a session; of its user only the id is kept."""
    await tx.execute(
        insert(sessions).values(
            id=session.id,
            user_id=session.user_id,
            digest=digest,
            csrf_token=session.csrf_token,
            created_at=session.created_at,
            expires_at=session.expires_at,
            last_used_at=session.last_used_at,
        )
    )


async def remove(tx: Transaction, session_id: str) -> None:
    """Delete one session."""
    await tx.execute(delete(sessions).where(sessions.c.id == session_id))


async def remove_of_user(tx: Transaction, user_id: str, *, keep: str | None = None) -> None:
    """Delete a user's sessions, but for the one whose id is `keep`."""
    query = delete(sessions).where(sessions.c.user_id == user_id)
    if keep is not None:
        query = query.where(sessions.c.id != keep)
    await tx.execute(query)


async def remove_ended(tx: Transaction, *, now: datetime, unused_since: datetime) -> None:
    """Delete the sessions that have run out, by age or by lying unused."""
    await tx.execute(
        delete(sessions).where(
            or_(sessions.c.expires_at <= now, sessions.c.last_used_at <= unused_since)
        )
    )


async def touch(tx: Transaction, used: Mapping[str, datetime]) -> None:
    """Set when sessions were last used, by id; a later time that stands already stays."""
    if not used:
        return
    at = bindparam("at", type_=sessions.c.last_used_at.type)
    statement = update(sessions).where(
        sessions.c.id == bindparam("session"), sessions.c.last_used_at < at
    )
    values = [{"session": key, "at": time} for key, time in sorted(used.items())]
    await tx.execute(statement.values(last_used_at=at), values)
