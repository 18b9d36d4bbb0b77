"""Facts of the whole installation."""

from sqlalchemy import insert, select, update

from venvoy.store import tables
from venvoy.store.session import Transaction

_meta = tables.meta
FIRST_EPOCH = 1


async def get(tx: Transaction, key: str) -> str | None:
    """Return a value, or None."""
    value: str | None = await tx.scalar(select(_meta.c.value).where(_meta.c.key == key))
    return value


async def put(tx: Transaction, key: str, value: str) -> None:
    """Set a value."""
    changed = await tx.execute(update(_meta).where(_meta.c.key == key).values(value=value))
    if changed.rowcount == 0:
        await tx.execute(insert(_meta).values(key=key, value=value))


async def epoch(tx: Transaction) -> int:
    """Return the epoch of desired state; raised when a backup was restored."""
    return int(await get(tx, "epoch") or FIRST_EPOCH)


async def set_epoch(tx: Transaction, value: int) -> None:
    """Set the epoch."""
    await put(tx, "epoch", str(value))
