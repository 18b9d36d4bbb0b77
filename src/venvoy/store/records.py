"""Rows as typed values."""

from collections.abc import Iterable
from typing import Any, TypeVar

from sqlalchemy import Insert, Row, Table
from sqlalchemy.dialects import postgresql, sqlite

from venvoy.store.session import Transaction
from venvoy.store.url import Backend

Record = TypeVar("Record")


def record(kind: type[Record], row: Row[Any]) -> Record:
    """Return a row as a dataclass whose fields are named as columns; others are left out."""
    values = row._mapping  # noqa: SLF001 - public, named so as not to clash with columns
    names: Any = kind.__match_args__  # type: ignore[attr-defined]
    return kind(**{name: values[name] for name in names})


def records(kind: type[Record], rows: Iterable[Row[Any]]) -> list[Record]:
    """Return rows as dataclasses."""
    return [record(kind, row) for row in rows]


def insert_unless_there(tx: Transaction, table: Table) -> Insert:
    """Return an insert that does nothing where any unique key exists already.

    The row count tells which it was: 1 or 0.
    """
    dialect: Any = sqlite if tx.backend is Backend.SQLITE else postgresql
    statement: Insert = dialect.insert(table).on_conflict_do_nothing()
    # SQLAlchemy keeps the row count of an insert only when it is asked to.
    return statement.execution_options(preserve_rowcount=True)
