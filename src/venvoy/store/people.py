"""Names of people for documents that show who did something."""

from collections.abc import Collection

from sqlalchemy import select

from venvoy.store import tables
from venvoy.store.session import Transaction


async def usernames(tx: Transaction, ids: Collection[str | None]) -> dict[str, str]:
    """Return usernames by id; who is gone is left out."""
    wanted = [user_id for user_id in ids if user_id is not None]
    users = tables.users.c
    rows = await tx.all(select(users.id, users.username).where(users.id.in_(wanted)))
    return {row.id: row.username for row in rows}
