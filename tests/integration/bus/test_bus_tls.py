"""NATS under TLS: who knows the fleet's authority connects, nobody else, and renewal is silent."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from venvoy.bus.client import Link
from venvoy.bus.configuration import Tls
from venvoy.bus.connection import Target, connect
from venvoy.bus.events import Disconnected
from venvoy.bus.revocation import Revoker
from venvoy.bus.server import NatsServer
from venvoy.bus.trust import trusting
from venvoy.controller.certificates import Files, ensure
from venvoy.domain.errors import VenvoyError
from venvoy.testing.fleet import WAIT_S, Fleet, Member, until
from venvoy.wire import subjects
from venvoy.wire.credentials import UserCredentials
from venvoy.wire.nkey import KeyPair, Role

_END = "-----END CERTIFICATE-----\n"
HOSTS = frozenset({"localhost", "127.0.0.1"})


class Protected(Fleet):
    """A fleet whose NATS shows a certificate of the fleet's own authority."""

    def __init__(self, data: Path) -> None:
        super().__init__(data)
        self.files = Files(data / "tls")
        authority = ensure(self.files, HOSTS, datetime.now(UTC)).authority.decode()
        self.tls = Tls(self.files.server, self.files.server_key, authority)
        self.server = NatsServer(data / "nats", self.keys, self.account, tls=self.tls)
        self.trust = trusting(authority)
        self.revoker = Revoker(
            lambda: self.server.url, self.keys.system, self.account, tls=self.trust
        )

    @asynccontextmanager
    async def linked(self, member: Member) -> AsyncIterator[Member]:
        """Hold a link for a member."""
        target = Target([self.server.url], subjects.node_inbox(member.id), "x", self.trust)

        async def credentials() -> UserCredentials:
            return UserCredentials(member.key, self.token(member))

        member.link = Link(target, credentials, on_event=member.events.append)
        async with member.link as link:
            await link.wait_connected(WAIT_S)
            yield member

    async def admitted(
        self, member: Member, url: str, trust: ssl.SSLContext | None, token: str | None = None
    ) -> str:
        """Connect once; return what it was refused with, or nothing."""
        target = Target([url], subjects.node_inbox(member.id), "x", trust, WAIT_S)
        credentials = UserCredentials(member.key, token or self.token(member))
        try:
            connection = await connect(target, credentials)
        except VenvoyError as error:
            return str(error.params.get("reason") or error.code)
        await connection.close()
        return ""


@pytest.fixture
async def protected(tmp_path: Path) -> AsyncIterator[Protected]:
    made = Protected(tmp_path / "fleet")
    async with made.server:
        yield made


@pytest.fixture
def member() -> Member:
    return Member("0190a0b0-0000-7000-8000-000000000001", KeyPair.generate(Role.USER))


async def test_who_knows_the_authority_connects(protected: Protected, member: Member) -> None:
    url = protected.server.url
    assert url.startswith("tls://127.0.0.1:")
    assert await protected.admitted(member, url, protected.trust) == ""
    named = protected.server.url_at("localhost")
    assert await protected.admitted(member, named, protected.trust) == ""


async def test_a_server_that_is_not_the_fleets_is_not_believed(
    protected: Protected, member: Member, tmp_path: Path
) -> None:
    stranger = ensure(Files(tmp_path / "other"), HOSTS, datetime.now(UTC)).authority.decode()
    for trust in (trusting(stranger), trusting(None)):
        reason = await protected.admitted(member, protected.server.url, trust)
        assert "certificate" in reason.lower(), reason


async def test_nothing_goes_in_the_plain(protected: Protected, member: Member) -> None:
    plain = protected.server.url.replace("tls://", "nats://")
    # The client turns to TLS by itself, since the server demands it, and trusts no stranger.
    assert await protected.admitted(member, plain, None) != ""


async def test_a_renewed_certificate_ends_no_connection(
    protected: Protected, member: Member
) -> None:
    target = Target([protected.server.url], subjects.node_inbox(member.id), "x", protected.trust)
    credentials = UserCredentials(member.key, protected.token(member))
    held = await connect(target, credentials)
    pid = protected.server.pid
    before = protected.files.server.read_bytes()
    assert ensure(protected.files, HOSTS | {"other.example.org"}, datetime.now(UTC)).changed
    await protected.server.reload()

    async def shown() -> bytes:
        port = protected.server.port
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        await reader.readline()
        await writer.start_tls(protected.trust, server_hostname="127.0.0.1")
        found = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        writer.close()
        return bytes(found)

    old = ssl.PEM_cert_to_DER_cert(before.decode().partition("-----END")[0] + _END)
    deadline = asyncio.get_running_loop().time() + WAIT_S
    while await shown() == old:
        assert asyncio.get_running_loop().time() < deadline
        await asyncio.sleep(0.05)
    assert held.alive
    assert protected.server.pid == pid
    await held.close()


async def test_revocation_works_under_tls(protected: Protected, member: Member) -> None:
    # Of a second that the revocation covers: a later token is good again.
    url, token = protected.server.url, protected.token(member)
    async with protected.linked(member) as link:
        await protected.revoker.revoke(member.key.public)
        await until(lambda: not link.link.connected)
        await until(lambda: link.seen(Disconnected))
    assert await protected.admitted(member, url, protected.trust, token) != ""
