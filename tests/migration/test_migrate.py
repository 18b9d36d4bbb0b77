"""From an empty database to the schema of this release, and from a newer one to a refusal."""

import asyncio
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect, text

from venvoy.domain.errors import Conflict
from venvoy.store import meta
from venvoy.store.migrate import configuration, migrate
from venvoy.store.session import Database
from venvoy.store.tables import metadata
from venvoy.store.url import backend, sqlite_url

ROOT = Path(__file__).parents[2]


def head() -> str:
    found = ScriptDirectory.from_config(configuration()).get_current_head()
    assert found is not None
    return found


async def test_an_empty_database_gets_the_schema_of_the_tables(empty_url: str) -> None:
    await migrate(empty_url)
    engine = create_engine(backend(empty_url, blocking=True)[0])
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        differences = compare_metadata(context, metadata)
        assert context.get_current_revision() == head()
    engine.dispose()
    assert differences == []


def test_the_migrations_make_the_same_sql_as_the_tables(tmp_path: Path) -> None:
    """Stricter than a comparison by reflection: checks and partial indexes too."""
    migrated, made = tmp_path / "migrated.db", tmp_path / "made.db"
    asyncio.run(migrate(sqlite_url(migrated)))
    metadata.create_all(create_engine(sqlite_url(made)))
    assert schema(migrated) == schema(made)


def schema(file: Path) -> dict[tuple[str, str], str]:
    query = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE '%alembic%'"
    with sqlite3.connect(file) as connection:
        return {(kind, name): sql for kind, name, sql in connection.execute(query)}


async def test_migrating_again_changes_nothing(empty_url: str) -> None:
    await migrate(empty_url)
    db = Database.open(empty_url)
    async with db.write() as tx:
        await meta.put(tx, "epoch", "7")
    await migrate(empty_url)
    async with db.read() as tx:
        assert await meta.epoch(tx) == 7
    await db.close()


async def test_several_controllers_may_migrate_at_once(empty_url: str) -> None:
    await asyncio.gather(*(migrate(empty_url) for _ in range(4)))
    engine = create_engine(backend(empty_url, blocking=True)[0])
    assert set(metadata.tables) <= set(inspect(engine).get_table_names())
    engine.dispose()


async def test_a_newer_database_is_refused_and_left_alone(empty_url: str) -> None:
    await migrate(empty_url)
    engine = create_engine(backend(empty_url, blocking=True)[0])
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Conflict) as refused:
        await migrate(empty_url)
    assert refused.value.code == "database-too-new"
    assert refused.value.params == {"schema": "9999"}
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "9999"
    engine.dispose()


async def test_a_migration_that_fails_leaves_the_old_schema(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("the power went")

    with monkeypatch.context() as patch:
        patch.setattr("alembic.operations.Operations.create_index", fail)
        with pytest.raises(RuntimeError, match="the power went"):
            await migrate(empty_url)
    engine = create_engine(backend(empty_url, blocking=True)[0])
    assert inspect(engine).get_table_names() == []
    engine.dispose()
    await migrate(empty_url)


def test_there_is_one_line_of_revisions() -> None:
    scripts = ScriptDirectory.from_config(configuration())
    assert len(scripts.get_heads()) == 1
    numbers = [script.revision for script in scripts.walk_revisions()]
    assert numbers == [f"{number:04}" for number in range(len(numbers), 0, -1)]


def test_the_wheel_carries_the_migrations() -> None:
    """They are read as files at run time, so a build may not leave them out."""
    program = (
        "from hatchling.builders.wheel import WheelBuilder; import sys;"
        "b = WheelBuilder(sys.argv[1]);"
        "print(*sorted(f.distribution_path for f in b.recurse_included_files()), sep='\\n')"
    )
    listed = subprocess.run(
        [sys.executable, "-c", program, str(ROOT)],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    ).stdout.splitlines()
    folder = ROOT / "src" / "venvoy" / "store" / "migrations"
    wanted = {str(file.relative_to(ROOT / "src")) for file in folder.rglob("*.py")}
    assert len(wanted) > 3
    assert wanted <= set(listed)


async def test_a_database_of_the_first_release_keeps_its_rows(empty_url: str) -> None:
    """Later schemas only add to it."""
    engine = create_engine(backend(empty_url, blocking=True)[0])
    await migrate(empty_url)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE plans"))
        connection.execute(text("DROP INDEX ix_lock_packages_name_version"))
        connection.execute(text("CREATE INDEX ix_lock_packages_name ON lock_packages (name)"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        connection.execute(text("INSERT INTO meta (key, value) VALUES ('epoch', '7')"))
        connection.execute(
            text(
                "INSERT INTO locks (digest, data, package_count, created_at)"
                " VALUES ('ab', '', 0, '2026-01-02 03:04:05')"
            )
        )
    await migrate(empty_url)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT value FROM meta WHERE key = 'epoch'")) == "7"
        assert connection.scalar(text("SELECT digest FROM locks")) == "ab"
        assert connection.scalar(text("SELECT count(*) FROM plans")) == 0
    engine.dispose()


def _make_parent_anew(connection: Connection, *, keep: bool) -> None:
    rows = "SELECT * FROM parent" if keep else "SELECT * FROM parent WHERE false"
    connection.execute(text("CREATE TABLE fresh (id INTEGER PRIMARY KEY)"))
    connection.execute(text(f"INSERT INTO fresh {rows}"))
    connection.execute(text("DROP TABLE parent"))
    connection.execute(text("ALTER TABLE fresh RENAME TO parent"))


@pytest.mark.parametrize("keep", [True, False])
async def test_on_sqlite_a_table_made_anew_keeps_what_refers_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keep: bool
) -> None:
    url = sqlite_url(tmp_path / "venvoy.db")
    await migrate(url)
    with sqlite3.connect(tmp_path / "venvoy.db") as connection:
        connection.executescript(
            "CREATE TABLE parent (id INTEGER PRIMARY KEY);"
            "CREATE TABLE child (parent REFERENCES parent (id) ON DELETE CASCADE);"
            "INSERT INTO parent VALUES (1); INSERT INTO child VALUES (1);"
        )
    monkeypatch.setattr(
        "venvoy.store.migrate._upgrade", lambda c, _kind: _make_parent_anew(c, keep=keep)
    )
    if keep:
        await migrate(url)
    else:
        with pytest.raises(RuntimeError, match="child"):
            await migrate(url)
    with sqlite3.connect(tmp_path / "venvoy.db") as connection:
        assert connection.execute("SELECT count(*) FROM parent").fetchone() == (1,)
        assert connection.execute("SELECT count(*) FROM child").fetchone() == (1,)
