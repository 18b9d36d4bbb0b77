"""Loops outlive their failures, and everybody can see how they are doing."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from venvoy.controller.supervisor import Health, Supervisor, rounds
from venvoy.controller.wakes import Wake
from venvoy.domain.errors import Unavailable

START = datetime(2026, 1, 1, tzinfo=UTC)


class Clock:
    """A clock that goes on by a second per look."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def health() -> Health:
    return Health(Clock())


def test_a_part_that_has_not_begun_is_not_ready(health: Health) -> None:
    assert health.report().ready
    health.expect("outbox")
    assert not health.report().ready
    health.works("outbox")
    assert health.report().ready


def test_a_failure_keeps_its_first_time_and_its_last_words(health: Health) -> None:
    health.works("outbox")
    health.fails("outbox", Unavailable("bus-unreachable"))
    health.fails("outbox", Unavailable("database-locked"))
    (part,) = health.report().parts
    assert (part.ok, part.since) == (False, START + timedelta(seconds=2))
    assert part.error is not None
    assert part.error.code == "database-locked"
    health.works("outbox")
    assert health.report().ready


async def test_a_loop_that_fails_runs_again_and_mends(health: Health) -> None:
    mended = asyncio.Event()
    pauses: list[int] = []

    def pause(failures: int) -> float:
        pauses.append(failures)
        return 0

    async def loop() -> None:
        if len(pauses) < 3:
            raise Unavailable("database-locked")
        health.works("loop")
        mended.set()
        await asyncio.Event().wait()

    supervisor = Supervisor(health, pause)
    supervisor.start("loop", loop)
    async with asyncio.timeout(10):
        await mended.wait()
    assert pauses == [1, 2, 3]
    assert health.report().ready
    await supervisor.stop()


async def test_pauses_begin_anew_after_a_time_of_work(health: Health) -> None:
    pauses: list[int] = []
    enough = asyncio.Event()

    def pause(failures: int) -> float:
        pauses.append(failures)
        if len(pauses) == 4:
            enough.set()
        return 0

    async def loop() -> None:
        if len(pauses) == 2:
            health.works("loop")
        raise Unavailable("database-locked")

    supervisor = Supervisor(health, pause)
    supervisor.start("loop", loop)
    async with asyncio.timeout(10):
        await enough.wait()
    await supervisor.stop()
    assert pauses[:4] == [1, 2, 1, 2]


async def test_a_bug_is_shown_by_its_part(health: Health) -> None:
    failed = asyncio.Event()

    def pause(_: int) -> float:
        failed.set()
        return 3600

    async def loop() -> None:
        raise ZeroDivisionError

    supervisor = Supervisor(health, pause)
    supervisor.start("reports", loop)
    async with asyncio.timeout(10):
        await failed.wait()
    await supervisor.stop()
    (part,) = health.report().parts
    assert part.error is not None
    assert part.error.code == "controller-part-crashed"
    assert dict(part.error.params) == {"part": "reports", "reason": "ZeroDivisionError"}


async def test_stopping_waits_for_the_cleaning_up(health: Health) -> None:
    cleaned: list[bool] = []
    begun = asyncio.Event()

    async def loop() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            cleaned.append(True)

    supervisor = Supervisor(health)
    supervisor.start("loop", loop)
    await begun.wait()
    await supervisor.stop()
    assert cleaned == [True]


async def test_a_ring_during_a_look_leads_to_another_look() -> None:
    wake, looks = Wake(), 0
    twice = asyncio.Event()

    async def step() -> None:
        nonlocal looks
        looks += 1
        if looks == 1:
            wake.ring()
        else:
            twice.set()

    task = asyncio.create_task(rounds(step, wake=wake, seconds=3600, done=lambda: None))
    async with asyncio.timeout(10):
        await twice.wait()
    task.cancel()
    assert looks == 2


async def test_a_lost_ring_costs_the_wait_only() -> None:
    looks = 0
    enough = asyncio.Event()

    async def step() -> None:
        nonlocal looks
        looks += 1
        if looks == 3:
            enough.set()

    task = asyncio.create_task(rounds(step, wake=Wake(), seconds=0.01, done=lambda: None))
    async with asyncio.timeout(10):
        await enough.wait()
    task.cancel()
