"""The controller's loops as tasks that outlive their failures, and how each is doing.

A loop that raises is started again, with growing pauses; since every loop begins by
looking at all there is, a restart loses nothing. What failed last stays visible
(`/readyz`) until the loop says that it works again. Nothing here knows what a loop
does.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from venvoy.controller.wakes import Wake
from venvoy.domain.backoff import reconnect_delay
from venvoy.domain.errors import Unavailable, VenvoyError

_LONGEST_PAUSE_S = 30.0
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class PartReport:
    """How one part of the controller is doing.

    Attributes:
        name: a stable word, such as `outbox`.
        ok: whether it works.
        since: when it began to work, or to fail.
        error: what fails, None while it works or has not come so far yet.
    """

    name: str
    ok: bool
    since: datetime
    error: VenvoyError | None = None


@dataclass(frozen=True, slots=True)
class Readiness:
    """How the controller is doing: `ready` when every part is."""

    parts: tuple[PartReport, ...]

    @property
    def ready(self) -> bool:
        """Whether all parts work."""
        return all(part.ok for part in self.parts)


class Health:
    """The reports of all parts.

    Args:
        clock: aware, UTC.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._parts: dict[str, PartReport] = {}

    def expect(self, name: str) -> None:
        """Name a part that must say that it works before the controller is ready."""
        self._parts.setdefault(name, PartReport(name, ok=False, since=self._clock()))

    def works(self, name: str) -> None:
        """Say that a part works."""
        before = self._parts.get(name)
        if before is None or not before.ok:
            self._parts[name] = PartReport(name, ok=True, since=self._clock())
            _log.info("part-works", part=name)

    def fails(self, name: str, error: Exception) -> None:
        """Say what is wrong with a part; the first time of it stays."""
        known = error if isinstance(error, VenvoyError) else _unexpected(name, error)
        before = self._parts.get(name)
        failing = before is not None and not before.ok and before.error is not None
        since = before.since if failing and before is not None else self._clock()
        self._parts[name] = PartReport(name, ok=False, since=since, error=known)
        _log.warning("part-fails", part=name, code=known.code, params=dict(known.params))

    def report(self) -> Readiness:
        """Return all parts, in the order in which they were first named."""
        return Readiness(tuple(self._parts.values()))


class Supervisor:
    """Runs loops until it is stopped.

    Args:
        health: where each loop's state is written.
        pause: seconds before start number n + 1 after n failures in a row.
    """

    def __init__(self, health: Health, pause: Callable[[int], float] | None = None) -> None:
        self._health = health
        self._pause = pause or _pause
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, name: str, loop: Callable[[], Awaitable[None]]) -> None:
        """Run a loop as a part of that name; one that returns is not run again.

        The loop itself says `health.works(name)`, each time it came round.
        """
        self._health.expect(name)
        self._tasks.append(asyncio.create_task(self._keep(name, loop), name=name))

    async def stop(self) -> None:
        """Cancel all loops and wait until they have cleaned up."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    async def _keep(self, name: str, loop: Callable[[], Awaitable[None]]) -> None:
        failures = 0
        while True:
            try:
                await loop()
                return
            except Exception as error:  # noqa: BLE001 - the last guard of a loop; it is logged whole
                # Working since the last failure begins the pauses anew.
                failures = 1 if self._works(name) else failures + 1
                if not isinstance(error, VenvoyError):
                    _log.exception("part-crashed", part=name)
                self._health.fails(name, error)
                await asyncio.sleep(self._pause(failures))

    def _works(self, name: str) -> bool:
        return any(part.name == name and part.ok for part in self._health.report().parts)


async def rounds(
    step: Callable[[], Awaitable[None]],
    *,
    wake: Wake,
    seconds: float,
    done: Callable[[], None],
) -> None:
    """Look again and again: at once when the wake rings, else after some seconds.

    Args:
        step: one look at all there is; it must bear being repeated.
        wake: read before each look, so that no ring falls between look and wait.
        seconds: the longest wait; what rang unheard waits so long at most.
        done: called after each look that went well.
    """
    while True:
        seen = wake.count
        await step()
        done()
        await wake.wait(seen, seconds)


def _pause(failures: int) -> float:
    return reconnect_delay(failures, random.random(), _LONGEST_PAUSE_S)  # noqa: S311 - spread, no secret


def _unexpected(name: str, error: Exception) -> Unavailable:
    return Unavailable("controller-part-crashed", part=name, reason=type(error).__name__)
