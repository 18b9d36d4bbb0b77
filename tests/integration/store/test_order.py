"""Lists of very many rows are read in their order, and not sorted first."""

from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import Select, text
from sqlalchemy.dialects import sqlite

from venvoy.domain.state import OperationState
from venvoy.store import operations
from venvoy.store.migrate import migrate
from venvoy.store.pages import Paging
from venvoy.store.session import Database, Transaction
from venvoy.store.url import sqlite_url


class Explained:
    """Asks SQLite how it would answer, and answers nothing."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self.plan = ""

    async def all(self, statement: Select[Any]) -> list[Any]:
        compiled = statement.compile(
            dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}
        )
        rows = await self._tx.all(text(f"EXPLAIN QUERY PLAN {compiled}".replace(":", r"\:")))
        self.plan = "; ".join(row.detail for row in rows)
        return []


@pytest.mark.parametrize("sort", ["-created_at", "created_at"])
async def test_operations_by_time(tmp_path: Path, sort: str) -> None:
    plan = await planned(tmp_path, Paging(sort=sort), ())
    assert "ix_operations_created_at_id" in plan
    assert "TEMP B-TREE" not in plan


async def test_operations_that_are_open(tmp_path: Path) -> None:
    states = (OperationState.QUEUED, OperationState.RUNNING)
    plan = await planned(tmp_path, Paging(), states)
    assert "SEARCH operations USING INDEX ix_operations_state_created_at_id" in plan


async def planned(folder: Path, wish: Paging, states: tuple[OperationState, ...]) -> str:
    url = sqlite_url(folder / "venvoy.db")
    await migrate(url)
    db = Database.open(url)
    async with db.read() as tx:
        explained = Explained(tx)
        await operations.list_page(cast("Transaction", explained), wish, states=states)
    await db.close()
    return explained.plan
