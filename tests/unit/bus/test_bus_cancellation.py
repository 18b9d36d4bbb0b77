"""What is cancelled is cancelled, however the code in it takes that."""

import asyncio

import pytest

from venvoy.bus.cancellation import apart


async def test_work_gives_its_result_or_its_error() -> None:
    async def result() -> int:
        return 7

    async def error() -> int:
        raise ValueError("wrong")

    assert await apart(result()) == 7
    with pytest.raises(ValueError, match="wrong"):
        await apart(error())


@pytest.mark.parametrize("ends_with", [None, ValueError()])
async def test_who_awaits_work_that_swallows_a_cancellation_is_cancelled(
    ends_with: Exception | None,
) -> None:
    began, ended = asyncio.Event(), asyncio.Event()

    async def swallow() -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            ended.set()
            if ends_with is not None:
                raise ends_with from None

    async def forever() -> None:
        while True:
            await apart(swallow())

    task = asyncio.create_task(forever())
    await began.wait()
    task.cancel()
    await asyncio.wait({task})
    assert task.cancelled()
    assert ended.is_set(), "not left running"
