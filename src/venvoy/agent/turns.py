"""How many builds run at once, and that one which only waits holds up no other.

A build whose downloads stand still uses neither processor nor network, yet may do so
until it is given up: a dead mirror would stop every other environment of the node. It
lends its turn meanwhile. When bytes come again it goes on at once, beside whoever has
the turn now; so there may be more builds than turns for a while, never a standstill.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turn:
    """A place among the builds that run."""

    def __init__(self, turns: "Turns") -> None:
        self._turns = turns
        self.lent = False

    def lend(self) -> None:
        """Let another build go first; lending twice is lending once."""
        if not self.lent:
            self.lent = True
            self._turns.add(-1)

    def resume(self) -> None:
        """Count again, without waiting."""
        if self.lent:
            self.lent = False
            self._turns.add(1)


class Turns:
    """The turns of a node; whoever waits longest is next.

    Args:
        number: how many builds run at once, at least 1.
    """

    def __init__(self, number: int) -> None:
        self._number = number
        self._running = 0
        self._queue: list[asyncio.Future[None]] = []

    @asynccontextmanager
    async def take(self) -> AsyncIterator[Turn]:
        """Wait for a turn and hold it."""
        if self._running < self._number and not self._queue:
            self._running += 1
        else:
            await self._called()
        turn = Turn(self)
        try:
            yield turn
        finally:
            turn.resume()
            self.add(-1)

    def add(self, number: int) -> None:
        """Count builds in or out and call whom there is room for."""
        self._running += number
        while self._queue and self._running < self._number:
            self._running += 1
            self._queue.pop(0).set_result(None)

    async def _called(self) -> None:
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.append(place)
        try:
            await place
        except asyncio.CancelledError:
            if place in self._queue:
                self._queue.remove(place)
            elif place.done() and not place.cancelled():
                self.add(-1)  # called and cancelled at the same moment
            raise
