"""An event loop whose clock jumps: waits of hours take no time, and keep their order."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


class _Selector(selectors.DefaultSelector):
    """Waits for nothing; the loop's clock is told what it would have waited."""

    waited = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Return what is ready now, and count the wait where nothing is."""
        ready = super().select(0)
        if not ready:
            if timeout is None:
                raise RuntimeError("nothing would ever happen")
            self.waited += max(0.0, timeout)
        return ready


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._waits = _Selector()
        super().__init__(self._waits)

    def time(self) -> float:
        """Return the seconds that were waited."""
        return self._waits.waited


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine to its end in virtual time; it must wait for nothing but time."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(work)
