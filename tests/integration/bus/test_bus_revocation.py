"""A revoked node is out within a moment, and stays out."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator

import pytest

from venvoy.bus.connection import Target, connect
from venvoy.bus.events import Connected, Disconnected
from venvoy.bus.revocation import Revoker
from venvoy.domain.errors import InvalidInput, Unauthenticated, Unavailable
from venvoy.testing.fleet import WAIT_S, Fleet, Member, running_fleet, until
from venvoy.wire import subjects
from venvoy.wire.credentials import UserCredentials
from venvoy.wire.nkey import KeyPair, Role


@pytest.fixture
async def node(fleet: Fleet) -> AsyncIterator[Member]:
    async with fleet.node() as member:
        yield member


async def admitted(fleet: Fleet, credentials: UserCredentials) -> bool:
    """Whether the server lets somebody in."""
    target = Target([fleet.server.url], "_INBOX.x", "x", deadline_s=WAIT_S)
    try:
        connection = await connect(target, credentials)
    except Unauthenticated:
        return False
    await connection.close()
    return True


async def test_a_revoked_node_is_dropped_at_once(fleet: Fleet, node: Member) -> None:
    stolen = UserCredentials(node.key, fleet.token(node))
    async with fleet.node() as other:
        began = time.monotonic()
        await fleet.revoker.revoke(node.key.public)
        await until(lambda: not node.link.connected)
        took_s = time.monotonic() - began
        await until(lambda: node.seen(Disconnected))
        gone = node.seen(Disconnected)[0]
        assert isinstance(gone, Disconnected)
        assert "revoked" in gone.reason
        # Some milliseconds; a second would mean that a timer and not the push did it.
        assert took_s < 1
        assert not await admitted(fleet, stolen)
        assert other.link.connected
        assert other.seen(Disconnected) == []


async def test_a_revocation_survives_restarts_and_kills(fleet: Fleet) -> None:
    member = Member("0190a0b0-0000-7000-8000-000000000001", KeyPair.generate(Role.USER))
    revoked = UserCredentials(member.key, fleet.token(member))
    assert await admitted(fleet, revoked)
    await fleet.revoker.revoke(member.key.public)
    assert not await admitted(fleet, revoked)
    await fleet.kill_server()
    await until(lambda: fleet.server.pid is not None)
    async with fleet.controller():
        assert not await admitted(fleet, revoked)
    await fleet.server.stop()
    # A new controller process, which knows what is on disk only.
    async with running_fleet(fleet.data) as again:
        assert not await admitted(again, revoked)
        async with again.node() as other:
            assert other.link.connected


async def test_all_of_many_revocations_hold(fleet: Fleet) -> None:
    members = [
        Member(f"0190a0b0-0000-7000-8000-00000000000{number}", KeyPair.generate(Role.USER))
        for number in range(4)
    ]
    revoked = [UserCredentials(member.key, fleet.token(member)) for member in members]
    # All within one second, which is the grain of the server's notion of newer.
    await asyncio.gather(*(fleet.revoker.revoke(member.key.public) for member in members))
    assert [await admitted(fleet, credentials) for credentials in revoked] == [False] * 4
    async with fleet.node() as other:
        assert other.link.connected


async def test_a_token_given_later_is_good(fleet: Fleet, node: Member) -> None:
    """A node that joins again is let in with the same key."""
    await fleet.revoker.revoke(node.key.public)
    await until(lambda: node.seen(Disconnected))
    # Tokens of the very second of the revocation are void; the link asks for new ones
    # until one is good.
    await until(lambda: len(node.seen(Connected)) == 2)
    await node.link.publish(subjects.heartbeat(node.id), b"")
    await node.link.flush()


async def test_a_revocation_while_the_server_hangs_holds_from_its_next_start(
    fleet: Fleet,
) -> None:
    member = Member("0190a0b0-0000-7000-8000-000000000001", KeyPair.generate(Role.USER))
    revoked = UserCredentials(member.key, fleet.token(member))
    assert await admitted(fleet, revoked)
    pid = fleet.server.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    with pytest.raises(Unavailable, match="revocation-pending") as caught:
        await fleet.revoker.revoke(member.key.public)
    assert caught.value.params["key"] == member.key.public
    os.kill(pid, signal.SIGKILL)
    await until(lambda: fleet.server.pid not in {pid, None})
    assert not await admitted(fleet, revoked)


async def test_a_revocation_can_be_repeated(fleet: Fleet, node: Member) -> None:
    for _ in range(3):
        await fleet.revoker.revoke(node.key.public)
    await until(lambda: node.seen(Disconnected))


async def test_only_users_are_revoked(fleet: Fleet, node: Member) -> None:
    for key in ("*", "", fleet.account.public):
        with pytest.raises(InvalidInput, match="nkey-invalid"):
            await fleet.revoker.revoke(key)
    await node.link.flush()
    assert node.link.connected


async def test_only_the_system_account_revokes(fleet: Fleet, node: Member) -> None:
    """The product's own account, should its key leak, is not the system's."""
    wrong = Revoker(lambda: fleet.server.url, fleet.keys.account, fleet.account)
    with pytest.raises(Unavailable, match="revocation-pending"):
        await wrong.revoke(node.key.public)
    await node.link.flush()
    assert node.link.connected
