"""SQLite's connections for asyncio, with one way to their thread and back per statement.

`aiosqlite` goes to the connection's thread for each step: to make a cursor, to execute,
to fetch, to close, to roll back what was committed already. Each way wakes both threads,
and costs more than a small statement does. Here a statement is one way, whose rows are
read at once, as SQLAlchemy would do next.
"""

import sqlite3
from collections.abc import Sequence
from functools import partial
from typing import Any, Self

import aiosqlite

_CHUNK = 64
"""Rows of a chunked read, which nobody asks for here."""


async def connect(path: str) -> aiosqlite.Connection:
    """Open a connection, for an engine's `async_creator`.

    Raises:
        sqlite3.Error: the file cannot be opened.
    """
    # The driver above reads what is not the thread's alone, such as `in_transaction`.
    connector = partial(sqlite3.connect, path, check_same_thread=False)
    connection = _Connection(connector, iter_chunk_size=_CHUNK)
    connection._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy does: it ends with the process
    return await connection


class _Cursor:
    """One statement and its rows.

    Attributes:
        description, rowcount, lastrowid: as `sqlite3.Cursor` has them.
        arraysize: rows that `fetchmany` returns by default.
    """

    def __init__(self, connection: "_Connection") -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Self:
        """Execute a statement and read its rows."""
        await self._connection.on_its_thread(self._run, sqlite3.Cursor.execute, sql, parameters)
        return self

    async def executemany(self, sql: str, parameters: Sequence[Sequence[Any]]) -> Self:
        """Execute a statement for each of many parameters."""
        await self._connection.on_its_thread(self._run, sqlite3.Cursor.executemany, sql, parameters)
        return self

    async def fetchall(self) -> list[Any]:
        """Return the rows."""
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Nothing is open any more."""

    def _run(self, what: Any, sql: str, parameters: Sequence[Any]) -> None:
        cursor = self._connection.raw.cursor()
        try:
            what(cursor, sql, parameters)
            self.description = cursor.description
            self._rows = cursor.fetchall() if cursor.description else []
            self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
        finally:
            cursor.close()


class _Connection(aiosqlite.Connection):
    @property
    def raw(self) -> sqlite3.Connection:
        return self._conn

    async def on_its_thread(self, work: Any, *values: Any) -> Any:
        execute: Any = self._execute  # which has no types
        return await execute(work, *values)

    def cursor(self) -> Any:
        return _Cursor(self)

    async def rollback(self) -> None:
        # A pool asks for it whenever a connection comes back to it.
        if self.raw.in_transaction:
            await super().rollback()
