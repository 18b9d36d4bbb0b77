"""Transactions over SQLite and PostgreSQL, with the same promises on both.

A writing transaction sees what it read unchanged until it commits: on SQLite by
`BEGIN IMMEDIATE` (one writer at a time; a deferred one loses updates), on
PostgreSQL by `SELECT … FOR UPDATE` in the repositories. Rows are locked in one
order everywhere, so that nobody waits in a circle: environment, then its
operations, then its replicas, by id.

Database errors that a user can mend leave as typed errors (`store.failures`).
"""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from functools import partial
from itertools import groupby
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, CursorResult, Executable, Row, event, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from venvoy.store import sqlite_driver
from venvoy.store.failures import typed
from venvoy.store.url import Backend, backend

Value = TypeVar("Value")

_BUSY_MILLISECONDS = 10_000
_WAL_RETRY_S = 0.02
_POOL = 8
_POOL_SECONDS = 15.0
# Any number that nothing else in the database uses as an advisory lock.
_ORDERED_END = 7_300_001


class Transaction:
    """One transaction; every repository function takes it first."""

    def __init__(self, connection: AsyncConnection, kind: Backend) -> None:
        self.connection = connection
        self.backend = kind
        self._last: list[tuple[Executable, dict[str, Any]]] = []
        self._committed: list[Callable[[], None]] = []

    async def execute(
        self, statement: Executable, values: list[dict[str, Any]] | None = None
    ) -> CursorResult[Any]:
        """Run a statement; with `values`, once for each of them."""
        return await finished(self.connection.execute(statement, values))

    async def scalar(self, statement: Executable) -> Any:
        """Return the first column of the first row, or None."""
        return await finished(self.connection.scalar(statement))

    async def first(self, statement: Executable) -> Row[Any] | None:
        """Return the first row, or None."""
        return (await self.execute(statement)).first()

    async def all(self, statement: Executable) -> list[Row[Any]]:
        """Return every row."""
        return list((await self.execute(statement)).all())

    def execute_last(self, statement: Executable, values: dict[str, Any]) -> None:
        """Run a statement just before the commit, in the order of all commits.

        For rows whose ids readers follow: with ids handed out earlier, a
        transaction that commits late would put rows behind a reader's back.
        """
        self._last.append((statement, values))

    def after_commit(self, call: Callable[[], None]) -> None:
        """Call once the commit is done; not at all when it fails."""
        self._committed.append(call)

    async def _commit(self) -> None:
        if self._last and self.backend is Backend.POSTGRESQL:
            await self.connection.execute(text(f"SELECT pg_advisory_xact_lock({_ORDERED_END})"))
        for statement, rows in groupby(self._last, key=lambda last: last[0]):
            await self.connection.execute(statement, [values for _, values in rows])
        await self.connection.commit()
        for call in self._committed:
            call()


class Database:
    """An open database; made by `open`, ended by `close`."""

    def __init__(self, engine: AsyncEngine, kind: Backend) -> None:
        self._engine = engine
        self.backend = kind
        # SQLite has one writer; waiting here is fair, its busy handler is not.
        self._writer = asyncio.Lock() if kind is Backend.SQLITE else None

    @classmethod
    def open(cls, url: str) -> Self:
        """Return a database whose connections are made when they are needed.

        Args:
            url: as a user writes it: `sqlite:///…` or `postgresql://…`.

        Raises:
            InvalidInput: `database-url-unsupported`.
        """
        parsed, kind = backend(url)
        options: dict[str, Any] = {"pool_pre_ping": True}
        if kind is Backend.SQLITE:
            options = {"async_creator": partial(sqlite_driver.connect, parsed.database or "")}
        engine = create_async_engine(
            parsed, pool_size=_POOL, max_overflow=0, pool_timeout=_POOL_SECONDS, **options
        )
        if kind is Backend.SQLITE:
            prepare_sqlite(engine)
        return cls(engine, kind)

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Transaction]:
        """Open a transaction that changes something; it commits at the end of the block.

        Raises:
            Unavailable: `database-…`, when the database cannot be used.
        """
        if self._writer is None:
            async with self._transaction(writing=True) as transaction:
                yield transaction
        else:
            async with self._writer, self._transaction(writing=True) as transaction:
                yield transaction

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        """Open a transaction that sees one state of the database and changes nothing.

        Raises:
            Unavailable: `database-…`, when the database cannot be used.
        """
        async with self._transaction(writing=False) as transaction:
            yield transaction

    @asynccontextmanager
    async def _transaction(self, *, writing: bool) -> AsyncIterator[Transaction]:
        options: dict[str, Any] = {"venvoy_writing": writing}
        if not writing and self.backend is Backend.POSTGRESQL:
            options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        connection = self._engine.connect()
        try:
            await finished(connection.start())
            await finished(connection.execution_options(**options))
            await finished(connection.begin().start())
            transaction = Transaction(connection, self.backend)
            yield transaction
            await finished(transaction._commit())  # noqa: SLF001 - one module
        except Exception as error:
            known = typed(error)
            if known is None:
                raise
            raise known from error
        finally:
            if connection.sync_connection is not None:
                await finished(connection.close())  # rolls back what was not committed


async def finished(call: Coroutine[Any, Any, Value]) -> Value:
    """Await a call of the driver to its end; who is cancelled meanwhile is cancelled then.

    A statement that is left half-way takes its connection with it, and SQLite holds
    the lock of such a connection for as long as anything refers to the statement:
    every later write would find the database locked.
    """
    task = asyncio.ensure_future(call)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait({task})
        if not task.cancelled():
            task.exception()  # known here, so that nobody reports it as never read
        raise


def prepare_sqlite(engine: AsyncEngine | Any) -> None:
    """Give every connection of a SQLite engine the settings and transactions we rely on."""
    target = engine.sync_engine if isinstance(engine, AsyncEngine) else engine
    event.listen(target, "connect", _configure_sqlite)
    event.listen(target, "begin", _begin_sqlite)


def _configure_sqlite(connection: Any, _record: object) -> None:
    # None: the driver begins nothing by itself, so `_begin_sqlite` decides how.
    connection.isolation_level = None
    cursor = connection.cursor()
    try:
        cursor.execute(f"PRAGMA busy_timeout={_BUSY_MILLISECONDS}")
        _use_wal(cursor)
        # What was answered as done must outlive a power cut: a node that holds a
        # newer generation than the database would look like a restored backup.
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
    finally:
        cursor.close()


def _use_wal(cursor: Any) -> None:
    """Switch a new file to WAL, once; that several do so at the same moment waits.

    SQLite's own busy timeout does not cover this: it would be a deadlock.
    """
    deadline = time.monotonic() + _BUSY_MILLISECONDS / 1_000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(_WAL_RETRY_S)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("venvoy_writing", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
