"""The composition root of a controller: every part is made and joined here, once.

Guarantees: parts start in the order in which they are needed, and a part that cannot
start ends the start with its typed error and leaves nothing running; once started,
the loops outlive the failures of database, bus and disk, and `readiness` tells which
part fails and why; leaving the context ends everything. One controller per data
directory is for the caller to see to (`venvoy.api.server`).
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Protocol

import uuid6
import uv

from venvoy.bus.configuration import ANY_PORT, Tls
from venvoy.bus.jetstream import JetStream
from venvoy.bus.keys import Keyring, load_keyring
from venvoy.bus.responder import respond
from venvoy.bus.status import StatusFeed
from venvoy.bus.streams import ensure_streams, forget_status
from venvoy.config import ControllerSettings, environment_of_children
from venvoy.controller.context import Context
from venvoy.controller.credentials import Credentials
from venvoy.controller.desired import Documents
from venvoy.controller.epochs import Epochs
from venvoy.controller.events import EventHub
from venvoy.controller.files import file_error
from venvoy.controller.garbage import Garbage
from venvoy.controller.healing import SelfHealing
from venvoy.controller.heartbeats import Heartbeats
from venvoy.controller.history import Histories
from venvoy.controller.install.archives import CatalogueArchives
from venvoy.controller.install.installer import Installer
from venvoy.controller.logs import LogStore
from venvoy.controller.node_commands import asking
from venvoy.controller.observations import Observations
from venvoy.controller.outbox import Outbox
from venvoy.controller.placing import Placing
from venvoy.controller.reach import Reach
from venvoy.controller.removals import Removals
from venvoy.controller.reports import Reports
from venvoy.controller.resolutions import Resolutions
from venvoy.controller.resolver import ResolverSettings, UvResolver
from venvoy.controller.resolver_index import GatewayIndex
from venvoy.controller.resync import Resync
from venvoy.controller.retention import Retention
from venvoy.controller.rolling import Rolling
from venvoy.controller.shipments import Shipments
from venvoy.controller.supervisor import Health, Readiness, Supervisor, rounds
from venvoy.controller.surveys import Surveys
from venvoy.controller.tenures import Tenures, answers
from venvoy.controller.transport import Transport, open_transport
from venvoy.controller.uses import Uses
from venvoy.controller.wakes import Wake, Wakes
from venvoy.controller.webhooks import Webhooks
from venvoy.domain.errors import Unavailable
from venvoy.index.catalogue import Catalogue
from venvoy.index.gateway import Gateway
from venvoy.index.official import default_route
from venvoy.index.server import GatewayServer
from venvoy.index.settings import GatewaySettings
from venvoy.index.settings import Retention as FileRetention
from venvoy.index.store import FileStore
from venvoy.store.migrate import migrate
from venvoy.store.session import Database
from venvoy.store.url import sqlite_url
from venvoy.wire.messages import ReplicaSettings
from venvoy.wire.subjects import (
    ANY_DESIRED_REQUEST,
    ANY_HEARTBEAT,
    ANY_LOG_REQUEST,
    ANY_OBSERVED_REQUEST,
    ANY_USE_REQUEST,
    ReplicaAddress,
)

_STREAMS_S = 30.0
_CONNECT_S = 30.0
_OUTSIDE = frozenset(
    {"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SYSTEMROOT"}
)
"""What uv may know of the surroundings, to reach requirements by URL."""


class Listening(Protocol):
    """Hears whether messages arrive at this controller, at each change."""

    def __call__(self, *, connected: bool) -> None:
        """Take the news."""
        ...


async def _nothing() -> None:
    """Nothing is to be done."""


@dataclass(frozen=True, slots=True)
class Controller:
    """A running controller.

    Attributes:
        context: what commands and queries take.
        logs: pages and followers of operations' logs.
        events: followers of what changes.
        credentials: nodes' registration, tokens and signed requests.
        installer: what bare machines get.
        tenures: which machine acts as a node, where two claim to be it.
        garbage: asks nodes to collect it.
        surveys: asks nodes what people made there by hand.
        renewed: to be called when the certificate of NATS was renewed.
        websocket: the port on loopback where NATS takes websockets.
    """

    context: Context
    logs: LogStore
    events: EventHub
    credentials: Credentials
    installer: Installer
    tenures: Tenures
    garbage: Garbage
    surveys: Surveys
    _health: Health
    renewed: Callable[[], Awaitable[None]] = _nothing
    websocket: Callable[[], int | None] = lambda: None

    def readiness(self) -> Readiness:
        """Return how every part is doing."""
        return self._health.report()


@asynccontextmanager
async def open_controller(
    settings: ControllerSettings, *, reach: Reach | None = None, tls: Tls | None = None
) -> AsyncIterator[Controller]:
    """Start a controller; it is stopped when the context is left.

    Args:
        settings: of this process.
        reach: where the HTTP API is reached; made from host and port of the settings
            when absent.
        tls: the certificate of NATS, which then listens on the settings' host; None
            for plain NATS on loopback.

    Raises:
        InvalidInput: `database-url-unsupported` or `mirror-url-invalid`.
        Conflict: `database-too-new`, `nats-store-in-use`, `nats-port-in-use`.
        Unavailable: a directory, the database or the NATS server cannot be used.
        TimedOut: `nats-not-ready`.
    """
    reached = reach or Reach.loopback(f"http://{settings.host}:{settings.port}")
    async with AsyncExitStack() as stack:
        parts = _Parts(settings, stack, tls)
        yield await parts.start(reached)


class _Parts:
    """Makes the parts, one after the other; each is ended by the stack."""

    def __init__(
        self, settings: ControllerSettings, stack: AsyncExitStack, tls: Tls | None
    ) -> None:
        self._tls = tls
        self._settings = settings
        self._stack = stack
        self._wakes = Wakes()
        self._connected = Wake()
        self._listeners: tuple[Listening, ...] = ()
        self._health = Health(_now)
        self._supervisor = Supervisor(self._health)

    async def start(self, reach: Reach) -> Controller:
        """Start everything."""
        settings = self._settings
        _make_directory(settings.file())
        db = await self._database()
        logs = LogStore(settings.file("logs"), clock=_now)
        await logs.prepare()
        keys = await asyncio.to_thread(load_keyring, settings.file("keys"))
        resolver, gateway = await self._resolver()
        context = Context(
            db=db,
            settings=settings,
            clock=_now,
            new_id=_new_id,
            resolver=resolver,
            logs=logs,
            wakes=self._wakes,
            catalogue=Catalogue(gateway),
        )
        await context.archives.prepare()
        transport = await self._transport(keys)
        tenures = Tenures(context, partial(answers, transport.link), transport.revoke)
        histories = Histories(db, _now)
        changed, offline_s = self._wakes.changed, settings.node_offline_seconds
        heartbeats = Heartbeats(
            db, _now, changed, offline_s, tenures, histories.measured, self._wakes.places.ring
        )
        self._listeners = (heartbeats.listening, tenures.listening)
        hub = EventHub(db, _now, self._wakes.changed)
        await hub.begin()
        await self._loops(context, logs, hub, heartbeats, transport, keys)
        self._supervised("history", histories.run)
        credentials = Credentials(
            db,
            keys,
            reach=reach,
            nats_urls=transport.urls,
            clock=_now,
            new_id=_new_id,
            revoke=transport.revoke,
        )
        ask = asking(transport.link, keys.documents)
        return Controller(
            context,
            logs,
            hub,
            credentials,
            self._installer(context, gateway, resolver, reach),
            tenures,
            Garbage(context, ask),
            Surveys(context, ask),
            self._health,
            transport.reload,
            transport.websocket,
        )

    def _installer(
        self, context: Context, gateway: Gateway, resolver: UvResolver, reach: Reach
    ) -> Installer:
        folder, archives = self._settings.file("install"), CatalogueArchives(context)
        return Installer(folder, gateway, resolver, reach, archives)

    async def _database(self) -> Database:
        url = self._settings.database_url or sqlite_url(self._settings.file("venvoy.db"))
        await migrate(url)
        db = Database.open(url)
        self._stack.push_async_callback(db.close)
        return db

    async def _resolver(self) -> tuple[UvResolver, Gateway]:
        settings = self._settings
        cache = settings.file("cache")
        _make_directory(cache)
        limits = GatewaySettings(retention=FileRetention.KEEP)
        store = FileStore(cache / "files", FileRetention.KEEP)
        gateway = Gateway(cache, store, default_route(settings.default_mirror), limits)
        server = GatewayServer(gateway, cache / "gateway.json")
        try:
            address = await server.start()
        except OSError as error:
            raise file_error(error, cache) from error
        self._stack.push_async_callback(server.stop)
        resolver = UvResolver(
            ResolverSettings(
                uv=Path(uv.find_uv_bin()),
                python=Path(sys.executable),
                cache=cache / "uv",
                limit_s=settings.resolve_timeout_seconds,
                outside=_outside(),
            ),
            GatewayIndex(gateway, address),
        )
        await asyncio.to_thread(resolver.clear)
        return resolver, gateway

    async def _transport(self, keys: Keyring) -> Transport:
        def on_connection(connected: bool) -> None:  # noqa: FBT001 - a callback's only argument
            for listening in self._listeners:
                listening(connected=connected)
            if connected:
                self._connected.ring()

        opened = open_transport(
            self._settings.file(),
            keys,
            self._health,
            host="127.0.0.1" if self._tls is None else self._settings.host,
            port=self._settings.nats_port or ANY_PORT,
            tls=self._tls,
            on_connection=on_connection,
        )
        return await self._stack.enter_async_context(opened)

    async def _loops(
        self,
        context: Context,
        logs: LogStore,
        hub: EventHub,
        heartbeats: Heartbeats,
        transport: Transport,
        keys: Keyring,
    ) -> None:
        link, jetstream = transport.link, JetStream(transport.link)
        stall = ReplicaSettings(stall_seconds=self._settings.stall_seconds)
        documents = Documents(keys.documents, stall)
        epochs = Epochs(context)
        outbox = Outbox(context, jetstream, documents, epochs.claim)
        gone: asyncio.Queue[ReplicaAddress] = asyncio.Queue()
        reports = Reports(context, ahead=epochs.claim, gone=gone.put_nowait)
        feed = StatusFeed(jetstream)

        async def connected() -> None:
            await ensure_streams(jetstream)
            outbox.compare_soon()

        link.on_connected(connected)
        await link.subscribe(ANY_HEARTBEAT, heartbeats.receive)
        await respond(link, ANY_DESIRED_REQUEST, Resync(context.db, documents).answer)
        await respond(link, ANY_OBSERVED_REQUEST, Observations(context).answer)
        await respond(link, ANY_USE_REQUEST, Uses(context).answer)
        await respond(link, ANY_LOG_REQUEST, self._watched(Shipments(context.db, logs).answer))
        await self._stack.enter_async_context(link)
        self._stack.push_async_callback(self._supervisor.stop)
        loops: dict[str, Callable[[Callable[[], None]], Awaitable[None]]] = {
            "events": hub.run,
            "streams": partial(self._streams, jetstream),
            "outbox": partial(self._publish, jetstream, outbox),
            "reports": lambda done: reports.run(feed, done),
            "heartbeats": heartbeats.run,
            "epochs": epochs.run,
            "resolutions": Resolutions(context).run,
            "placements": Placing(context).run,
            "rollouts": Rolling(context).run,
            "healing": SelfHealing(context).run,
            "webhooks": Webhooks(context).run,
            "retention": Retention(context.db, logs, _now).run,
            "removals": Removals(context, jetstream, transport.revoke).run,
            "gone": lambda done: _forget_gone(jetstream, gone, done),
        }
        for name, loop in loops.items():
            self._supervised(name, loop)

    def _supervised(self, name: str, loop: Callable[[Callable[[], None]], Awaitable[None]]) -> None:
        self._supervisor.start(name, partial(loop, partial(self._health.works, name)))

    async def _streams(self, jetstream: JetStream, done: Callable[[], None]) -> None:
        """Keep what is stored in NATS there, also if somebody empties it meanwhile."""
        await jetstream.link.wait_connected(_CONNECT_S)
        step = partial(ensure_streams, jetstream)
        await rounds(step, wake=self._connected, seconds=_STREAMS_S, done=done)

    async def _publish(
        self, jetstream: JetStream, outbox: Outbox, done: Callable[[], None]
    ) -> None:
        """Run the outbox; the lock on the server's store lets one controller do so."""
        await jetstream.link.wait_connected(_CONNECT_S)
        await ensure_streams(jetstream)
        done()
        await outbox.run(done)

    def _watched(
        self, answer: Callable[[str, bytes], Awaitable[bytes]]
    ) -> Callable[[str, bytes], Awaitable[bytes]]:
        """Show in the readiness whether shipped lines can be kept."""

        async def watched(node: str, data: bytes) -> bytes:
            try:
                reply = await answer(node, data)
            except Unavailable as error:
                self._health.fails("logs", error)
                raise
            self._health.works("logs")
            return reply

        return watched


async def _forget_gone(
    jetstream: JetStream, gone: "asyncio.Queue[ReplicaAddress]", done: Callable[[], None]
) -> None:
    """Drop the last status of replicas that are gone; one that is missed stays, harmless."""
    done()
    while True:
        await forget_status(jetstream, await gone.get())
        done()


def _make_directory(path: Path) -> None:
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise file_error(error, path) from error


def _outside() -> dict[str, str]:
    surroundings = environment_of_children()
    return {name: value for name, value in surroundings.items() if name.upper() in _OUTSIDE}


def _now() -> datetime:
    return datetime.now(UTC)


def _new_id() -> str:
    return str(uuid6.uuid7())
