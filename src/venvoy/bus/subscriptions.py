"""A subscription that outlives connections, and how its messages are handled.

nats-py runs the callbacks of a subscription one after the other, so a slow handler
holds up all that follow: right where order counts, wrong for a responder. Here the
number of handlers at once is chosen.
"""

import asyncio
import contextlib
from collections.abc import Callable

from nats.aio.subscription import Subscription

from venvoy.bus.connection import Connection, Handler, Message
from venvoy.bus.events import HandlerFailed, LinkEvent
from venvoy.domain.errors import Forbidden, Unavailable


class LinkSubscription:
    """One subject and its handler.

    Args:
        subject: may hold wildcards.
        handler: called for every message.
        queue: name of the queue group, empty for none.
        concurrency: how many handlers run at once.
        on_event: told of handlers that raise.
    """

    def __init__(
        self,
        subject: str,
        handler: Handler,
        queue: str,
        concurrency: int,
        on_event: Callable[[LinkEvent], None],
    ) -> None:
        self._subject = subject
        self._handler = handler
        self._queue = queue
        self._on_event = on_event
        self._places = asyncio.Semaphore(concurrency)
        self._ordered = concurrency == 1
        self._running: set[asyncio.Task[None]] = set()
        self._attached: dict[Connection, Subscription | None] = {}

    def attached(self, connection: Connection) -> bool:
        """Whether `attach` has been through with this connection, granted or refused."""
        return connection in self._attached

    async def attach(self, connection: Connection, timeout_s: float) -> None:
        """Subscribe on a connection, beside others that may still be in use.

        Raises:
            Forbidden, Unavailable, TimedOut: as `Connection.subscribe`.
        """
        for gone in [known for known in self._attached if not known.alive]:
            del self._attached[gone]
        try:
            self._attached[connection] = await connection.subscribe(
                self._subject, self._deliver, queue=self._queue, timeout_s=timeout_s
            )
        except Forbidden:
            self._attached[connection] = None
            raise

    async def detach(self) -> None:
        """Unsubscribe wherever it is attached."""
        for connection, subscription in self._attached.items():
            # On a connection that is gone there is nothing left to end.
            with contextlib.suppress(Unavailable):
                if subscription is not None:
                    await connection.unsubscribe(subscription)
        self._attached.clear()

    async def stop(self) -> None:
        """Give up the messages that are being handled."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _deliver(self, message: Message) -> None:
        if self._ordered:
            await self._handle(message)
            return
        await self._places.acquire()
        task = asyncio.create_task(self._handle_in_place(message))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _handle_in_place(self, message: Message) -> None:
        try:
            await self._handle(message)
        finally:
            self._places.release()

    async def _handle(self, message: Message) -> None:
        try:
            await self._handler(message)
        except Exception as error:  # noqa: BLE001 - reported; one bad message must not end the others
            self._on_event(HandlerFailed(message.subject, error))
