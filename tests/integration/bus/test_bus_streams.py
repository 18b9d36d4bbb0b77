"""Desired state goes down and status comes up: compared, republished, at least once."""

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator
from functools import partial
from typing import Self

import pytest

from venvoy.bus.connection import Message
from venvoy.bus.jetstream import JetStream, JetStreamError
from venvoy.bus.status import StatusBatch, StatusFeed
from venvoy.bus.streams import DesiredState, Entry, ensure_streams, forget_status
from venvoy.domain.errors import InvalidInput, StaleVersion
from venvoy.testing.fleet import WAIT_S, Fleet, Member, until, until_equal
from venvoy.wire import subjects

NODE = "0190a0b0-0000-7000-8000-000000000001"
ENVIRONMENT = "0190a0b0-0000-7000-8000-000000000002"
KEY = subjects.desired_key(NODE, ENVIRONMENT)


@pytest.fixture
async def controller(fleet: Fleet) -> AsyncIterator[Member]:
    async with fleet.controller() as member:
        await ensure_streams(JetStream(member.link))
        yield member


@pytest.fixture
def desired(controller: Member) -> DesiredState:
    return DesiredState(JetStream(controller.link))


class Folder:
    """A controller's loop over status reports, as a test sees it."""

    def __init__(self, feed: StatusFeed, *, acknowledges: bool = True) -> None:
        self.heard: list[tuple[str, bytes]] = []
        self._feed = feed
        self._acknowledges = acknowledges

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    def data(self) -> list[bytes]:
        return [data for _, data in self.heard]

    async def _run(self) -> None:
        async for batch in self._feed.batches():
            self._take(batch)
            if self._acknowledges:
                await batch.ack()

    def _take(self, batch: StatusBatch) -> None:
        self.heard += [(message.subject, message.data) for message in batch.messages]


async def test_a_document_is_kept_and_sent(
    fleet: Fleet, controller: Member, desired: DesiredState
) -> None:
    arrived: asyncio.Queue[Message] = asyncio.Queue()
    async with fleet.node(NODE) as node:
        await node.link.subscribe(subjects.any_desired(NODE), arrived.put)
        revision = await desired.put_desired(KEY, b"\x00document", 0)
        message = await asyncio.wait_for(arrived.get(), WAIT_S)
    address = subjects.parse_desired_key(KEY)
    assert message.subject == subjects.desired(address.node, address.environment)
    assert message.data == b"\x00document"
    assert await desired.read_desired(KEY) == Entry(KEY, b"\x00document", revision)


async def test_other_nodes_hear_nothing_of_it(
    fleet: Fleet, controller: Member, desired: DesiredState
) -> None:
    heard: list[Message] = []

    async def hear(message: Message) -> None:
        heard.append(message)

    async with fleet.node() as other, fleet.node(NODE) as node:
        arrived: asyncio.Queue[Message] = asyncio.Queue()
        await other.link.subscribe(subjects.any_desired(other.id), hear)
        await node.link.subscribe(subjects.any_desired(NODE), arrived.put)
        await desired.put_desired(KEY, b"document", 0)
        await asyncio.wait_for(arrived.get(), WAIT_S)
        await other.link.flush()
        assert heard == []


async def test_a_write_compares(desired: DesiredState) -> None:
    first = await desired.put_desired(KEY, b"1", 0)
    with pytest.raises(StaleVersion, match="bus-revision-stale"):
        await desired.put_desired(KEY, b"again", 0)
    second = await desired.put_desired(KEY, b"2", first)
    with pytest.raises(StaleVersion, match="bus-revision-stale"):
        await desired.put_desired(KEY, b"late", first)
    assert await desired.read_desired(KEY) == Entry(KEY, b"2", second)


async def test_of_writes_at_once_one_wins(desired: DesiredState) -> None:
    async def write(number: int) -> bool:
        try:
            await desired.put_desired(KEY, str(number).encode(), 0)
        except StaleVersion:
            return False
        return True

    assert sum(await asyncio.gather(*(write(number) for number in range(10)))) == 1


async def test_what_is_gone_for_good_is_taken_away_in_silence(
    fleet: Fleet, controller: Member, desired: DesiredState
) -> None:
    heard: list[bytes] = []

    async def hear(message: Message) -> None:
        heard.append(message.data)

    async with fleet.node(NODE) as node:
        await node.link.subscribe(subjects.any_desired(NODE), hear)
        revision = await desired.put_desired(KEY, b"tombstone", 0)
        await desired.remove_desired(KEY, revision)
        assert await desired.read_desired(KEY) is None
        await node.link.flush()
        assert heard == [b"tombstone"]
        # The key can be used as if it had never been there.
        assert await desired.put_desired(KEY, b"new", 0) > revision


