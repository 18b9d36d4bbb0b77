"""A link: one side's lasting connection to NATS, through every fault.

Guarantees: while the link is open, a lost connection is replaced, with credentials
fetched anew and a pause that grows and is spread; credentials are renewed before
they expire, by a second connection that takes over from the first; subscriptions
are live again before `on_connected` callbacks run. Not guaranteed: that a message
arrives. Nothing is kept while disconnected: `publish` says so, and whoever uses the
link sends its whole state from an `on_connected` callback.
"""

import asyncio
import contextlib
import logging
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Self

from venvoy.bus.connection import Connection, Handler, Message, Target, connect
from venvoy.bus.events import (
    Connected,
    ConnectFailed,
    Disconnected,
    HandlerFailed,
    LinkEvent,
    clean,
)
from venvoy.bus.subscriptions import LinkSubscription
from venvoy.domain.backoff import reconnect_delay
from venvoy.domain.errors import Forbidden, TimedOut, Unavailable, VenvoyError
from venvoy.wire.credentials import UserCredentials

_logger = logging.getLogger(__name__)

CredentialsSource = Callable[[], Awaitable[UserCredentials]]

REFUSAL_HEADER = "Venvoy-Error"
"""Carries an error's code in an answer that is no answer."""

_POLL_S = 0.25
_NOTICE_S = 0.01
_SUBSCRIBE_S = 10.0
_RETIRE_S = 10.0
_STEADY_S = 10.0
_LONGEST_PAUSE_S = 15.0
_RENEWAL_PAUSE_S = 5.0


