"""Transactions keep their promises on both kinds of database."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import insert, literal, select, text, update
from sqlalchemy.exc import StatementError

from venvoy.domain.errors import InvalidInput, Unavailable
from venvoy.store import events, meta, tables
from venvoy.store.migrate import migrate
from venvoy.store.session import Database
from venvoy.store.url import sqlite_url
from venvoy.testing.controller import Clock

NOW = Clock().now


async def test_none_of_800_concurrent_increments_is_lost(db: Database) -> None:
    async with db.write() as tx:
        await meta.put(tx, "count", "0")

    async def increment() -> None:
        async with db.write() as tx:
            row = select(tables.meta.c.value).where(tables.meta.c.key == "count")
            held = int(await tx.scalar(row.with_for_update()))
            await tx.execute(
                update(tables.meta).where(tables.meta.c.key == "count").values(value=str(held + 1))
            )

    await asyncio.gather(*(increment() for _ in range(800)))
    async with db.read() as tx:
        assert await meta.get(tx, "count") == "800"


async def test_two_processes_on_one_sqlite_file_lose_nothing(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "venvoy.db")
    await migrate(url)
    # Two databases share nothing in memory, as two processes would.
    ours, theirs = Database.open(url), Database.open(url)
    async with ours.write() as tx:
        await meta.put(tx, "count", "0")

    async def increment(db: Database) -> None:
        async with db.write() as tx:
            held = int(await meta.get(tx, "count") or 0)
            await meta.put(tx, "count", str(held + 1))

    await asyncio.gather(*(increment(db) for db in (ours, theirs) for _ in range(50)))
    async with ours.read() as tx:
        assert await meta.get(tx, "count") == "100"
    await ours.close()
    await theirs.close()


async def test_a_failed_block_leaves_nothing_and_calls_nobody(db: Database) -> None:
    called: list[str] = []

    async def fail() -> None:
        async with db.write() as tx:
            await meta.put(tx, "key", "value")
            events.add(tx, "something", NOW)
            tx.after_commit(lambda: called.append("committed"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with db.read() as tx:
        assert await meta.get(tx, "key") is None
        assert await events.last_id(tx) == 0
    assert called == []


async def test_what_waits_for_the_commit_sees_it(db: Database) -> None:
    seen = asyncio.get_running_loop().create_future()
    async with db.write() as tx:
        await meta.put(tx, "key", "value")
        tx.after_commit(lambda: seen.set_result("committed"))
        assert not seen.done()
    assert seen.result() == "committed"
    async with db.read() as tx:
        assert await meta.get(tx, "key") == "value"


async def test_a_reader_sees_one_state_while_others_write(db: Database) -> None:
    async with db.write() as tx:
        await meta.put(tx, "key", "before")
    async with db.read() as reader:
        assert await meta.get(reader, "key") == "before"
        async with db.write() as tx:
            await meta.put(tx, "key", "after")
        assert await meta.get(reader, "key") == "before"


async def test_event_ids_rise_in_the_order_of_commits(db: Database) -> None:
    """A reader that follows by id must never miss one that was committed late."""
    seen: list[int] = []

    async def write(number: int) -> None:
        async with db.write() as tx:
            events.add(tx, "happened", NOW, number=number)
            await tx.execute(text("SELECT 1"))
            await asyncio.sleep(0.001 * (number % 3))

    async def follow() -> None:
        while len(seen) < 60:
            async with db.read() as tx:
                found = await events.after(tx, seen[-1] if seen else 0)
            seen.extend(row.id for row in found)
            await asyncio.sleep(0)

    async with asyncio.timeout(60):
        await asyncio.gather(follow(), *(write(number) for number in range(60)))
    assert seen == sorted(seen)
    assert len(set(seen)) == 60


async def test_a_read_transaction_changes_nothing_on_postgresql(postgresql_url: str) -> None:
    await migrate(postgresql_url)
    db = Database.open(postgresql_url)
    with pytest.raises(Unavailable) as refused:
        async with db.read() as tx:
            await meta.put(tx, "key", "value")
    assert refused.value.code == "database-read-only"
    await db.close()


async def test_a_time_without_a_zone_is_refused(db: Database) -> None:
    values = {"at": NOW.replace(tzinfo=None), "code": "x", "params": {}}
    with pytest.raises(StatementError, match="a time needs a zone"):
        async with db.write() as tx:
            await tx.execute(insert(tables.events).values(values))


async def test_times_come_back_aware_and_in_utc(db: Database) -> None:
    async with db.write() as tx:
        events.add(tx, "happened", NOW)
    async with db.read() as tx:
        (row,) = await events.after(tx, 0)
    assert row.at == NOW
    assert row.at.utcoffset() == NOW.utcoffset()


async def test_a_full_disk_is_named(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "venvoy.db")
    await migrate(url)
    db = Database.open(url)

    async def fill() -> None:
        async with db.write() as tx:
            pages = await tx.scalar(text("PRAGMA page_count"))
            await tx.execute(text(f"PRAGMA max_page_count={pages}"))
            await meta.put(tx, "key", "x" * 1_000_000)

    with pytest.raises(Unavailable) as full:
        await fill()
    assert full.value.code == "database-full"
    await db.close()


async def test_a_read_only_database_is_named(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "venvoy.db")
    await migrate(url)
    db = Database.open(url)

    async def write() -> None:
        async with db.write() as tx:
            await tx.execute(text("PRAGMA query_only=ON"))
            await meta.put(tx, "key", "value")

    with pytest.raises(Unavailable) as refused:
        await write()
    assert refused.value.code == "database-read-only"
    await db.close()


async def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    file = tmp_path / "venvoy.db"
    file.write_bytes(b"these are not the pages of a database" * 100)
    with pytest.raises(Unavailable) as damaged:
        await migrate(sqlite_url(file))
    assert damaged.value.code == "database-damaged"


async def test_a_lock_held_by_another_is_named(tmp_path: Path) -> None:
    file = tmp_path / "venvoy.db"
    await migrate(sqlite_url(file))
    db = Database.open(sqlite_url(file))
    async with db.read() as tx:
        await tx.execute(text("PRAGMA busy_timeout=1"))
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable) as locked:
        async with db.write() as tx:
            await meta.put(tx, "key", "value")
    assert locked.value.code == "database-locked"
    holder.execute("ROLLBACK")
    holder.close()
    await db.close()


async def test_a_text_that_cannot_be_looked_for_is_the_users_fault(postgresql_url: str) -> None:
    db = Database.open(postgresql_url)
    with pytest.raises(InvalidInput, match="text-with-nul"):
        async with db.read() as tx:
            await tx.first(select(literal("a\x00b")))
    await db.close()


async def test_a_server_that_is_not_there_is_named() -> None:
    with pytest.raises(Unavailable) as absent:
        await migrate("postgresql://user:secret@127.0.0.1:1/venvoy")
    assert absent.value.code == "database-unreachable"
    assert "secret" not in str(absent.value)


async def test_a_database_that_does_not_exist_is_named(postgresql_url: str) -> None:
    missing = postgresql_url.replace("/test_", "/absent_")
    with pytest.raises(Unavailable) as refused:
        await migrate(missing)
    assert refused.value.code == "database-refused"


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://h/d", "nonsense", ""])
def test_other_urls_are_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        Database.open(url)
    assert refused.value.code == "database-url-unsupported"
    assert set(refused.value.params) == {"kind"}


async def test_a_writer_that_is_cancelled_leaves_the_database_free(tmp_path: Path) -> None:
    """Wherever it is cut; what refers to the cut statement stays alive on purpose."""
    database = Database.open(f"sqlite:///{tmp_path}/cut.db")
    async with database.write() as tx:
        await tx.execute(text("CREATE TABLE numbers (number INTEGER)"))

    async def write() -> None:
        async with database.write() as tx:
            await tx.execute(text("INSERT INTO numbers VALUES (1)"))
            await tx.all(text("SELECT * FROM numbers"))
            await tx.execute(text("INSERT INTO numbers VALUES (2)"))

    cut: list[BaseException] = []
    for turns in range(120):
        task = asyncio.create_task(write())
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        cut += [end for end in await asyncio.gather(task, return_exceptions=True) if end]
        async with asyncio.timeout(5), database.write() as tx:
            await tx.execute(text("DELETE FROM numbers WHERE number = 3"))
    async with database.read() as tx:
        ones, twos = [
            await tx.scalar(text(f"SELECT count(*) FROM numbers WHERE number = {number}"))
            for number in (1, 2)
        ]
    assert cut
    assert 120 - len(cut) <= ones == twos
    await database.close()
