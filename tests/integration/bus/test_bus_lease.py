"""A lease is held by one at a time, with a token that only grows."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from venvoy.bus.jetstream import JetStream
from venvoy.bus.lease import Lease, run_alone
from venvoy.bus.streams import ensure_streams
from venvoy.domain.errors import InvalidInput, TimedOut
from venvoy.testing.fleet import WAIT_S, Fleet, Member, until, until_equal


@pytest.fixture
async def controller(fleet: Fleet) -> AsyncIterator[Member]:
    async with fleet.controller() as member:
        await ensure_streams(JetStream(member.link))
        yield member


def lease(member: Member, name: str = "outbox", ttl_s: int = 1) -> Lease:
    return Lease(JetStream(member.link, timeout_s=1), name, ttl_s=ttl_s)


async def test_one_holds_it(controller: Member) -> None:
    contenders = [lease(controller, ttl_s=30) for _ in range(8)]
    tokens = await asyncio.gather(*(one.acquire() for one in contenders))
    assert sum(token is not None for token in tokens) == 1


async def test_leases_of_other_names_are_others(controller: Member) -> None:
    assert await lease(controller, "outbox", 30).acquire() is not None
    assert await lease(controller, "scheduler", 30).acquire() is not None


async def test_a_released_one_is_free_and_its_token_grows(controller: Member) -> None:
    tokens: list[int] = []
    for _ in range(4):
        one = lease(controller, ttl_s=30)
        token = await one.acquire()
        assert token is not None
        assert await one.keep()
        tokens.append(token)
        await one.release()
    assert tokens == sorted(set(tokens))


async def test_a_silent_holder_loses_it(controller: Member) -> None:
    silent, next_one = lease(controller), lease(controller, ttl_s=30)
    first = await silent.acquire()
    assert first is not None
    assert await next_one.acquire() is None
    second: int | None = None
    async with asyncio.timeout(WAIT_S):
        while second is None:
            second = await next_one.acquire()
    assert second > first
    assert not await silent.keep()
    # What it gives up now is not its own any more.
    await silent.release()
    assert await next_one.keep()


async def test_a_kept_one_outlives_its_time(controller: Member) -> None:
    holder, other = lease(controller), lease(controller)
    assert await holder.acquire() is not None
    for _ in range(8):
        await asyncio.sleep(0.3)
        assert await holder.keep()
        assert await other.acquire() is None


async def test_a_lost_answer_is_not_a_lost_lease(
    controller: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder = lease(controller, ttl_s=30)
    assert await holder.acquire() is not None
    put = holder._jetstream.put

    async def lose_the_answer(*arguments: object) -> int:
        await put(*arguments)  # type: ignore[arg-type]
        raise TimedOut("bus-timeout", subject="", seconds=1)

    with monkeypatch.context() as patch:
        patch.setattr(holder._jetstream, "put", lose_the_answer)
        assert await holder.keep()
    assert await holder.keep()
    assert await lease(controller, ttl_s=30).acquire() is None


async def test_a_holder_without_a_server_gives_up_in_time(fleet: Fleet, controller: Member) -> None:
    holder = lease(controller, ttl_s=2)
    assert await holder.acquire() is not None
    await fleet.server.stop()
    assert await holder.keep(), "its time is not over yet"
    await until_equal(holder.keep, wanted=False)


async def test_work_runs_alone(fleet: Fleet, controller: Member) -> None:
    running: list[str] = []
    tokens: list[int] = []

    def contender(name: str, member: Member) -> "asyncio.Task[None]":
        async def work(token: int) -> None:
            tokens.append(token)
            running.append(name)
            try:
                await asyncio.Event().wait()
            finally:
                running.remove(name)

        return asyncio.create_task(run_alone(lease(member), work))

    async with fleet.controller() as other:
        members = {"a": controller, "b": other, "c": other}
        tasks = {name: contender(name, member) for name, member in members.items()}
        for _ in range(4):
            await until(lambda: running)
            assert len(running) == 1
            holder = running[0]
            tasks[holder].cancel()
            await asyncio.gather(tasks[holder], return_exceptions=True)
            assert holder not in running
            tasks[holder] = contender(holder, members[holder])
        for task in tasks.values():
            task.cancel()
        await asyncio.gather(*tasks.values(), return_exceptions=True)
    assert running == []
    assert tokens == sorted(set(tokens))


async def test_work_is_cancelled_when_the_lease_is_lost_and_taken_up_again(
    fleet: Fleet, controller: Member
) -> None:
    began: list[int] = []
    cancelled: list[int] = []

    async def work(token: int) -> None:
        began.append(token)
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append(token)
            raise

    task = asyncio.create_task(run_alone(lease(controller), work))
    await until(lambda: len(began) == 1)
    await fleet.server.stop()
    await until(lambda: cancelled == began)
    await fleet.server.start()
    await until(lambda: len(began) == 2)
    assert began[1] > began[0]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert cancelled == began


async def test_work_that_fails_gives_the_lease_up(controller: Member) -> None:
    async def work(_token: int) -> None:
        raise ValueError("not to be had")

    with pytest.raises(ValueError, match="not to be had"):
        await run_alone(lease(controller, ttl_s=30), work)
    assert await lease(controller, ttl_s=30).acquire() is not None


async def test_work_that_ends_ends_it(controller: Member) -> None:
    done: list[int] = []

    async def work(token: int) -> None:
        done.append(token)

    await asyncio.wait_for(run_alone(lease(controller, ttl_s=30), work), WAIT_S)
    assert len(done) == 1


@pytest.mark.parametrize("name", ["", "*", "a.b", "A", "x" * 64])
async def test_a_name_is_one_token(controller: Member, name: str) -> None:
    with pytest.raises(InvalidInput, match="lease-name-invalid"):
        lease(controller, name)