async def test_what_was_written_again_is_not_taken_away(desired: DesiredState) -> None:
    old = await desired.put_desired(KEY, b"old", 0)
    new = await desired.put_desired(KEY, b"new", old)
    await desired.remove_desired(KEY, old)
    assert await desired.read_desired(KEY) == Entry(KEY, b"new", new)


async def test_a_forgotten_status_is_not_heard_again(fleet: Fleet, controller: Member) -> None:
    jetstream = JetStream(controller.link)
    other = str(uuid.uuid4())
    async with fleet.node(NODE) as node:
        for environment in (ENVIRONMENT, other):
            await node.link.publish(subjects.status(NODE, environment), b"gone")
            await until_equal(partial(stored, jetstream, environment), wanted=True)
    await forget_status(jetstream, subjects.ReplicaAddress(NODE, ENVIRONMENT))
    async with Folder(StatusFeed(jetstream)) as folder:
        await until(lambda: folder.heard)
        assert folder.heard == [(subjects.status(NODE, other), b"gone")]


async def stored(jetstream: JetStream, environment: str) -> bool:
    return await jetstream.last("STATUS", subjects.status(NODE, environment)) is not None


async def test_what_is_not_there_is_none(desired: DesiredState) -> None:
    assert await desired.read_desired(KEY) is None


@pytest.mark.parametrize("key", ["", "*", ">", NODE, f"{NODE}.*", f"{NODE}.{ENVIRONMENT}.x"])
async def test_a_key_is_two_ids(desired: DesiredState, key: str) -> None:
    with pytest.raises(InvalidInput, match="subject-invalid"):
        await desired.put_desired(key, b"", 0)
    with pytest.raises(InvalidInput, match="subject-invalid"):
        await desired.read_desired(key)


async def test_a_document_too_large_is_said(desired: DesiredState) -> None:
    with pytest.raises(InvalidInput, match="bus-message-too-large"):
        await desired.put_desired(KEY, b"x" * (2 * 1024 * 1024), 0)


async def test_an_older_configuration_is_brought_up(
    fleet: Fleet, controller: Member, desired: DesiredState
) -> None:
    jetstream = JetStream(controller.link)
    wanted = (await jetstream.call("STREAM.INFO.KV_desired"))["config"]
    await desired.put_desired(KEY, b"kept", 0)
    older = {key: value for key, value in wanted.items() if key != "republish"}
    await jetstream.call("STREAM.UPDATE.KV_desired", older)
    await ensure_streams(jetstream)
    assert (await jetstream.call("STREAM.INFO.KV_desired"))["config"] == wanted
    entry = await desired.read_desired(KEY)
    assert entry is not None
    assert entry.value == b"kept"


async def test_status_streams_cannot_be_turned_on_others(controller: Member) -> None:
    config = (await JetStream(controller.link).call("STREAM.INFO.STATUS"))["config"]
    assert config["no_ack"] is True
    assert not config.get("allow_rollup_hdrs", False)
    assert config["max_msgs_per_subject"] == 1
    assert config["max_bytes"] > 0
    assert config["max_msgs"] > 0


async def test_a_report_reaches_the_controller(fleet: Fleet, controller: Member) -> None:
    async with fleet.node(NODE) as node, Folder(StatusFeed(JetStream(controller.link))) as folder:
        subject = subjects.status(NODE, ENVIRONMENT)
        await node.link.publish(subject, b"building")
        await until(lambda: folder.heard)
        assert folder.heard == [(subject, b"building")]
        await node.link.publish(subject, b"ready")
        await until(lambda: len(folder.heard) == 2)
        assert folder.data() == [b"building", b"ready"]


async def test_a_controller_that_was_down_gets_the_last_of_each(
    fleet: Fleet, controller: Member
) -> None:
    environments = [str(uuid.uuid4()) for _ in range(3)]
    async with fleet.node(NODE) as node:
        for word in (b"fetching", b"building", b"ready"):
            for environment in environments:
                await node.link.publish(subjects.status(NODE, environment), word)
        await node.link.flush()
    jetstream = JetStream(controller.link)

    async with Folder(StatusFeed(jetstream)) as folder:
        await until(lambda: folder.data().count(b"ready") == 3)
        assert len(folder.heard) == len(set(folder.heard))


