"""Bringing a database to the schema of this release.

Migrations expand first and contract in a later release, so that the release
before still works on the newer schema while a fleet is upgraded. Each runs in one
transaction, on SQLite too: a kill leaves the old schema or the new one. A database
that a newer release has migrated further is refused, never touched.
"""

import asyncio
from importlib import resources
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, event, text

from venvoy.domain.errors import Conflict
from venvoy.store.failures import typed
from venvoy.store.session import prepare_sqlite
from venvoy.store.url import Backend, backend

# Any number that nothing else in the database uses as an advisory lock.
_ONE_AT_A_TIME = 7_300_000


async def migrate(url: str) -> None:
    """Make or upgrade the schema; does nothing when it is up to date.

    Raises:
        InvalidInput: `database-url-unsupported`.
        Conflict: `database-too-new`, when a newer release was here.
        Unavailable: `database-…`, when the database cannot be used.
    """
    await asyncio.to_thread(_migrate, url)


def configuration() -> Config:
    """Return Alembic's configuration for the migrations in this package."""
    config = Config()
    location = resources.files("venvoy.store").joinpath("migrations")
    config.set_main_option("script_location", str(location).replace("%", "%%"))
    return config


def _migrate(url: str) -> None:
    parsed, kind = backend(url, blocking=True)
    if kind is Backend.SQLITE and parsed.database is not None:
        Path(parsed.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = create_engine(parsed)
    if kind is Backend.SQLITE:
        prepare_sqlite(engine)
        event.listen(engine, "connect", _without_references)
    try:
        with engine.begin() as connection:
            _upgrade(connection, kind)
            _check_references(connection, kind)
    except Exception as error:
        known = typed(error)
        if known is None:
            raise
        raise known from error
    finally:
        engine.dispose()


def _upgrade(connection: Connection, kind: Backend) -> None:
    if kind is Backend.POSTGRESQL:
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})"))
    config = configuration()
    _refuse_newer(connection, ScriptDirectory.from_config(config))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _without_references(connection: Any, _record: object) -> None:
    """Let a table be made anew without the rows that refer to it going with the old one.

    Batch mode drops and renames; SQLite is deaf to the pragma inside a transaction.
    """
    connection.execute("PRAGMA foreign_keys=OFF")


def _check_references(connection: Connection, kind: Backend) -> None:
    """Roll everything back where a migration left a row that refers to nothing."""
    if kind is Backend.SQLITE:
        broken = connection.execute(text("PRAGMA foreign_key_check")).first()
        if broken is not None:
            raise RuntimeError(f"a migration broke a reference of table {broken[0]}")


def _refuse_newer(connection: Connection, scripts: ScriptDirectory) -> None:
    known: set[Any] = {script.revision for script in scripts.walk_revisions()}
    there = MigrationContext.configure(connection).get_current_heads()
    unknown = [revision for revision in there if revision not in known]
    if unknown:
        raise Conflict("database-too-new", schema=", ".join(unknown))
