"""Brings logs to the controller: in order, at least once, within a tenth of a second.

The controller answers each part with the number that it wants next, so a cut link,
a restart on either side or a part that came twice never leaves a hole. A log is
dropped here once it is complete and the controller has all of it.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress

from venvoy.agent import log
from venvoy.agent.logbook import Logbook, OperationLog
from venvoy.domain.errors import InvalidInput, Unavailable, VenvoyError
from venvoy.wire.messages import LogBatch, LogReply

_GATHER_S = 0.05
_RETRY_FIRST_S = 5.0
_RETRY_LONGEST_S = 60.0
_PART_BYTES = 256 * 1024

Ask = Callable[[LogBatch], Awaitable[LogReply]]


class Shipper:
    """Ships what the logbook holds.

    Args:
        logbook: read, and told what may be dropped.
        ask: sends one part; fails with a `VenvoyError` while there is no controller.
    """

    def __init__(self, logbook: Logbook, ask: Ask) -> None:
        self._logbook = logbook
        self._ask = ask
        self._due: set[str] = set()
        self._work = asyncio.Event()
        logbook.listen(self.poke)

    def poke(self, operation: str) -> None:
        """Something is to be sent for an operation."""
        self._due.add(operation)
        self._work.set()

    def poke_all(self) -> None:
        """There is a controller (again): send all that is left."""
        for operation in self._logbook.left():
            self._logbook.log(operation).greeted = False
            self._due.add(operation)
        self._work.set()

    async def run(self) -> None:
        """Ship until cancelled.

        Who gets no answer asks ever more seldom: a controller that a whole fleet asks
        more than it can answer in time would answer nobody in time.
        """
        pause = _RETRY_FIRST_S
        while True:
            await self._work.wait()
            await asyncio.sleep(_GATHER_S)
            if await self.ship():
                pause = _RETRY_FIRST_S
                continue
            # Not while nobody answers; a new connection pokes at once.
            self._work.clear()
            with suppress(TimeoutError):
                wait = pause * random.uniform(0.5, 1.0)  # noqa: S311 - spread
                await asyncio.wait_for(self._work.wait(), wait)
            self._work.set()
            pause = min(pause * 2, _RETRY_LONGEST_S)

    async def ship(self) -> bool:
        """Send what is due now; False if something could not be sent."""
        self._work.clear()
        failed = set()
        while self._due:
            operation = self._due.pop()
            try:
                await self._ship(self._logbook.log(operation))
            except (VenvoyError, OSError) as error:
                log.debug("log-not-sent", operation=operation, error=str(error))
                failed.add(operation)
                if not isinstance(error, InvalidInput):
                    break
            except ValueError as error:
                # Not what was written: a power failure may leave anything in a file.
                log.warning("log-damaged", operation=operation, error=str(error))
                self._logbook.drop(operation)
        self._due |= failed
        return not failed

    async def _ship(self, log: OperationLog) -> None:
        if not log.greeted:
            # Learns what the controller holds of this operation already.
            await self._send(log, LogBatch(operation=log.operation, lines=()))
        while True:
            lines = log.read(log.wanted, _PART_BYTES)
            final = log.final and log.wanted + len(lines) == log.next
            if not lines and not final:
                return
            before = log.wanted
            await self._send(log, LogBatch(operation=log.operation, lines=lines, final=final))
            if lines and log.wanted == before:
                raise Unavailable("log-not-taken", operation=log.operation, next=before)
            if final and log.final and log.wanted == log.next:
                self._logbook.drop(log.operation)
                return

    async def _send(self, log: OperationLog, batch: LogBatch) -> None:
        reply = await self._ask(batch)
        log.agree(reply.next)
