"""Which upstream's turn it is to deliver a file, and when to give up. Pure.

A passing failure sends the upstream to the end of the queue, so that a stalled file
goes on from the next mirror; a definite one (refused, missing, wrong bytes) strikes
it off. An attempt that brought enough bytes is not held against it: a file is finite,
so the number of such attempts is, too.
"""

from collections import deque
from collections.abc import Iterable
from typing import Generic, TypeVar

T = TypeVar("T")

PROGRESS = 2**20
"""Bytes that make an attempt worth its while."""


class Turns(Generic[T]):
    """The upstreams still in play for one file.

    Args:
        upstreams: the preferred one first.
        attempts: fruitless passing failures after which one is struck off.
    """

    def __init__(self, upstreams: Iterable[T], attempts: int) -> None:
        self._queue = deque((upstream, 0) for upstream in upstreams)
        self._attempts = attempts

    def __bool__(self) -> bool:
        return bool(self._queue)

    def now(self) -> T:
        """Return whose turn it is; there must be somebody left."""
        return self._queue[0][0]

    def failed(self, *, transient: bool, gained: int) -> int:
        """Note that the one whose turn it was has failed.

        Args:
            transient: whether trying it again may help.
            gained: bytes that the attempt brought for good.

        Returns:
            How many fruitless attempts it has had; 0 when there is no need to wait
            before the next turn.
        """
        upstream, fruitless = self._queue.popleft()
        if not transient:
            return 0
        if gained >= PROGRESS:
            self._queue.append((upstream, fruitless))
            return 0
        if fruitless + 1 < self._attempts:
            self._queue.append((upstream, fruitless + 1))
        return fruitless + 1
