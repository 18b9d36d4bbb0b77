"""A running agent: its loops from start to stop, and its last words.

What the parts are and how they hang together is `venvoy.agent.main`'s.
"""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from venvoy.agent.drift import Drift
from venvoy.agent.interpreters import Interpreters
from venvoy.agent.observer import Observer
from venvoy.agent.reconciler import Reconciler
from venvoy.agent.reporter import Reporter
from venvoy.agent.session import Session, Uplink
from venvoy.agent.shipper import Shipper
from venvoy.agent.use_watch import UseWatch
from venvoy.domain.errors import VenvoyError
from venvoy.wire.membership import Membership

_STOP_S = 5.0
_LAST_WORDS_S = 2.0
_INTERPRETERS_S = 900.0


@dataclass(frozen=True, slots=True)
class Agent:
    """The parts of a running agent."""

    membership: Membership
    reconciler: Reconciler
    reporter: Reporter
    shipper: Shipper
    session: Session
    uplink: Uplink
    interpreters: Interpreters
    observer: Observer
    drift: Drift
    use: UseWatch

    async def run(self, asked: asyncio.Event) -> None:
        """Work until asked to stop; then stop builds and say so."""
        await self.reconciler.start()
        loops = [
            self._loop("session", self.session.run()),
            self._loop("heartbeat", self.session.keep_beating()),
            self._loop("resync", self.session.keep_resyncing()),
            self._loop("statuses", self.reporter.run()),
            self._loop("logs", self.shipper.run()),
            self._loop("sweep", self.reconciler.keep_clean()),
            self._loop("memory", self.reconciler.keep_small()),
            self._loop("drift", self.drift.run()),
            self._loop("observations", self.observer.run()),
            self._loop("use", self.use.run()),
            self._loop("uses", self.session.use.run()),
            self._loop("interpreters", self._keep_looking()),
        ]
        stop = asyncio.create_task(asked.wait())
        done, _ = await asyncio.wait([stop, *loops], return_when=asyncio.FIRST_COMPLETED)
        try:
            # A loop that ended is a fault of this program: whoever supervises the
            # process starts it anew, which is safe at any moment.
            for task in done - {stop}:
                task.result()
        finally:
            await self._stop([stop, *loops])

    async def _stop(self, tasks: list[asyncio.Task[Any]]) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_STOP_S):
                await self.reconciler.close()
        with suppress(VenvoyError, TimeoutError):
            async with asyncio.timeout(_LAST_WORDS_S):
                await self.reporter.flush(everything=True)
                await self.shipper.ship()
                await self.uplink.flush(_LAST_WORDS_S)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(_INTERPRETERS_S)
            await self.interpreters.refresh()

    def _loop(self, name: str, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        return asyncio.create_task(work, name=name)
