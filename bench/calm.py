"""Waits, for a bounded time, until others leave the machine alone.

A figure taken beside other work says little, on few cores above all. What was still
going on when a run began is kept, so that the results say how much they are worth.
"""

from statistics import mean

import psutil

_LOOK_S = 0.5
_QUIET = 0.15
_LOOKS = 12


class Calm:
    """Looks at the processors before each run, and remembers what it saw."""

    def __init__(self) -> None:
        self._seen: list[float] = []

    def wait(self) -> None:
        """Return once the processors are nearly idle, or after some seconds all the same."""
        for _ in range(_LOOKS):
            busy = psutil.cpu_percent(interval=_LOOK_S) / 100
            if busy <= _QUIET:
                break
        self._seen.append(busy)

    @property
    def busy(self) -> float:
        """How busy the processors were when runs began: mean share, 0 to 1."""
        return mean(self._seen) if self._seen else 0.0
