"""A real NATS server with a controller's link and as many nodes as a test wants.

No double: the embedded server itself, in a directory of the test's own, on any free
port, so that rights, revocation and faults are the real ones.
"""

import asyncio
import contextlib
import os
import signal
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from venvoy.bus.account import Account
from venvoy.bus.client import Link
from venvoy.bus.connection import Target
from venvoy.bus.events import LinkEvent
from venvoy.bus.jetstream import JetStream
from venvoy.bus.keys import load_keyring
from venvoy.bus.revocation import Revoker
from venvoy.bus.server import NatsServer, ServerEvent
from venvoy.wire import subjects
from venvoy.wire.credentials import UserCredentials, controller_token, node_token
from venvoy.wire.nkey import KeyPair, Role

WAIT_S = 20.0
"""How long a condition may take before a test gives up; no condition needs it."""

_LIFETIME_S = 3_600
_PAUSE_S = 0.2


async def until(condition: Callable[[], object], timeout_s: float = WAIT_S) -> None:
    """Return as soon as a condition holds.

    Raises:
        AssertionError: it did not within `timeout_s` seconds.
    """
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come to hold"
        await asyncio.sleep(0.005)


async def until_equal(
    get: Callable[[], Awaitable[object]], wanted: object, timeout_s: float = WAIT_S
) -> None:
    """Return as soon as what is asked for comes back as wanted.

    Raises:
        AssertionError: it did not within `timeout_s` seconds.
    """
    deadline = time.monotonic() + timeout_s
    while (last := await get()) != wanted:
        assert time.monotonic() < deadline, f"{last!r} did not become {wanted!r}"
        await asyncio.sleep(0.005)


@dataclass
class Member:
    """Somebody on the fleet's NATS.

    Attributes:
        id: a node's id; empty for a controller.
        key: its key.
        events: what its link reported.
        lifetime_s: seconds that its next token will live.
        fetched: how often it fetched credentials.
    """

    id: str
    key: KeyPair
    events: list[LinkEvent] = field(default_factory=list)
    lifetime_s: int = _LIFETIME_S
    fetched: int = 0
    link: Link = field(init=False)

    def seen(self, kind: type[LinkEvent]) -> list[LinkEvent]:
        """The events of one kind so far."""
        return [event for event in self.events if isinstance(event, kind)]


class Fleet:
    """The server and who may connect to it.

    Args:
        data: a directory; the keys and what is stored outlive the server in it.
        port: of the server; -1 for any, kept over restarts.
    """

    def __init__(self, data: Path, port: int = -1) -> None:
        self.data = data
        self.keys = load_keyring(data / "keys")
        self.account = Account(data / "keys" / "account.jwt", self.keys)
        self.server_events: list[ServerEvent] = []
        self.server = NatsServer(
            data / "nats",
            self.keys,
            self.account,
            port=port,
            on_event=self.server_events.append,
        )
        self.revoker = Revoker(lambda: self.server.url, self.keys.system, self.account)

    async def kill_server(self) -> None:
        """End the server's process by `kill -9` and return when that is noticed."""
        pid = self.server.pid
        assert pid is not None, "the server is not running"
        os.kill(pid, signal.SIGKILL)
        await until(lambda: self.server.pid != pid)

    @contextlib.asynccontextmanager
    async def controller(self) -> AsyncIterator[Member]:
        """A connected controller."""
        member = Member("", KeyPair.generate(Role.USER))
        async with self._linked(member, subjects.CONTROLLER_INBOX):
            yield member

    @contextlib.asynccontextmanager
    async def node(
        self, node: str = "", *, lifetime_s: int = _LIFETIME_S, key: KeyPair | None = None
    ) -> AsyncIterator[Member]:
        """A connected node, new or known."""
        member = Member(node or str(uuid.uuid4()), key or KeyPair.generate(Role.USER))
        member.lifetime_s = lifetime_s
        async with self._linked(member, subjects.node_inbox(member.id)):
            yield member

    def jetstream(self, controller: Member) -> JetStream:
        """JetStream over a controller's link."""
        return JetStream(controller.link)

    def token(self, member: Member) -> str:
        """A token as the controller would give it now."""
        issued_at = int(time.time())
        if not member.id:
            return controller_token(
                self.keys.controller_signer,
                account=self.account.public,
                public_key=member.key.public,
                issued_at=issued_at,
                lifetime_s=member.lifetime_s,
            )
        return node_token(
            self.keys.node_signer,
            account=self.account.public,
            node=member.id,
            public_key=member.key.public,
            issued_at=issued_at,
            lifetime_s=member.lifetime_s,
        )

    def link(self, member: Member, inbox: str) -> Link:
        """A link for a member, not yet entered."""

        async def credentials() -> UserCredentials:
            member.fetched += 1
            return UserCredentials(member.key, self.token(member))

        target = Target([self.server.url], inbox, member.id or "controller", deadline_s=5.0)
        member.link = Link(
            target, credentials, on_event=member.events.append, longest_pause_s=_PAUSE_S
        )
        return member.link

    @contextlib.asynccontextmanager
    async def _linked(self, member: Member, inbox: str) -> AsyncIterator[None]:
        async with self.link(member, inbox) as link:
            await link.wait_connected(WAIT_S)
            yield


@contextlib.asynccontextmanager
async def running_fleet(data: Path, port: int = -1) -> AsyncIterator[Fleet]:
    """A fleet whose server runs."""
    fleet = Fleet(data, port)
    async with fleet.server:
        yield fleet
