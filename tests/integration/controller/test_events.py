"""The stream of events on both kinds of database: each once, in order, caught up with."""

import asyncio
from contextlib import aclosing
from datetime import UTC, datetime, timedelta

from venvoy.controller.events import MISSED, EventHub
from venvoy.controller.wakes import Wake
from venvoy.store import events
from venvoy.store.session import Database
from venvoy.wire.schemas import Event

START = datetime(2026, 1, 1, tzinfo=UTC)


def clock() -> datetime:
    return START


async def happen(db: Database, *codes: str, at: datetime = START) -> None:
    for code in codes:
        async with db.write() as tx:
            events.add(tx, code, at)


async def hub_on(db: Database, kept: int = 3) -> EventHub:
    hub = EventHub(db, clock, Wake(), kept)
    await hub.begin()
    return hub


async def take(hub: EventHub, after: int | None, count: int) -> list[Event]:
    """The next events; fails when they do not come."""
    found: list[Event] = []
    async with asyncio.timeout(20), aclosing(hub.follow(after)) as stream:
        async for event in stream:
            found.append(event)
            if len(found) == count:
                break
    return found


def codes(found: list[Event]) -> list[str]:
    return [event.code for event in found]


async def test_what_is_not_in_memory_any_more_comes_from_the_table(db: Database) -> None:
    hub = await hub_on(db, kept=3)
    await happen(db, *"abcdefgh")
    await hub.look()
    assert codes(await take(hub, 0, 8)) == list("abcdefgh")
    assert len(hub._recent) == 3


async def test_a_follower_from_now_hears_only_news(db: Database) -> None:
    await happen(db, "old")
    hub = await hub_on(db)
    follower = asyncio.create_task(take(hub, None, 1))
    await asyncio.sleep(0)
    await happen(db, "new")
    await hub.look()
    assert codes(await follower) == ["new"]


async def test_another_controllers_events_are_found_by_looking(db: Database) -> None:
    hub = await hub_on(db)
    running = asyncio.create_task(hub.run(lambda: None))
    follower = asyncio.create_task(take(hub, 0, 2))
    # Nobody rings this hub's bell: another process committed them.
    await happen(db, "a", "b")
    assert codes(await follower) == ["a", "b"]
    running.cancel()


async def test_ids_given_to_a_browser_continue_exactly(db: Database) -> None:
    hub = await hub_on(db, kept=10)
    await happen(db, *"abcd")
    await hub.look()
    first = await take(hub, 0, 2)
    assert codes(await take(hub, first[-1].id, 2)) == ["c", "d"]


async def test_a_gap_is_told_once_and_then_the_stream_goes_on(db: Database) -> None:
    await happen(db, *"abc", at=START - timedelta(days=30))
    await happen(db, *"de")
    async with db.write() as tx:
        assert await events.forget(tx, START - timedelta(days=7)) == 3
    hub = await hub_on(db)
    follower = asyncio.create_task(take(hub, 1, 2))
    told = asyncio.create_task(take(hub, 1, 1))
    assert codes(await told) == [MISSED]
    await happen(db, "f")
    await hub.look()
    assert codes(await follower) == [MISSED, "f"]
