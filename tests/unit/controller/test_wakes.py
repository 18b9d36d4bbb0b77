"""A bell that everybody hears and nobody misses."""

import asyncio

from venvoy.controller.wakes import Wake


async def test_all_who_wait_hear_one_ring() -> None:
    wake = Wake()
    waiting = [asyncio.create_task(wake.wait(wake.count, 20)) for _ in range(3)]
    await asyncio.sleep(0)
    wake.ring()
    assert await asyncio.gather(*waiting) == [1, 1, 1]


async def test_a_ring_before_the_wait_is_not_missed() -> None:
    wake = Wake()
    seen = wake.count
    wake.ring()
    wake.ring()
    assert await wake.wait(seen, 20) == 2


async def test_a_wait_has_an_end() -> None:
    wake = Wake()
    assert await wake.wait(wake.count, 0.001) == 0
