"""The controller's NATS: the server of its own and the link to it.

The server's and the link's events become the health of two parts, `nats` and `bus`;
what hangs on the link registers with `on_connected` before it is opened.
"""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog

from venvoy.bus.account import Account
from venvoy.bus.client import Link
from venvoy.bus.configuration import Tls
from venvoy.bus.connection import Target
from venvoy.bus.events import (
    Connected,
    ConnectFailed,
    Disconnected,
    HandlerFailed,
    LinkEvent,
)
from venvoy.bus.keys import Keyring
from venvoy.bus.revocation import Revoker
from venvoy.bus.server import (
    NatsServer,
    ServerEnded,
    ServerEvent,
    ServerRetry,
    ServerStarted,
    ServerStorageFailed,
)
from venvoy.bus.trust import trusting
from venvoy.controller.supervisor import Health
from venvoy.domain.errors import Unavailable
from venvoy.wire.credentials import UserCredentials, controller_token
from venvoy.wire.nkey import KeyPair, Role
from venvoy.wire.subjects import CONTROLLER_INBOX

_TOKEN_S = 3_600
SERVER = "nats"
LINK = "bus"

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Transport:
    """NATS, as the controller holds it.

    Attributes:
        link: to be entered by the composition root, after all hooks are registered.
        urls: where nodes connect that reach HTTP by a host; None on this machine.
        websocket: the port on loopback where the server takes websockets.
        reload: has the server read its certificate anew.
        revoke: ends a node's connections and voids its tokens.
    """

    link: Link
    urls: Callable[[str | None], tuple[str, ...]]
    websocket: Callable[[], int | None]
    reload: Callable[[], Awaitable[None]]
    revoke: Callable[[str], Awaitable[None]]


@asynccontextmanager
async def open_transport(
    directory: Path,
    keys: Keyring,
    health: Health,
    *,
    host: str,
    port: int,
    tls: Tls | None,
    on_connection: Callable[[bool], None],
) -> AsyncIterator[Transport]:
    """Start the server and prepare the link.

    Args:
        directory: `<data>/controller`.
        keys: of this fleet.
        health: told of `nats` and `bus`.
        host, port: of the server.
        tls: its certificate; None for loopback.
        on_connection: told whether messages arrive, at each change.

    Raises:
        As `NatsServer.start`.
    """
    account = Account(directory / "keys" / "account.jwt", keys)
    server = NatsServer(
        directory / "nats",
        keys,
        account,
        host=host,
        port=port,
        tls=tls,
        on_event=lambda event: _server_event(health, event),
    )
    trust = None if tls is None else trusting(tls.authority)
    async with server:
        health.expect(LINK)
        link = Link(
            Target([server.url], CONTROLLER_INBOX, "venvoy-controller", trust),
            _own_credentials(keys),
            on_event=lambda event: _link_event(health, on_connection, event),
        )
        revoker = Revoker(lambda: server.url, keys.system, account, tls=trust)

        def urls(host: str | None) -> tuple[str, ...]:
            return (server.url if host is None or tls is None else server.url_at(host),)

        yield Transport(link, urls, lambda: server.websocket_port, server.reload, revoker.revoke)


def _own_credentials(keys: Keyring) -> Callable[[], Awaitable[UserCredentials]]:
    key = KeyPair.generate(Role.USER)

    async def credentials() -> UserCredentials:
        token = controller_token(
            keys.controller_signer,
            account=keys.account.public,
            public_key=key.public,
            issued_at=int(time.time()),
            lifetime_s=_TOKEN_S,
        )
        return UserCredentials(key, token)

    return credentials


def _server_event(health: Health, event: ServerEvent) -> None:
    match event:
        case ServerStarted():
            health.works(SERVER)
        case ServerEnded(status):
            health.fails(SERVER, Unavailable("nats-server-ended", status=status))
        case ServerRetry(error) | ServerStorageFailed(error):
            health.fails(SERVER, error)


def _link_event(health: Health, on_connection: Callable[[bool], None], event: LinkEvent) -> None:
    match event:
        case Connected():
            health.works(LINK)
            on_connection(True)  # noqa: FBT003 - a callback's only argument
        case Disconnected(reason):
            health.fails(LINK, Unavailable("bus-disconnected", reason=reason))
            on_connection(False)  # noqa: FBT003 - as above
        case ConnectFailed(error, _):
            health.fails(LINK, error)
        case HandlerFailed(subject, error):
            _log.error(
                "handler-failed", subject=subject, error=type(error).__name__, exc_info=error
            )
        case other:
            _log.warning("bus-event", event_kind=type(other).__name__, detail=str(other))
