"""One NATS connection, from its start to its one end; it never comes back to life.

nats-py can reconnect by itself, but it then asks for credentials synchronously,
retries a refused token for ever, closes for good when a live one expires, and
buffers what may never be sent. So its own reconnecting is off, every way of losing a
connection ends in `lost`, and `venvoy.bus.client` builds the next one: one path for
every fault, with fresh credentials each time. Upper layers see no type of nats-py.
"""

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

from venvoy.bus.cancellation import apart
from venvoy.bus.client_transport import ProxiedClient
from venvoy.bus.events import ClientTrouble, PermissionViolation, clean, read_trouble
from venvoy.bus.problem import connect_error, translated
from venvoy.domain.errors import Forbidden, Unavailable
from venvoy.wire.credentials import UserCredentials

_PING_INTERVAL_S = 15
_CLOSE_S = 2.0
_NEVER_S = 1_000_000

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Message:
    """What arrived.

    Attributes:
        subject: where it was published.
        data: the bytes, at most 1 MiB by NATS' default.
        reply: where an answer is wanted; empty for none.
        headers: as sent.
    """

    subject: str
    data: bytes
    reply: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[[Message], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Target:
    """Where and as whom to connect.

    Attributes:
        urls: `nats://`, `tls://`, `ws://` or `wss://`, any one of them will do.
        inbox: prefix of all reply subjects, as the permissions have it.
        name: shown by the server's monitoring.
        tls: how to check the server's certificate, None for the system's way.
        deadline_s: seconds that one attempt may take in all.
        proxy: for websockets, None for the one of the environment.
        trust_env: whether websockets ask the environment for a proxy.
        otherwise: where to try next if this is not reached.
    """

    urls: Sequence[str]
    inbox: str
    name: str
    tls: ssl.SSLContext | None = None
    deadline_s: float = 10.0
    proxy: str | None = field(default=None, repr=False)
    trust_env: bool = False
    otherwise: "Target | None" = None


@dataclass(eq=False, slots=True)
class _Denial:
    """Somebody who waits on a subject that the server may refuse."""

    operation: str
    subject: str
    told: asyncio.Event = field(default_factory=asyncio.Event)


class Connection:
    """One live connection; made by `connect` only."""

    def __init__(
        self,
        on_trouble: Callable[[PermissionViolation | ClientTrouble], None],
        client: Client | None = None,
    ) -> None:
        self.lost = asyncio.Event()
        self._client = client or Client()
        self._on_trouble = on_trouble
        self._opened = False
        self._trouble = ""
        self._denials: list[_Denial] = []
        self._subscriptions: list[Subscription] = []
        self._pings: set[asyncio.Task[None]] = set()
        self._requests = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def alive(self) -> bool:
        """Whether messages can be sent.

        Asked of the client and not left to callbacks alone: nats-py skips them where
        closing a broken socket raises.
        """
        return not self.lost.is_set() and self._client.is_connected

    @property
    def url(self) -> str:
        """The server's address, without anything secret."""
        connected = self._client.connected_url
        return "" if connected is None else f"{connected.hostname}:{connected.port}"

    @property
    def reason(self) -> str:
        """Why the connection is gone, in the server's or the system's words."""
        return clean(self._client.last_error or self._trouble or "connection closed")

    async def publish(
        self, subject: str, data: bytes, *, reply: str, headers: Mapping[str, str] | None
    ) -> None:
        """Hand a message to the socket; nothing is kept for later.

        Raises:
            Unavailable: `bus-disconnected`.
            InvalidInput: `bus-message-too-large`.
        """
        self._check_alive()
        with translated(subject):
            await self._client.publish(subject, data, reply, _headers(headers))

    async def flush(self, timeout_s: float) -> None:
        """Return when the server has seen all that was published.

        Raises:
            Unavailable: `bus-disconnected`.
            TimedOut: `bus-timeout`.
        """
        self._check_alive()
        with translated("", timeout_s):
            await self._unless_lost(self._flush(timeout_s))

    async def request(
        self, subject: str, data: bytes, *, timeout_s: float, headers: Mapping[str, str] | None
    ) -> Message:
        """Publish and return the answer, or say at once why there will be none.

        Raises:
            Unavailable: `bus-no-responder` or `bus-disconnected`.
            Forbidden: `bus-forbidden`; NATS itself would just stay silent.
            TimedOut: `bus-timeout`.
            InvalidInput: `bus-message-too-large`.
        """
        self._check_alive()
        self._requests += 1
        self._idle.clear()
        try:
            with translated(subject, timeout_s), self._denial("publish", subject) as denied:
                answer = self._client.request(
                    subject, data, timeout=timeout_s, headers=_headers(headers)
                )
                return _message(await self._unless_lost(answer, denied))
        finally:
            self._requests -= 1
            if not self._requests:
                self._idle.set()

    async def subscribe(
        self, subject: str, handler: Handler, *, queue: str, timeout_s: float
    ) -> Subscription:
        """Subscribe and return when the subscription is live.

        Raises:
            Forbidden: `bus-forbidden`; NATS itself would let it stand, deaf.
            Unavailable: `bus-disconnected`.
            TimedOut: `bus-timeout`.
        """

        async def deliver(raw: Msg) -> None:
            await handler(_message(raw))

        self._check_alive()
        with translated(subject, timeout_s), self._denial("subscription", subject) as denied:
            subscription = await self._client.subscribe(subject, queue, deliver)
            # The server answers in order: a refusal comes before the answer to the ping.
            await self._unless_lost(self._flush(timeout_s), denied)
        self._subscriptions.append(subscription)
        return subscription

    async def unsubscribe(self, subscription: Subscription) -> None:
        """End a subscription; on a lost connection it has ended already."""
        with contextlib.suppress(ValueError):
            self._subscriptions.remove(subscription)
        if self.alive:
            with translated(subscription.subject):
                await subscription.unsubscribe()

    async def retire(self, timeout_s: float) -> None:
        """Close after what arrived is handled and what was asked is answered.

        Args:
            timeout_s: seconds after which it closes anyway.
        """
        try:
            with contextlib.suppress(Exception):
                async with asyncio.timeout(timeout_s):
                    for subscription in self._subscriptions:
                        await subscription.drain()  # type: ignore[no-untyped-call]
                    await self._idle.wait()
        finally:
            await self.close()

    async def close(self) -> None:
        """Close now; safe in every state."""
        # On a broken socket `close` raises (ConnectionResetError) or waits.
        with contextlib.suppress(Exception):
            async with asyncio.timeout(_CLOSE_S):
                await self._client.close()
        self.lost.set()
        for ping in self._pings:
            ping.cancel()

    async def open(self, target: Target, credentials: UserCredentials) -> None:
        """Connect, once; for `connect` only.

        Raises:
            Unauthenticated: `bus-credentials-refused`.
            Unavailable: `bus-unreachable`.
        """
        try:
            async with asyncio.timeout(target.deadline_s):
                # Cancelled while it waits for the server, nats-py may go on connecting.
                await apart(self._connect(target, credentials))
            if not self._client.is_connected:
                raise Unavailable("bus-unreachable", reason=self.reason)
        except Exception as error:
            await self.close()
            raise connect_error(error, self._trouble) from error
        except BaseException:
            await self.close()
            raise
        self._opened = True

    async def _connect(self, target: Target, credentials: UserCredentials) -> None:
        await self._client.connect(
            list(target.urls),
            error_cb=self._on_error,
            closed_cb=self._on_closed,
            disconnected_cb=self._on_closed,
            name=target.name,
            tls=target.tls,
            inbox_prefix=target.inbox,
            signature_cb=credentials.signature_cb,
            user_jwt_cb=credentials.user_jwt_cb,
            ping_interval=_PING_INTERVAL_S,
            connect_timeout=max(1, int(target.deadline_s)),
            # Even so the first connect goes round the servers; 1 and 0 bound that.
            allow_reconnect=False,
            max_reconnect_attempts=1,
            reconnect_time_wait=0,
        )

    async def _flush(self, timeout_s: float) -> None:
        """Ask for a sign of life and wait for it, but never take the question back.

        The reader of nats-py ends at the late answer to a ping that was cancelled, and
        the client then passes for connected, deaf, until its own pings fail.
        """
        ping = asyncio.create_task(self._client.flush(_NEVER_S))
        self._pings.add(ping)
        ping.add_done_callback(self._answered)
        await asyncio.wait({ping}, timeout=timeout_s)
        if not ping.done():
            raise TimeoutError
        ping.result()

    def _answered(self, ping: "asyncio.Task[None]") -> None:
        self._pings.discard(ping)
        if not ping.cancelled():
            # Read here, for who asked may be gone.
            ping.exception()

    async def _unless_lost(
        self, work: Coroutine[Any, Any, Result], denial: _Denial | None = None
    ) -> Result:
        """Wait for work that nats-py would let wait in vain on a dead connection."""
        task = asyncio.create_task(work)
        signs = [asyncio.create_task(self.lost.wait())]
        if denial is not None:
            signs.append(asyncio.create_task(denial.told.wait()))
        try:
            await asyncio.wait([task, *signs], return_when=asyncio.FIRST_COMPLETED)
            if denial is not None and denial.told.is_set():
                raise Forbidden(
                    "bus-forbidden", operation=denial.operation, subject=clean(denial.subject)
                )
            if not task.done() or task.cancelled():
                raise Unavailable("bus-disconnected", reason=self.reason)
            return task.result()
        finally:
            for waiting in (task, *signs):
                waiting.cancel()

    @contextlib.contextmanager
    def _denial(self, operation: str, subject: str) -> Iterator[_Denial]:
        """Listen for the server's refusal of a subject while something is tried on it."""
        denial = _Denial(operation, subject.lower())
        self._denials.append(denial)
        try:
            yield denial
        finally:
            self._denials.remove(denial)

    async def _on_error(self, error: Exception) -> None:
        trouble = read_trouble(error)
        if isinstance(trouble, PermissionViolation):
            for denial in self._denials:
                if (denial.operation, denial.subject) == (trouble.operation, trouble.subject):
                    denial.told.set()
        else:
            self._trouble = trouble.reason
        # While connecting, trouble becomes the reason of the failed attempt instead.
        if self._opened:
            self._on_trouble(trouble)

    async def _on_closed(self) -> None:
        self.lost.set()

    def _check_alive(self) -> None:
        if not self.alive:
            raise Unavailable("bus-disconnected", reason=self.reason)


async def connect(
    target: Target,
    credentials: UserCredentials,
    on_trouble: Callable[[PermissionViolation | ClientTrouble], None] = lambda _: None,
) -> Connection:
    """Make one connection, within the deadline of each target that is tried.

    Args:
        target: where to; the next one is tried only where this is not reached.
        credentials: as whom.
        on_trouble: told of what the server complains about later.

    Raises:
        Unauthenticated: `bus-credentials-refused`.
        Unavailable: `bus-unreachable`.
    """
    connection = Connection(on_trouble, ProxiedClient(target.proxy, trust_env=target.trust_env))
    try:
        await connection.open(target, credentials)
    except Unavailable as direct:
        if target.otherwise is None:
            raise
        try:
            return await connect(target.otherwise, credentials, on_trouble)
        except Unavailable:
            # The way that was meant is the one to mend.
            raise direct from None
    return connection


def _message(raw: Msg) -> Message:
    return Message(raw.subject, raw.data, raw.reply, dict(raw.headers or {}))


def _headers(headers: Mapping[str, str] | None) -> dict[str, str] | None:
    return dict(headers) if headers else None