async def test_more_than_a_batch_comes_whole(fleet: Fleet, controller: Member) -> None:
    async with fleet.node(NODE) as node, Folder(StatusFeed(JetStream(controller.link))) as folder:
        for _ in range(1_000):
            await node.link.publish(subjects.status(NODE, str(uuid.uuid4())), b"ready")
        await until(lambda: len(set(folder.heard)) == 1_000)
        assert len(folder.heard) == 1_000


async def test_a_report_that_was_not_folded_comes_again(fleet: Fleet, controller: Member) -> None:
    jetstream = JetStream(controller.link)
    async with fleet.node(NODE) as node:
        await node.link.publish(subjects.status(NODE, ENVIRONMENT), b"ready")
        async with Folder(StatusFeed(jetstream, ack_wait_s=1), acknowledges=False) as first:
            await until(lambda: first.heard)
        async with Folder(StatusFeed(jetstream, ack_wait_s=1)) as second:
            await until(lambda: second.heard)
            assert second.heard[0] == first.heard[0]


async def test_what_was_folded_does_not_come_again(fleet: Fleet, controller: Member) -> None:
    jetstream = JetStream(controller.link)
    async with fleet.node(NODE) as node:
        await node.link.publish(subjects.status(NODE, ENVIRONMENT), b"first")
        async with Folder(StatusFeed(jetstream, ack_wait_s=1)) as first:
            await until(lambda: first.heard)
            await until_acknowledged(jetstream)
        async with Folder(StatusFeed(jetstream, ack_wait_s=1)) as second:
            await node.link.publish(subjects.status(NODE, str(uuid.uuid4())), b"second")
            await until(lambda: second.heard)
            assert second.data() == [b"second"]


async def until_acknowledged(jetstream: JetStream) -> None:
    async def pending() -> int:
        info = await jetstream.call("CONSUMER.INFO.STATUS.controllers")
        return int(info["num_ack_pending"])

    await until_equal(pending, 0)


async def test_two_controllers_share_the_reports(fleet: Fleet, controller: Member) -> None:
    async with (
        fleet.controller() as other,
        fleet.node(NODE) as node,
        Folder(StatusFeed(JetStream(controller.link))) as one,
        Folder(StatusFeed(JetStream(other.link))) as two,
    ):
        for _ in range(600):
            await node.link.publish(subjects.status(NODE, str(uuid.uuid4())), b"ready")
        await until(lambda: len({*one.heard, *two.heard}) == 600)
        assert len(one.heard) + len(two.heard) == 600


@pytest.mark.parametrize("fault", ["server", "consumer", "stream"])
async def test_the_feed_outlives_faults(fleet: Fleet, controller: Member, fault: str) -> None:
    jetstream = JetStream(controller.link)
    async with fleet.node(NODE) as node, Folder(StatusFeed(jetstream)) as folder:
        subject = subjects.status(NODE, ENVIRONMENT)
        await node.link.publish(subject, b"before")
        await until(lambda: folder.heard)
        if fault == "server":
            await fleet.kill_server()
            await until(lambda: not node.link.connected)
            await node.link.wait_connected(WAIT_S)
        elif fault == "consumer":
            await jetstream.call("CONSUMER.DELETE.STATUS.controllers")
        else:
            await jetstream.call("STREAM.DELETE.STATUS")
            await ensure_streams(jetstream)
        await node.link.publish(subject, b"after")
        await until(lambda: b"after" in folder.data())


async def test_a_node_s_headers_do_not_stop_the_feed(fleet: Fleet, controller: Member) -> None:
    """What looks like the server's word on a pull comes from a node here."""
    async with fleet.node(NODE) as node, Folder(StatusFeed(JetStream(controller.link))) as folder:
        await node.link.publish(
            subjects.status(NODE, ENVIRONMENT), b"", headers={"Status": "409", "Description": "x"}
        )
        await until(lambda: folder.heard)
        await node.link.publish(subjects.status(NODE, str(uuid.uuid4())), b"next")
        await until(lambda: b"next" in folder.data())


async def test_jetstream_s_refusals_carry_its_number(controller: Member) -> None:
    with pytest.raises(JetStreamError) as caught:
        await JetStream(controller.link).call("STREAM.INFO.nothing")
    assert caught.value.number == 10059
    assert caught.value.code == "bus-jetstream-refused"
