"""The controllers' common reading of the nodes' status reports: at least once.

A durable pull consumer over the stream `STATUS`, shared by all controllers: each
batch goes to one of them, and one that is not acknowledged comes again. As the
stream keeps the last report per replica only, a superseded one may never be seen.
The iterator outlives every fault of the link and ends only with its task.
"""

import asyncio
import contextlib
import json
import secrets
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass

from venvoy.bus.client import Link
from venvoy.bus.connection import Message
from venvoy.bus.jetstream import JetStream
from venvoy.domain.errors import TimedOut, Unavailable
from venvoy.wire.subjects import CONTROLLER_INBOX, STATUS_STREAM

_DURABLE = "controllers"
_BATCH = 256
_PULL_S = 10
_LATE_S = 2.0
_POLL_S = 0.25
_PAUSE_S = 0.25
_HEARTBEAT = "100"
_EXPIRED = "408"
_ACK = b"+ACK"


@dataclass(frozen=True, slots=True)
class StatusBatch:
    """Reports that came together, in order; to be folded in one transaction.

    Attributes:
        messages: on `up.<node>.status.<environment>`; the node is proven by its
            credentials, all else is only what it says.
    """

    messages: tuple[Message, ...]
    _link: Link

    async def ack(self) -> None:
        """Say that the reports are folded; if that gets lost, they come again."""
        with contextlib.suppress(Unavailable):
            for message in self.messages:
                await self._link.publish(message.reply, _ACK)


class StatusFeed:
    """Reads reports; several may read at once, also in several processes.

    Args:
        jetstream: over the controller's link.
        ack_wait_s: seconds after which an unacknowledged report comes again.
    """

    def __init__(self, jetstream: JetStream, ack_wait_s: float = 30.0) -> None:
        self._jetstream = jetstream
        self._link = jetstream.link
        self._ack_wait_s = ack_wait_s
        self._inbox = f"{CONTROLLER_INBOX}.status.{secrets.token_hex(8)}"
        self._arrived: asyncio.Queue[Message] = asyncio.Queue()
        self._ensured_on = 0

    async def batches(self) -> AsyncGenerator[StatusBatch, None]:
        """Yield what comes, as soon as it comes, until the iterating task is cancelled."""
        subscription = await self._link.subscribe(f"{self._inbox}.*", self._arrived.put)
        number = 0
        try:
            while True:
                number += 1
                generation = self._link.generation
                try:
                    await self._pull(number)
                except (Unavailable, TimedOut):
                    await asyncio.sleep(_PAUSE_S)
                    continue
                async for batch in self._collect(str(number), generation):
                    yield batch
        finally:
            await self._link.unsubscribe(subscription)

    async def _pull(self, number: int) -> None:
        """Ask for up to a batch."""
        await self._ensure_consumer()
        wish = {"batch": _BATCH, "expires": _PULL_S * 10**9}
        await self._link.publish(
            f"$JS.API.CONSUMER.MSG.NEXT.{STATUS_STREAM}.{_DURABLE}",
            json.dumps(wish).encode(),
            reply=f"{self._inbox}.{number}",
        )

    async def _ensure_consumer(self) -> None:
        """Make the consumer, once per connection and again when it turns out to be gone."""
        generation = self._link.generation
        if self._ensured_on == generation:
            return
        config = {
            "durable_name": _DURABLE,
            "ack_policy": "explicit",
            "ack_wait": int(self._ack_wait_s * 1e9),
            "deliver_policy": "all",
            "max_ack_pending": 8 * _BATCH,
        }
        await self._jetstream.ensure_consumer(STATUS_STREAM, config)
        self._ensured_on = generation

    async def _collect(self, number: str, generation: int) -> AsyncIterator[StatusBatch]:
        """Yield what one pull brings, until it is filled, over or lost with its connection."""
        deadline = asyncio.get_running_loop().time() + _PULL_S + _LATE_S
        received = 0
        while received < _BATCH and generation == self._link.generation:
            if asyncio.get_running_loop().time() > deadline:
                return
            messages = await self._next()
            # Told apart by subject: headers are the node's to choose, an inbox is not.
            reports = tuple(message for message in messages if self._pull_of(message) is None)
            received += len(reports)
            if reports:
                yield StatusBatch(reports, self._link)
            for message in messages:
                status = message.headers.get("Status", _HEARTBEAT)
                if self._pull_of(message) == number and status != _HEARTBEAT:
                    await self._end_pull(status)
                    return

    def _pull_of(self, message: Message) -> str | None:
        """The pull that the server speaks of; None for a report."""
        inbox, _, number = message.subject.rpartition(".")
        return number if inbox == self._inbox else None

    async def _end_pull(self, status: str) -> None:
        # Anything but an ordinary expiry means that the consumer is gone or is changing.
        if status != _EXPIRED:
            self._ensured_on = 0
            await asyncio.sleep(_PAUSE_S)

    async def _next(self) -> list[Message]:
        """Return what has arrived; nothing after a short wait."""
        messages: list[Message] = []
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_POLL_S):
                messages.append(await self._arrived.get())
        while messages and not self._arrived.empty() and len(messages) < _BATCH:
            messages.append(self._arrived.get_nowait())
        return messages
