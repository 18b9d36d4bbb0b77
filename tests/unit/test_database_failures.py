"""What the drivers say of a database in trouble becomes a code with a remedy."""

import sqlite3

import psycopg
import pytest
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from venvoy.store.failures import typed


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (psycopg.errors.DiskFull("could not extend file"), "database-full"),
        (psycopg.errors.ReadOnlySqlTransaction("read-only"), "database-read-only"),
        (psycopg.errors.DeadlockDetected("deadlock"), "database-locked"),
        (psycopg.errors.SerializationFailure("again"), "database-locked"),
        (psycopg.errors.AdminShutdown("shutting down"), "database-unreachable"),
        (psycopg.errors.TooManyConnections("too many"), "database-busy"),
        (psycopg.errors.InvalidPassword("wrong"), "database-refused"),
        (psycopg.errors.InsufficientPrivilege("no"), "database-refused"),
        (psycopg.OperationalError("connection refused"), "database-unreachable"),
        (
            psycopg.OperationalError('FATAL: password authentication failed for user "x"'),
            "database-refused",
        ),
    ],
)
def test_what_postgresql_says(error: Exception, code: str) -> None:
    known = typed(OperationalError("SELECT 1", {}, error))
    assert known is not None
    assert known.code == code
    assert known.params == {}


def test_a_pool_without_connections_is_busy() -> None:
    known = typed(PoolTimeout())
    assert known is not None
    assert known.code == "database-busy"


@pytest.mark.parametrize(
    "error",
    [
        IntegrityError("INSERT", {}, sqlite3.IntegrityError("UNIQUE constraint failed")),
        IntegrityError("INSERT", {}, psycopg.errors.UniqueViolation("duplicate key")),
        OperationalError("SELECT", {}, sqlite3.OperationalError("no such table")),
        ValueError("something else"),
    ],
)
def test_bugs_are_left_as_they_are(error: Exception) -> None:
    assert typed(error) is None
