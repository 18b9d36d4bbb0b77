"""What the controller hears of each replica: the newest status, numbered, repeated.

Each status replaces the one before, so only the newest of a replica waits to be
sent. A change of state goes out at once; progress at most five times a second.
Every status is sent again on each new connection and with each resync: a lost one
costs delay.

Numbers begin at the clock's milliseconds: a node whose journal was lost, or restored
from a backup, is heard again at once, for what it says is newer than what it said.
"""

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from venvoy.agent import log
from venvoy.agent.journal import Journal
from venvoy.domain.errors import VenvoyError
from venvoy.wire.messages import ReplicaStatus

_PROGRESS_S = 0.2
_RETRY_S = 5.0
_BLOCK = 1000

Send = Callable[[ReplicaStatus], Awaitable[None]]


class Reporter:
    """Holds and sends the newest statuses.

    Args:
        journal: keeps numbers from being used twice over restarts, a block at a time,
            whatever the clock says.
        send: publishes one; fails with a `VenvoyError` while there is no connection.
        now: seconds since 1970.
    """

    def __init__(self, journal: Journal, send: Send, now: Callable[[], float] = time.time) -> None:
        self._journal = journal
        self._send = send
        self._now = now
        self._newest: dict[str, ReplicaStatus] = {}
        self._due: dict[str, float] = {}
        self._sent_at: dict[str, float] = {}
        self._numbers: dict[str, tuple[int, int]] = {}
        self._work = asyncio.Event()

    def report(self, status: ReplicaStatus) -> ReplicaStatus:
        """Number a status and have it sent; return it with its number."""
        environment = status.environment
        before = self._newest.get(environment)
        numbered = status.model_copy(update={"sequence": self._next(environment)})
        self._newest[environment] = numbered
        now = asyncio.get_running_loop().time()
        due = now
        if before is not None and _only_progress(before, status):
            due = max(now, self._sent_at.get(environment, now) + _PROGRESS_S)
        self._due[environment] = min(due, self._due.get(environment, due))
        self._work.set()
        return numbered

    def newest(self, environment: str) -> ReplicaStatus | None:
        """Return the status that was reported last."""
        return self._newest.get(environment)

    def forget(self, environment: str) -> None:
        """Say no more of a replica that the controller does not know any more."""
        for held in (self._newest, self._due, self._sent_at, self._numbers):
            held.pop(environment, None)

    def repeat(self) -> None:
        """Send every newest status again, unchanged: the controller may have missed it."""
        now = asyncio.get_running_loop().time()
        self._due.update(dict.fromkeys(self._newest, now))
        self._work.set()

    async def run(self) -> None:
        """Send until cancelled."""
        while True:
            await self._work.wait()
            pause = await self.flush()
            if pause is None:
                self._work.clear()
                continue
            with suppress(TimeoutError):
                self._work.clear()
                await asyncio.wait_for(self._work.wait(), pause)
            self._work.set()

    async def flush(self, *, everything: bool = False) -> float | None:
        """Send what is due, and return seconds until more is, None for never."""
        loop = asyncio.get_running_loop()
        for environment, due in sorted(self._due.items(), key=lambda item: item[1]):
            if due > loop.time() and not everything:
                return due - loop.time()
            status = self._newest.get(environment)
            if status is None:  # forgotten while another one was being sent
                continue
            try:
                await self._send(status)
            except VenvoyError as error:
                log.debug("status-not-sent", error=str(error))
                return _RETRY_S
            if self._newest.get(environment) is status:
                self._due.pop(environment, None)
            if environment in self._newest:
                self._sent_at[environment] = loop.time()
        return 0.0 if self._due else None

    def _next(self, environment: str) -> int:
        number, ceiling = self._numbers.get(environment) or self._first(environment)
        number += 1
        if number > ceiling:
            ceiling = number + _BLOCK
            # A full disk must not silence the report that says so; the price is
            # that a restart may use some numbers again.
            with suppress(sqlite3.Error):
                self._journal.reserve(environment, ceiling)
        self._numbers[environment] = (number, ceiling)
        return number

    def _first(self, environment: str) -> tuple[int, int]:
        row = self._journal.replica(environment)
        number = max(row.sequence if row else 0, int(self._now() * 1000))
        return number, number


def _only_progress(before: ReplicaStatus, after: ReplicaStatus) -> bool:
    volatile = {"progress", "sequence", "reported_at"}
    return before.model_dump(exclude=volatile) == after.model_dump(exclude=volatile)
