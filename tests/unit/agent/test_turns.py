"""Turns: never more builds at work than there are, and nobody forgotten."""

import asyncio
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from venvoy.agent.turns import Turn, Turns


class Builds:
    """Builds that hold a turn until they are told to end."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns
        self.tasks: list[asyncio.Task[None]] = []
        self.held: dict[int, Turn] = {}
        self.ends: list[asyncio.Event] = []

    def begin(self) -> None:
        self.ends.append(asyncio.Event())
        self.tasks.append(asyncio.create_task(self._build(len(self.tasks))))

    async def _build(self, number: int) -> None:
        async with self.turns.take() as turn:
            self.held[number] = turn
            try:
                await self.ends[number].wait()
            finally:
                del self.held[number]

    @property
    def working(self) -> int:
        return sum(not turn.lent for turn in self.held.values())

    @property
    def waiting(self) -> int:
        return sum(
            not task.done() and number not in self.held for number, task in enumerate(self.tasks)
        )


STEPS = st.lists(
    st.tuples(st.sampled_from(["begin", "end", "cancel", "lend", "resume"]), st.integers(0, 9)),
    max_size=40,
)


@given(number=st.integers(1, 3), steps=STEPS)
def test_a_free_turn_is_never_left_unused_and_only_a_resumed_build_is_one_too_many(
    number: int, steps: Sequence[tuple[str, int]]
) -> None:
    async def play() -> None:
        builds = Builds(Turns(number))
        resumed = 0
        for step, which in steps:
            held = [*builds.held]
            if step == "begin":
                builds.begin()
            elif step == "cancel" and builds.tasks:
                builds.tasks[which % len(builds.tasks)].cancel()
            elif step == "end" and held:
                builds.ends[held[which % len(held)]].set()
            elif step == "lend" and held:
                builds.held[held[which % len(held)]].lend()
            elif step == "resume" and held:
                resumed += builds.held[held[which % len(held)]].lent
                builds.held[held[which % len(held)]].resume()
            for _ in range(5):
                await asyncio.sleep(0)
            assert builds.working <= number + resumed
            assert not builds.waiting or builds.working >= number
        for end in builds.ends:
            end.set()
        await asyncio.gather(*builds.tasks, return_exceptions=True)
        assert builds.working == 0

    asyncio.run(play())


async def test_who_waits_longest_is_next() -> None:
    turns, order = Turns(1), []

    async def build(name: str) -> None:
        async with turns.take():
            order.append(name)
            await asyncio.sleep(0)

    await asyncio.gather(*(build(name) for name in "abcd"))
    assert order == [*"abcd"]
