"""NATS behind the HTTP port, and through a proxy: the same rights, one port, no wall too high."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import aiohttp
import pytest
from fastapi import FastAPI

from venvoy.agent.way import Way
from venvoy.api import ports
from venvoy.api.httpserver import HttpServer
from venvoy.bus.client import Link
from venvoy.bus.connection import Message, Target, connect
from venvoy.bus.events import Connected
from venvoy.bus.trust import trusting
from venvoy.controller.certificates import Files, ensure
from venvoy.domain.errors import Forbidden, Unauthenticated, Unavailable
from venvoy.testing.fleet import WAIT_S, Fleet, Member, until
from venvoy.testing.proxy import ConnectProxy
from venvoy.wire import subjects
from venvoy.wire.credentials import UserCredentials
from venvoy.wire.nkey import KeyPair, Role
from venvoy.wire.nodes import NodeCredentials

NODE = "0190a0b0-0000-7000-8000-000000000001"
HOSTS = frozenset({"localhost", "127.0.0.1"})


class Http:
    """The HTTP port of a controller whose only route is NATS."""

    def __init__(self, fleet: Fleet, tls: ssl.SSLContext | None = None) -> None:
        app = FastAPI()
        app.state.parts = SimpleNamespace(stopping=asyncio.Event())
        self._socket = ports.listen("127.0.0.1", 0)
        self.port: int = self._socket.getsockname()[1]
        self.server = HttpServer(app, self._socket, tls, lambda: fleet.server.websocket_port)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["Http"]:
        await self.server.start()
        try:
            yield self
        finally:
            await self.server.stop()


@pytest.fixture
async def http(fleet: Fleet) -> AsyncIterator[Http]:
    async with Http(fleet).serving() as made:
        yield made


@pytest.fixture
def member() -> Member:
    return Member(NODE, KeyPair.generate(Role.USER))


def credentials(fleet: Fleet, member: Member) -> UserCredentials:
    return UserCredentials(member.key, fleet.token(member))


def target(url: str, **more: object) -> Target:
    fields: dict[str, object] = {"deadline_s": WAIT_S, **more}
    return Target([url], subjects.node_inbox(NODE), "ws", **fields)  # type: ignore[arg-type]


def granted(url: str) -> NodeCredentials:
    return NodeCredentials(jwt="", nats_urls=[url], expires_at=datetime.now(UTC))


@asynccontextmanager
async def linked(fleet: Fleet, member: Member, to: Target) -> AsyncIterator[Link]:
    async def fresh() -> UserCredentials:
        return credentials(fleet, member)

    async with Link(to, fresh, on_event=member.events.append, longest_pause_s=0.2) as link:
        await link.wait_connected(WAIT_S)
        yield link


async def test_a_node_talks_through_the_http_port_with_its_own_rights(
    fleet: Fleet, http: Http, member: Member
) -> None:
    heard: list[Message] = []

    async def hear(message: Message) -> None:
        heard.append(message)

    large = bytes(range(256)) * 3_000  # close to what a message may hold
    to = target(f"ws://127.0.0.1:{http.port}/nats")
    async with fleet.controller() as controller, linked(fleet, member, to) as link:
        await controller.link.subscribe("up.>", hear)
        await link.publish(subjects.heartbeat(NODE), large)
        await until(lambda: heard)
        assert heard[0].data == large
        with pytest.raises(Forbidden):
            await link.subscribe("up.>", hear)
        # Gone at once when it is revoked, as on the port itself.
        await fleet.revoker.revoke(member.key.public)
        await until(lambda: not link.connected)
        # A websocket may be closed before the server's word of why has been read.
        with pytest.raises((Unauthenticated, Unavailable)):
            await connect(to, credentials(fleet, member))


async def test_a_server_that_starts_anew_is_found_again(
    fleet: Fleet, http: Http, member: Member
) -> None:
    async with linked(fleet, member, target(f"ws://127.0.0.1:{http.port}/nats")) as link:
        before = fleet.server.websocket_port
        await fleet.kill_server()
        await until(lambda: len(member.seen(Connected)) > 1 and link.connected)
        assert fleet.server.websocket_port is not None
        assert before is not None


async def test_the_direct_way_is_tried_first_and_the_other_where_it_is_walled(
    fleet: Fleet, http: Http, member: Member
) -> None:
    way = Way(f"http://127.0.0.1:{http.port}")
    for direct, port in ((fleet.server.url, fleet.server.port), ("nats://127.0.0.1:9", http.port)):
        to = way.to_nats(NODE, granted(direct))
        connection = await connect(to, credentials(fleet, member))
        assert connection.url.endswith(f":{port}")
        await connection.close()
    nowhere = Way("http://127.0.0.1:9").to_nats(NODE, granted("nats://127.0.0.1:9"))
    with pytest.raises(Unavailable):
        await connect(nowhere, credentials(fleet, member))


async def test_no_other_path_leads_to_nats(http: Http) -> None:
    async with aiohttp.ClientSession() as session:
        for path in ("/", "/api/v1/events", "/nats/leafnode", "/leafnode", "/mqtt"):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await session.ws_connect(f"http://127.0.0.1:{http.port}{path}")
            assert refused.value.status == 404


async def test_while_there_is_no_server_that_is_said(fleet: Fleet, http: Http) -> None:
    await fleet.server.stop()
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect(f"http://127.0.0.1:{http.port}/nats")
        assert refused.value.status == 503


async def test_a_proxy_that_demands_a_password_is_passed(
    fleet: Fleet, member: Member, tmp_path: Path
) -> None:
    files = Files(tmp_path / "tls")
    authority = ensure(files, HOSTS, datetime.now(UTC)).authority.decode()
    shown = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    shown.load_cert_chain(files.server, files.server_key)
    async with Http(fleet, shown).serving() as http, ConnectProxy().serving() as proxy:
        url, trust = f"wss://127.0.0.1:{http.port}/nats", trusting(authority)
        to = target(url, tls=trust, proxy=proxy.url)
        async with linked(fleet, member, to) as link:
            await link.flush()
            assert proxy.asked == [(f"127.0.0.1:{http.port}", True)]
        wrong = target(url, tls=trust, proxy=f"http://fleet:wrong@127.0.0.1:{proxy.port}")
        for other in (wrong, target(url, tls=trust, proxy=proxy.url_without_password)):
            with pytest.raises(Unavailable, match="407") as refused:
                await connect(other, credentials(fleet, member))
            assert "wrong" not in str(refused.value)
        # The proxy itself is not believed to be the controller.
        with pytest.raises(Unavailable, match="certificate"):
            await connect(
                target(url, tls=trusting(None), proxy=proxy.url), credentials(fleet, member)
            )
