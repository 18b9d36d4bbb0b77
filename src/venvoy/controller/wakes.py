"""Hints between parts of one process that there is something to look at.

A hint is never the only way to learn something: whoever waits also looks from
time to time, so a lost one (another process made the change) costs delay only.
"""

import asyncio
from dataclasses import dataclass, field


class Wake:
    """A bell that any number of waiters hear; none misses a ring it has not seen."""

    def __init__(self) -> None:
        self._count = 0
        self._next = asyncio.Event()

    @property
    def count(self) -> int:
        """How often it rang; to be read before the look that `wait` guards."""
        return self._count

    def ring(self) -> None:
        """Wake everybody who waits."""
        self._count += 1
        heard, self._next = self._next, asyncio.Event()
        heard.set()

    async def wait(self, seen: int, seconds: float) -> int:
        """Wait until it rang more than `seen` times, at most `seconds`.

        Returns:
            The count now.
        """
        if self._count == seen:
            try:
                async with asyncio.timeout(seconds):
                    await self._next.wait()
            except TimeoutError:
                pass
        return self._count


@dataclass(frozen=True, slots=True)
class Wakes:
    """The bells of one controller.

    Attributes:
        outbox: entries to publish were committed.
        resolve: a resolution was queued, or asked to stop.
        places: a node's labels, cordon or abilities changed.
        changed: operations, replicas, nodes or events changed.
        removals: a node was removed.
        webhooks: a switch is to be told.
        drift: something was seen to differ, or what is done about it was changed.
    """

    outbox: Wake = field(default_factory=Wake)
    resolve: Wake = field(default_factory=Wake)
    places: Wake = field(default_factory=Wake)
    changed: Wake = field(default_factory=Wake)
    removals: Wake = field(default_factory=Wake)
    drift: Wake = field(default_factory=Wake)
    webhooks: Wake = field(default_factory=Wake)
