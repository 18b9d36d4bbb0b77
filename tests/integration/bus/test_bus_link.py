"""A link lasts: through kills, silence, expiry and renewal, and says what it cannot do."""

import asyncio
import contextlib
import socket
import sys
import time
from collections.abc import AsyncIterator

import psutil
import pytest

from venvoy.bus.client import Link
from venvoy.bus.connection import Message, Target, connect
from venvoy.bus.events import (
    Connected,
    ConnectFailed,
    Disconnected,
    HandlerFailed,
    PermissionViolation,
)
from venvoy.bus.responder import respond
from venvoy.domain.errors import (
    InvalidInput,
    NotFound,
    TimedOut,
    Unauthenticated,
    Unavailable,
)
from venvoy.testing.fleet import WAIT_S, Fleet, Member, until
from venvoy.wire import subjects
from venvoy.wire.credentials import UserCredentials
from venvoy.wire.nkey import KeyPair, Role

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="stops a process by a signal")
ENVIRONMENT = "0190a0b0-0000-7000-8000-000000000002"


@contextlib.asynccontextmanager
async def silent_server() -> AsyncIterator[int]:
    """Somebody who accepts connections and never says a word."""
    done = asyncio.Event()

    async def accept(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await done.wait()
        writer.close()

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        done.set()
        server.close()
        await server.wait_closed()


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


async def any_credentials(fleet: Fleet) -> UserCredentials:
    member = Member("", KeyPair.generate(Role.USER))
    return UserCredentials(member.key, fleet.token(member))


async def test_a_link_and_its_subscriptions_outlive_the_server(fleet: Fleet) -> None:
    heard: asyncio.Queue[bytes] = asyncio.Queue()

    async def hear(message: Message) -> None:
        await heard.put(message.data)

    async with fleet.controller() as controller, fleet.node() as node:
        await node.link.subscribe(subjects.command(node.id), hear)
        for round_number in range(3):
            await fleet.kill_server()
            await until(lambda: not node.link.connected and not controller.link.connected)
            await node.link.wait_connected(WAIT_S)
            await controller.link.wait_connected(WAIT_S)
            data = str(round_number).encode()
            await controller.link.publish(subjects.command(node.id), data)
            assert await asyncio.wait_for(heard.get(), WAIT_S) == data
        assert len(node.seen(Disconnected)) == 3
        assert len(node.seen(Connected)) == 4
        assert node.fetched >= 4, "credentials are fetched anew for every connection"
        assert heard.empty()


async def test_resync_runs_on_every_connection_after_the_subscriptions(fleet: Fleet) -> None:
    order: list[str] = []
    member = Member("", KeyPair.generate(Role.USER))
    link = fleet.link(member, subjects.CONTROLLER_INBOX)

    async def hear(_message: Message) -> None:
        order.append("heard")

    async def resync() -> None:
        # Heard by oneself only if the subscription is live already.
        await link.publish("jobs.x", b"")
        await link.flush()

    async def fails() -> None:
        raise ValueError

    await link.subscribe("jobs.x", hear)
    link.on_connected(fails)
    link.on_connected(resync)
    async with link:
        await until(lambda: len(order) == 1)
        await fleet.kill_server()
        await until(lambda: len(order) == 2)
    assert [type(event.error) for event in member.events if isinstance(event, HandlerFailed)] == [
        ValueError,
        ValueError,
    ]


async def test_a_resync_is_cancelled_with_its_connection(fleet: Fleet) -> None:
    running: list[int] = []
    cancelled: list[int] = []
    link = fleet.link(Member("", KeyPair.generate(Role.USER)), subjects.CONTROLLER_INBOX)

    async def resync() -> None:
        number = len(running)
        running.append(number)
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append(number)
            raise

    link.on_connected(resync)
    async with link:
        await until(lambda: len(running) == 1)
        await fleet.kill_server()
        await until(lambda: len(running) == 2)
        assert cancelled == [0]
    assert cancelled == [0, 1]


async def test_nothing_is_kept_while_disconnected(fleet: Fleet) -> None:
    async with fleet.node() as node:
        await fleet.server.stop()
        await until(lambda: not node.link.connected)
        subject = subjects.status(node.id, ENVIRONMENT)
        began = time.monotonic()
        # Far more than the client library's 2 MiB would hold.
        for _ in range(64):
            with pytest.raises(Unavailable, match="bus-disconnected"):
                await node.link.publish(subject, b"x" * 65_536)
        with pytest.raises(Unavailable, match="bus-disconnected"):
            await node.link.request(subject, b"", timeout_s=WAIT_S)
        with pytest.raises(Unavailable, match="bus-disconnected"):
            await node.link.flush()
        assert time.monotonic() - began < WAIT_S / 2, "said at once, not after a timeout"
        with pytest.raises(TimedOut, match="bus-not-connected"):
            await node.link.wait_connected(0.05)
        await fleet.server.start()
        await node.link.wait_connected(WAIT_S)
        await node.link.publish(subject, b"x")


async def test_a_request_under_way_fails_with_its_connection(fleet: Fleet) -> None:
    async def never(_node: str, _data: bytes) -> bytes:
        await asyncio.Event().wait()
        return b""

    async with fleet.controller() as controller, fleet.node() as node:
        await respond(controller.link, subjects.ANY_DESIRED_REQUEST, never)
        asking = asyncio.create_task(
            node.link.request(subjects.desired_request(node.id), b"", timeout_s=10 * WAIT_S)
        )
        await node.link.flush()
        await fleet.kill_server()
        with pytest.raises(Unavailable, match="bus-disconnected"):
            await asyncio.wait_for(asking, WAIT_S)


@linux_only
async def test_an_answer_that_comes_too_late_leaves_nobody_deaf(fleet: Fleet) -> None:
    heard: asyncio.Queue[bytes] = asyncio.Queue()

    async def hear(message: Message) -> None:
        await heard.put(message.data)

    async with fleet.controller() as controller:
        await controller.link.subscribe("jobs.x", hear)
        assert fleet.server.pid is not None
        stopped = psutil.Process(fleet.server.pid)
        stopped.suspend()
        try:
            await until(lambda: stopped.status() == psutil.STATUS_STOPPED)
            with pytest.raises(TimedOut, match="bus-timeout"):
                await controller.link.flush(0.05)
            cut_short = asyncio.create_task(controller.link.flush())
            await asyncio.sleep(0)
            cut_short.cancel()
            await asyncio.wait({cut_short})
        finally:
            stopped.resume()
        await controller.link.publish("jobs.x", b"1")
        assert await asyncio.wait_for(heard.get(), WAIT_S) == b"1"
        assert controller.seen(Disconnected) == []


async def test_silence_and_absence_differ(fleet: Fleet) -> None:
    async def never(_node: str, _data: bytes) -> bytes:
        await asyncio.Event().wait()
        return b""

    async with fleet.controller() as controller, fleet.node() as node:
        subject = subjects.desired_request(node.id)
        with pytest.raises(Unavailable, match="bus-no-responder"):
            await node.link.request(subject, b"", timeout_s=WAIT_S)
        await respond(controller.link, subjects.ANY_DESIRED_REQUEST, never)
        with pytest.raises(TimedOut, match="bus-timeout") as caught:
            await node.link.request(subject, b"", timeout_s=0.1)
        assert caught.value.params == {"subject": subject, "seconds": 0.1}


async def test_a_refusal_is_an_answer(fleet: Fleet) -> None:
    async def refuse(_node: str, _data: bytes) -> bytes:
        raise NotFound("environment-not-found", name="web")

    async with fleet.controller() as controller, fleet.node() as node:
        await respond(controller.link, subjects.ANY_LOG_REQUEST, refuse)
        with pytest.raises(Unavailable, match="bus-request-refused") as caught:
            await node.link.request(subjects.log_request(node.id), b"", timeout_s=WAIT_S)
        assert caught.value.params["reason"] == "environment-not-found"


async def test_a_mistake_is_answered_and_reported(fleet: Fleet) -> None:
    async def fail(_node: str, _data: bytes) -> bytes:
        raise ValueError

    async with fleet.controller() as controller, fleet.node() as node:
        await respond(controller.link, subjects.ANY_LOG_REQUEST, fail)
        with pytest.raises(Unavailable, match="bus-request-refused") as caught:
            await node.link.request(subjects.log_request(node.id), b"", timeout_s=WAIT_S)
        assert caught.value.params["reason"] == "internal-error"
        await until(lambda: controller.seen(HandlerFailed))


async def test_one_slow_answer_holds_up_no_other(fleet: Fleet) -> None:
    slow = asyncio.Event()

    async def answer(_node: str, data: bytes) -> bytes:
        if data == b"slow":
            await slow.wait()
        return data

    async with fleet.controller() as controller, fleet.node() as node:
        await respond(controller.link, subjects.ANY_LOG_REQUEST, answer)
        subject = subjects.log_request(node.id)
        waiting = asyncio.create_task(node.link.request(subject, b"slow", timeout_s=WAIT_S))
        await node.link.flush()
        quick = await node.link.request(subject, b"quick", timeout_s=WAIT_S)
        assert quick.data == b"quick"
        assert not waiting.done()
        slow.set()
        assert (await waiting).data == b"slow"


async def test_each_request_is_answered_by_one_controller(fleet: Fleet) -> None:
    answered: list[str] = []

    async def one(_node: str, data: bytes) -> bytes:
        answered.append("one")
        return data

    async def two(_node: str, data: bytes) -> bytes:
        answered.append("two")
        return data

    async with fleet.controller() as a, fleet.controller() as b, fleet.node() as node:
        await respond(a.link, subjects.ANY_LOG_REQUEST, one)
        await respond(b.link, subjects.ANY_LOG_REQUEST, two)
        for _ in range(30):
            await node.link.request(subjects.log_request(node.id), b"", timeout_s=WAIT_S)
        assert len(answered) == 30
        assert set(answered) == {"one", "two"}


async def test_order_is_kept_where_it_is_asked_for(fleet: Fleet) -> None:
    heard: list[int] = []

    async def hear(message: Message) -> None:
        # The earlier ones take longer.
        await asyncio.sleep(0.02 if len(heard) < 3 else 0)
        heard.append(int(message.data))

    async with fleet.controller() as controller:
        await controller.link.subscribe("jobs.x", hear)
        for number in range(20):
            await controller.link.publish("jobs.x", str(number).encode())
        await until(lambda: len(heard) == 20)
    assert heard == list(range(20))


@pytest.mark.parametrize("concurrency", [1, 4])
async def test_a_handler_that_fails_ends_nothing(fleet: Fleet, concurrency: int) -> None:
    heard: list[bytes] = []

    async def hear(message: Message) -> None:
        if message.data == b"bad":
            raise ValueError(message.data)
        heard.append(message.data)

    async with fleet.controller() as controller:
        await controller.link.subscribe("jobs.x", hear, concurrency=concurrency)
        for data in (b"bad", b"good"):
            await controller.link.publish("jobs.x", data)
        await until(lambda: heard)
        await until(lambda: controller.seen(HandlerFailed))
        assert heard == [b"good"]
        event = controller.seen(HandlerFailed)[0]
        assert isinstance(event, HandlerFailed)
        assert (event.subject, str(event.error)) == ("jobs.x", "b'bad'")


async def test_an_ended_subscription_hears_nothing_more(fleet: Fleet) -> None:
    heard: list[bytes] = []

    async def hear(message: Message) -> None:
        heard.append(message.data)

    async with fleet.controller() as controller:
        subscription = await controller.link.subscribe("jobs.x", hear)
        await controller.link.unsubscribe(subscription)
        await controller.link.publish("jobs.x", b"1")
        await controller.link.flush()
        await fleet.kill_server()
        await until(lambda: len(controller.seen(Connected)) == 2)
        await controller.link.publish("jobs.x", b"2")
        await controller.link.flush()
        assert heard == []


async def test_a_message_too_large_is_said(fleet: Fleet) -> None:
    async with fleet.controller() as controller:
        with pytest.raises(InvalidInput, match="bus-message-too-large"):
            await controller.link.publish("jobs.x", b"x" * (2 * 1024 * 1024))
        assert controller.link.connected


@pytest.mark.parametrize("subject", ["", "jobs.x y", "jobs.x\r\nPUB jobs.y 0"])
async def test_a_subject_cannot_smuggle_commands(fleet: Fleet, subject: str) -> None:
    async with fleet.controller() as controller:
        with pytest.raises(InvalidInput, match="subject-invalid"):
            await controller.link.publish(subject, b"")
        assert controller.link.connected


async def test_a_dead_port_ends_the_attempt(fleet: Fleet) -> None:
    target = Target([f"nats://127.0.0.1:{closed_port()}"], "_INBOX.ctl", "x", deadline_s=5)
    with pytest.raises(Unavailable, match="bus-unreachable"):
        await asyncio.wait_for(connect(target, await any_credentials(fleet)), WAIT_S)


async def test_a_silent_server_ends_the_attempt(fleet: Fleet) -> None:
    async with silent_server() as port:
        target = Target([f"nats://127.0.0.1:{port}"], "_INBOX.ctl", "x", deadline_s=0.2)
        with pytest.raises(Unavailable, match="bus-unreachable"):
            await asyncio.wait_for(connect(target, await any_credentials(fleet)), WAIT_S)


async def test_of_several_servers_the_living_one_is_found(fleet: Fleet) -> None:
    urls = [f"nats://127.0.0.1:{closed_port()}", fleet.server.url]
    target = Target(urls, "_INBOX.ctl", "x", deadline_s=5)
    connection = await connect(target, await any_credentials(fleet))
    assert connection.alive
    await connection.close()
    assert not connection.alive


async def test_a_link_waits_for_a_server_that_comes_later(fleet: Fleet) -> None:
    member = Member("", KeyPair.generate(Role.USER))
    link = fleet.link(member, subjects.CONTROLLER_INBOX)
    await fleet.server.stop()
    async with link:
        await until(lambda: len(member.seen(ConnectFailed)) >= 2)
        assert not link.connected
        await fleet.server.start()
        await link.wait_connected(WAIT_S)
    assert not link.connected


async def test_credentials_are_renewed_without_a_gap(fleet: Fleet) -> None:
    heard: list[bytes] = []

    async def hear(message: Message) -> None:
        heard.append(message.data)

    async with fleet.controller() as controller, fleet.node(lifetime_s=6) as node:
        await node.link.subscribe(subjects.command(node.id), hear)
        node.lifetime_s = 3_600
        sent = 0
        while len(node.seen(Connected)) < 2:
            await controller.link.publish(subjects.command(node.id), str(sent).encode())
            sent += 1
            await node.link.flush()
            await asyncio.sleep(0.01)
            assert sent < 3_000
        for _ in range(20):
            await controller.link.publish(subjects.command(node.id), str(sent).encode())
            sent += 1
        await until(lambda: len(set(heard)) == sent)
        assert Connected(f"127.0.0.1:{fleet.server.port}", renewed=True) in node.events
        assert node.seen(Disconnected) == []
        assert node.fetched == 2
        # Once the old connection has retired, nothing is heard twice.
        await until(lambda: not node.link._retiring)
        heard.clear()
        await controller.link.publish(subjects.command(node.id), b"last")
        await controller.link.flush()
        await until(lambda: heard)
        await node.link.flush()
        assert heard == [b"last"]


async def test_a_request_under_way_survives_a_renewal(fleet: Fleet) -> None:
    let_go = asyncio.Event()

    async def slow(_node: str, _data: bytes) -> bytes:
        await let_go.wait()
        return b"late"

    async with fleet.controller() as controller, fleet.node(lifetime_s=6) as node:
        await respond(controller.link, subjects.ANY_DESIRED_REQUEST, slow)
        node.lifetime_s = 3_600
        asking = asyncio.create_task(
            node.link.request(subjects.desired_request(node.id), b"", timeout_s=WAIT_S)
        )
        await until(lambda: len(node.seen(Connected)) == 2)
        assert not asking.done()
        let_go.set()
        assert (await asking).data == b"late"


async def test_an_expired_token_is_replaced(fleet: Fleet) -> None:
    """The server ends the connection; the link comes back with what it fetches then."""
    async with fleet.node(lifetime_s=2) as node:
        # A renewal that cannot be had: the old connection is used to its end.
        failing = True

        async def credentials() -> UserCredentials:
            if failing:
                raise OSError("the controller does not answer")
            node.lifetime_s = 3_600
            return UserCredentials(node.key, fleet.token(node))

        node.link._credentials = credentials
        await until(lambda: node.seen(Disconnected))
        gone = node.seen(Disconnected)[0]
        assert isinstance(gone, Disconnected)
        assert "expired" in gone.reason
        await until(lambda: len(node.seen(ConnectFailed)) >= 2)
        failed = node.seen(ConnectFailed)[-1]
        assert isinstance(failed, ConnectFailed)
        assert failed.error.code == "bus-credentials-failed"
        failing = False
        await node.link.wait_connected(WAIT_S)
        await node.link.publish(subjects.heartbeat(node.id), b"")
        await node.link.flush()


async def test_a_refused_token_is_fetched_anew_until_it_is_good(fleet: Fleet) -> None:
    stranger = Fleet(fleet.data / "stranger")
    member = Member("", KeyPair.generate(Role.USER))
    good = False

    async def credentials() -> UserCredentials:
        source = fleet if good else stranger
        return UserCredentials(member.key, source.token(member))

    target = Target([fleet.server.url], subjects.CONTROLLER_INBOX, "x", deadline_s=5)
    link = Link(target, credentials, on_event=member.events.append, longest_pause_s=0.1)
    async with link:
        await until(lambda: len(member.seen(ConnectFailed)) >= 2)
        failed = member.seen(ConnectFailed)[0]
        assert isinstance(failed, ConnectFailed)
        assert isinstance(failed.error, Unauthenticated)
        good = True
        await link.wait_connected(WAIT_S)


async def test_credentials_that_never_come_are_given_up(fleet: Fleet) -> None:
    events: list[object] = []

    async def credentials() -> UserCredentials:
        await asyncio.Event().wait()
        raise AssertionError

    target = Target([fleet.server.url], subjects.CONTROLLER_INBOX, "x", deadline_s=0.1)
    async with Link(target, credentials, on_event=events.append, longest_pause_s=0.1):
        await until(lambda: len(events) >= 2)
    for event in events:
        assert isinstance(event, ConnectFailed)
        assert event.error.code == "bus-credentials-late"


async def test_a_listener_that_fails_ends_nothing(fleet: Fleet) -> None:
    def listener(_event: object) -> None:
        raise OSError("the log is full")

    async def credentials() -> UserCredentials:
        return await any_credentials(fleet)

    target = Target([fleet.server.url], subjects.CONTROLLER_INBOX, "x")
    async with Link(target, credentials, on_event=listener, longest_pause_s=0.1) as link:
        await link.wait_connected(WAIT_S)
        await fleet.kill_server()
        await until(lambda: not link.connected)
        await link.wait_connected(WAIT_S)


async def test_a_subscription_forbidden_later_keeps_nobody_down(fleet: Fleet) -> None:
    heard: list[bytes] = []

    async def hear(message: Message) -> None:
        heard.append(message.data)

    node = Member("0190a0b0-0000-7000-8000-000000000001", KeyPair.generate(Role.USER))
    link = fleet.link(node, subjects.node_inbox(node.id))
    await link.subscribe("dn.>", hear)
    await link.subscribe(subjects.command(node.id), hear)
    async with fleet.controller() as controller, link:
        await link.wait_connected(WAIT_S)
        assert PermissionViolation("subscription", "dn.>") in node.events
        await controller.link.publish(subjects.command(node.id), b"x")
        await until(lambda: heard)
        assert heard == [b"x"]


async def test_a_subscription_made_while_connecting_is_live(fleet: Fleet) -> None:
    heard: list[bytes] = []

    async def hear(message: Message) -> None:
        heard.append(message.data)

    link = fleet.link(Member("", KeyPair.generate(Role.USER)), subjects.CONTROLLER_INBOX)
    async with link:
        added = 0
        while not link.connected or added < 20:
            if added < 20:
                await link.subscribe(f"jobs.{added}", hear)
                added += 1
            # A turn of the loop each, so that they fall into every step of connecting.
            await asyncio.sleep(0)
        for number in range(added):
            await link.publish(f"jobs.{number}", str(number).encode())
        await until(lambda: len(heard) == added)
        await link.flush()
        assert len(heard) == added


async def test_closing_while_connecting_leaves_nothing_behind(fleet: Fleet) -> None:
    before = asyncio.all_tasks()
    async with silent_server() as port:

        async def credentials() -> UserCredentials:
            return await any_credentials(fleet)

        target = Target([f"nats://127.0.0.1:{port}"], "_INBOX.ctl", "x", deadline_s=60)
        async with Link(target, credentials):
            await asyncio.sleep(0.05)
    await until(lambda: asyncio.all_tasks() == before)


async def test_closing_at_any_moment_of_connecting_ends(fleet: Fleet) -> None:
    """Cancelled while the server's answer is being taken, a link is closed all the same."""
    for step in range(60):
        link = fleet.link(Member("", KeyPair.generate(Role.USER)), subjects.CONTROLLER_INBOX)
        async with asyncio.timeout(WAIT_S):
            async with link:
                await asyncio.sleep(step / 4_000)
        assert not link.connected
