"""Tells the controller which processes work in environments: on change, until it is heard.

The newest counts (`venvoy.wire.usage`). After a new connection, and with each resync, a
digest is offered, and all is told where the controller lacks it.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from venvoy.agent import log
from venvoy.domain.errors import VenvoyError
from venvoy.wire.usage import NodeUse, ReplicaUse, UseReply, UseRequest

_RETRY_S = 10.0

Ask = Callable[[UseRequest], Awaitable[UseReply]]


class UseReport:
    """Holds what was seen last.

    Args:
        ask: sends a request; fails with a `VenvoyError` while there is no connection.
        now: seconds since 1970; numbers begin there, as those of statuses do.
    """

    def __init__(self, ask: Ask, now: Callable[[], float] = time.time) -> None:
        self._ask = ask
        self._now = now
        self._newest: NodeUse | None = None
        self._heard: NodeUse | None = None
        self._work = asyncio.Event()

    def saw(self, replicas: tuple[ReplicaUse, ...]) -> None:
        """Take what is seen; nothing happens where it is what was seen before."""
        if self._newest is not None and self._newest.replicas == replicas:
            return
        before = self._newest.sequence if self._newest else 0
        number = max(before + 1, int(self._now() * 1000))
        self._newest = NodeUse(sequence=number, replicas=replicas)
        self._work.set()

    def repeat(self) -> None:
        """Offer it again: the controller may have forgotten."""
        self._heard = None
        self._work.set()

    async def run(self) -> None:
        """Tell until cancelled."""
        while True:
            await self._work.wait()
            self._work.clear()
            try:
                await self.flush()
            except VenvoyError as error:
                log.debug("use-not-sent", error=str(error))
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._work.wait(), _RETRY_S)
                self._work.set()

    async def flush(self) -> None:
        """Tell what was not heard yet.

        Raises:
            VenvoyError: the controller cannot be reached, or refuses.
        """
        while (newest := self._newest) is not None and newest is not self._heard:
            wanted = True
            if self._heard is None:
                reply = await self._ask(UseRequest(offer=newest.digest()))
                wanted = reply.wanted
            if wanted:
                await self._ask(UseRequest(told=newest))
            self._heard = newest
