"""Tells the controller what is seen in live prefixes: on change, until it is heard.

Digests are offered first, and only what the controller lacks is sent whole
(`venvoy.wire.observations`). On every new connection all of them are offered again, so
that a database that was restored is filled anew.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from venvoy.agent import log
from venvoy.domain.drift import Observation
from venvoy.domain.errors import VenvoyError
from venvoy.wire.observations import ObservedReply, ObservedRequest, Offer, ReplicaObservation

_RETRY_S = 10.0
_OFFERED_AT_ONCE = 500

Ask = Callable[[ObservedRequest], Awaitable[ObservedReply]]


class Observer:
    """Holds the newest observations.

    Args:
        ask: sends a request; fails with a `VenvoyError` while there is no connection.
        now: seconds since 1970; numbers begin there, as those of statuses do.
    """

    def __init__(self, ask: Ask, now: Callable[[], float] = time.time) -> None:
        self._ask = ask
        self._now = now
        self._newest: dict[str, ReplicaObservation] = {}
        self._unheard: set[str] = set()
        self._number = 0
        self._work = asyncio.Event()

    def saw(self, environment: str, revision: int | None, seen: Observation) -> None:
        """Take what is seen; nothing happens where it is what was seen before."""
        self._number = max(self._number + 1, int(self._now() * 1000))
        told = ReplicaObservation.of(environment, self._number, revision, seen)
        before = self._newest.get(environment)
        if before is None or before.digest() != told.digest():
            self._newest[environment] = told
            self._unheard.add(environment)
            self._work.set()

    def keep(self, environments: set[str]) -> None:
        """Forget all others: they are not live here any more."""
        for gone in self._newest.keys() - environments:
            del self._newest[gone]
            self._unheard.discard(gone)

    def repeat(self) -> None:
        """Offer all again: the controller may have forgotten."""
        self._unheard |= self._newest.keys()
        self._work.set()

    async def run(self) -> None:
        """Tell until cancelled."""
        while True:
            await self._work.wait()
            self._work.clear()
            try:
                await self.flush()
            except VenvoyError as error:
                log.debug("observation-not-sent", error=str(error))
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._work.wait(), _RETRY_S)
                self._work.set()

    async def flush(self) -> None:
        """Tell what was not heard yet.

        Raises:
            VenvoyError: the controller cannot be reached, or refuses.
        """
        while self._unheard:
            part = sorted(self._unheard)[:_OFFERED_AT_ONCE]
            offered = {env: self._newest[env] for env in part}
            offers = tuple(
                Offer(environment=environment, digest=told.digest())
                for environment, told in offered.items()
            )
            reply = await self._ask(ObservedRequest(offers=offers))
            for environment in reply.wanted:
                if environment in offered:
                    await self._ask(ObservedRequest(told=offered[environment]))
            for environment, told in offered.items():
                if self._newest.get(environment) in (None, told):
                    self._unheard.discard(environment)
