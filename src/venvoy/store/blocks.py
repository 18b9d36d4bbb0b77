"""Blocked releases."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select

from venvoy.domain.block import Block
from venvoy.store import pages, tables
from venvoy.store.records import insert_unless_there, record, records
from venvoy.store.session import Transaction

_blocks = tables.blocks


@dataclass(frozen=True, slots=True)
class BlockRow:
    """One block."""

    id: str
    name: str
    specifier: str
    reason: str
    author_id: str | None
    created_at: datetime

    @property
    def block(self) -> Block:
        """What it says."""
        return Block(self.name, self.specifier, self.reason)


async def add(tx: Transaction, row: BlockRow) -> bool:
    """Keep a block; False where the same is blocked already."""
    values = {column.name: getattr(row, column.name) for column in _blocks.columns}
    return (await tx.execute(insert_unless_there(tx, _blocks).values(values))).rowcount > 0


async def get(tx: Transaction, identifier: str) -> BlockRow | None:
    """Return a block by its id."""
    row = await tx.first(select(_blocks).where(_blocks.c.id == identifier))
    return None if row is None else record(BlockRow, row)


async def remove(tx: Transaction, identifier: str) -> None:
    """Forget a block."""
    await tx.execute(delete(_blocks).where(_blocks.c.id == identifier))


async def count(tx: Transaction) -> int:
    """Return how many there are."""
    return int(await tx.scalar(select(func.count()).select_from(_blocks)))


async def everything(tx: Transaction) -> tuple[Block, ...]:
    """Return all of them, sorted; there are `venvoy.domain.block.MOST_BLOCKS` at most."""
    rows = await tx.all(select(_blocks).order_by(_blocks.c.name, _blocks.c.specifier))
    return tuple(each.block for each in records(BlockRow, rows))


async def list_page(tx: Transaction, wish: pages.Paging) -> tuple[list[BlockRow], str | None]:
    """Return one page, by `name` or `created_at`."""
    keys = {"name": _blocks.c.name, "created_at": _blocks.c.created_at}
    rows, following = await pages.page(tx, select(_blocks), keys, _blocks.c.id, wish)
    return records(BlockRow, rows), following