class Link:
    """A connection that lasts; use it as an asynchronous context manager.

    Args:
        target: where to connect.
        credentials: gives the credentials for the next connection; called before
            every attempt, bounded by the target's deadline, and may fail.
        on_event: told, in the event loop, what happens; must not block.
        now: seconds by a clock that never goes back.
        longest_pause_s: the longest pause between two attempts to connect.
    """

    def __init__(
        self,
        target: Target,
        credentials: CredentialsSource,
        *,
        on_event: Callable[[LinkEvent], None] = lambda _: None,
        now: Callable[[], float] = time.monotonic,
        longest_pause_s: float = _LONGEST_PAUSE_S,
    ) -> None:
        self._target = target
        self._credentials = credentials
        self._listener = on_event
        self._now = now
        self._longest_pause_s = longest_pause_s
        self._connection: Connection | None = None
        self._generation = 0
        self._up = asyncio.Event()
        self._hooks: list[Callable[[], Awaitable[None]]] = []
        self._subscriptions: list[LinkSubscription] = []
        self._keeper: asyncio.Task[None] | None = None
        self._resync: asyncio.Task[None] | None = None
        self._retiring: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        """Begin to connect; returns at once, connected or not."""
        self._keeper = asyncio.create_task(self._keep(), name="nats-link")
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close, whatever state the connection is in."""
        tasks = [task for task in (self._keeper, self._resync, *self._retiring) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for subscription in self._subscriptions:
            await subscription.stop()
        await self._drop()

    @property
    def connected(self) -> bool:
        """Whether there is a live connection at this moment."""
        return self._connection is not None and self._connection.alive

    @property
    def generation(self) -> int:
        """How many connections there have been; what was asked on an older one may be lost."""
        return self._generation

    async def wait_connected(self, timeout_s: float) -> None:
        """Return as soon as there is a connection with all subscriptions on it.

        Raises:
            TimedOut: `bus-not-connected`.
        """
        try:
            async with asyncio.timeout(timeout_s):
                await self._up.wait()
                while not self.connected:
                    # Lost, and the keeper has yet to notice.
                    await asyncio.sleep(_NOTICE_S)
                    await self._up.wait()
        except TimeoutError:
            raise TimedOut("bus-not-connected", seconds=timeout_s) from None

    def on_connected(self, callback: Callable[[], Awaitable[None]]) -> None:
        """Call back after every new connection: the place to send and ask for everything.

        Callbacks run one after the other, in the order of registration, beside other
        work. One that fails is reported; all are cancelled when the connection is
        lost. To be registered before the link is entered.
        """
        self._hooks.append(callback)

    async def publish(
        self,
        subject: str,
        data: bytes,
        *,
        reply: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Send a message, at most once.

        Raises:
            Unavailable: `bus-disconnected`; the message is not kept.
            InvalidInput: `bus-message-too-large` or `subject-invalid`.
        """
        await self._live().publish(subject, data, reply=reply, headers=headers)

    async def flush(self, timeout_s: float = 10.0) -> None:
        """Return when the server has taken all that was published.

        Raises:
            Unavailable: `bus-disconnected`.
            TimedOut: `bus-timeout`.
        """
        await self._live().flush(timeout_s)

    async def request(
        self,
        subject: str,
        data: bytes,
        *,
        timeout_s: float,
        headers: Mapping[str, str] | None = None,
    ) -> Message:
        """Ask and return the answer.

        Raises:
            Unavailable: `bus-no-responder` if nobody listens there (the controller is
                down), `bus-disconnected`, or `bus-request-refused` with the code that
                the other side answered.
            Forbidden: `bus-forbidden`.
            TimedOut: `bus-timeout`.
            InvalidInput: `bus-message-too-large` or `subject-invalid`.
        """
        answer = await self._live().request(subject, data, timeout_s=timeout_s, headers=headers)
        refusal = answer.headers.get(REFUSAL_HEADER)
        if refusal is not None:
            raise Unavailable("bus-request-refused", subject=subject, reason=clean(refusal))
        return answer

    async def subscribe(
        self, subject: str, handler: Handler, *, queue: str = "", concurrency: int = 1
    ) -> LinkSubscription:
        """Have messages handled, on this and every later connection.

        Args:
            subject: may hold wildcards.
            handler: what it raises is reported and ends nothing.
            queue: of the subscribers in one queue group, one gets each message.
            concurrency: how many messages are handled at once; 1 keeps their order.

        Returns:
            The subscription, live already if there is a connection.

        Raises:
            Forbidden: `bus-forbidden`, if there is a connection; on a later one it is
                reported as an event.
        """
        subscription = LinkSubscription(subject, handler, queue, concurrency, self._report)
        self._subscriptions.append(subscription)
        connection = self._connection
        if connection is None or not connection.alive:
            return subscription
        try:
            await subscription.attach(connection, _SUBSCRIBE_S)
        except (Unavailable, TimedOut):
            # Lost meanwhile; the next connection takes it along.
            pass
        except VenvoyError:
            await self.unsubscribe(subscription)
            raise
        return subscription

    async def unsubscribe(self, subscription: LinkSubscription) -> None:
        """End a subscription; messages that are being handled are given up."""
        with contextlib.suppress(ValueError):
            self._subscriptions.remove(subscription)
        await subscription.detach()
        await subscription.stop()

    def _report(self, event: LinkEvent) -> None:
        try:
            self._listener(event)
        except Exception:
            # The link must outlive a listener's mistake, such as a log that is full.
            _logger.exception("a listener failed on %s", type(event).__name__)

    def _live(self) -> Connection:
        if self._connection is None or not self._connection.alive:
            raise Unavailable("bus-disconnected", reason="not connected")
        return self._connection

    async def _keep(self) -> None:
        attempt = 0
        while True:
            try:
                connection, renew_at = await self._open()
            except Exception as error:  # noqa: BLE001 - reported; nothing may end the link but its owner
                attempt += 1
                await self._pause(attempt, _typed(error))
                continue
            began = time.monotonic()
            self._install(connection, renewed=False)
            await self._until_lost(renew_at)
            if time.monotonic() - began > _STEADY_S:
                attempt = 0
            # A connection that is dropped at once, again and again, is a failed attempt.
            attempt += 1
            await self._lost(attempt)

    async def _open(self) -> tuple[Connection, float | None]:
        """Make a connection that has all subscriptions."""
        credentials = await self._fetch_credentials()
        after_s = credentials.renew_after_s()
        renew_at = None if after_s is None else self._now() + after_s
        connection = await connect(self._target, credentials, self._report)
        try:
            await self._attach_all(connection)
        except BaseException:
            await connection.close()
            raise
        return connection, renew_at

    async def _attach_all(self, connection: Connection) -> None:
        # Until none is missing: some may be added while others are being attached.
        while missing := [sub for sub in self._subscriptions if not sub.attached(connection)]:
            for subscription in missing:
                # A forbidden subject is reported as an event; the others live on.
                with contextlib.suppress(Forbidden):
                    await subscription.attach(connection, _SUBSCRIBE_S)

    async def _fetch_credentials(self) -> UserCredentials:
        try:
            async with asyncio.timeout(self._target.deadline_s):
                return await self._credentials()
        except TimeoutError:
            raise TimedOut("bus-credentials-late", seconds=self._target.deadline_s) from None
        except VenvoyError:
            raise
        except Exception as error:
            reason = clean(error) or type(error).__name__
            raise Unavailable("bus-credentials-failed", reason=reason) from error

    def _install(self, connection: Connection, *, renewed: bool) -> None:
        self._connection = connection
        self._generation += 1
        self._up.set()
        self._report(Connected(connection.url, renewed))
        if not renewed:
            self._resync = asyncio.create_task(self._run_hooks(), name="nats-resync")

    async def _run_hooks(self) -> None:
        for hook in self._hooks:
            try:
                await hook()
            except Exception as error:  # noqa: BLE001 - reported; a resync must not end the link
                self._report(HandlerFailed("", error))

    async def _until_lost(self, renew_at: float | None) -> None:
        next_renewal = renew_at
        while self._connection is not None and self._connection.alive:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_POLL_S):
                    await self._connection.lost.wait()
            if next_renewal is not None and self._now() >= next_renewal and self.connected:
                next_renewal = await self._renew()

    async def _renew(self) -> float | None:
        """Take over to a connection with new credentials; return when to do so again."""
        try:
            fresh, renew_at = await self._open()
        except Exception as error:  # noqa: BLE001 - the old one still works until its token expires
            self._report(ConnectFailed(_typed(error), _RENEWAL_PAUSE_S))
            return self._now() + _RENEWAL_PAUSE_S
        retired = self._connection
        self._install(fresh, renewed=True)
        if retired is not None:
            task = asyncio.create_task(retired.retire(_RETIRE_S))
            self._retiring.add(task)
            task.add_done_callback(self._retiring.discard)
        if renew_at is None:
            return None
        # A source that hands out what is about to expire must not be asked in a spin.
        return max(renew_at, self._now() + _RENEWAL_PAUSE_S)

    async def _lost(self, attempt: int) -> None:
        self._up.clear()
        connection = self._connection
        self._report(Disconnected(connection.reason if connection is not None else ""))
        if self._resync is not None:
            self._resync.cancel()
        await self._drop()
        if attempt > 1:
            await asyncio.sleep(self._next_pause(attempt - 1))

    async def _pause(self, attempt: int, error: VenvoyError) -> None:
        pause = self._next_pause(attempt)
        self._report(ConnectFailed(error, pause))
        await asyncio.sleep(pause)

    def _next_pause(self, attempt: int) -> float:
        return reconnect_delay(attempt, random.random(), self._longest_pause_s)  # noqa: S311 - spread, no secret

    async def _drop(self) -> None:
        connection, self._connection = self._connection, None
        self._up.clear()
        if connection is not None:
            await connection.close()


def _typed(error: Exception) -> VenvoyError:
    if isinstance(error, VenvoyError):
        return error
    return Unavailable("bus-unreachable", reason=clean(error) or type(error).__name__)
