"""What a node may do on NATS, and that it may do nothing else.

The contract of `venvoy.wire.permissions`, against the real server: each right that
is granted works, and each that would harm others is refused. `{own}` stands for the
node's id, `{other}` for another node's, `{env}` for an environment's.
"""

import asyncio
import base64
import json
import time
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from venvoy.bus.connection import Message, Target, connect
from venvoy.bus.events import ClientTrouble, PermissionViolation, ReplyRefused
from venvoy.bus.jetstream import JetStream
from venvoy.bus.responder import respond
from venvoy.bus.streams import DesiredState, ensure_streams
from venvoy.domain.errors import Forbidden, Unauthenticated, Unavailable
from venvoy.testing.fleet import WAIT_S, Fleet, Member, until, until_equal
from venvoy.wire import jwt, subjects
from venvoy.wire.credentials import UserCredentials
from venvoy.wire.nkey import KeyPair, Role

ENVIRONMENT = str(uuid.uuid4())


@dataclass
class Scene:
    """A controller with its streams, a node, and another node with state of its own."""

    fleet: Fleet
    controller: Member
    node: Member
    other: Member
    jetstream: JetStream

    def fill(self, subject: str) -> str:
        return (
            subject.replace("{own}", self.node.id)
            .replace("{other}", self.other.id)
            .replace("{env}", ENVIRONMENT)
        )

    async def stream_names(self) -> set[str]:
        return set((await self.jetstream.call("STREAM.NAMES"))["streams"])

    async def status_of(self, node: str) -> bytes | None:
        found = await self.jetstream.last("STATUS", subjects.status(node, ENVIRONMENT))
        return None if found is None else base64.b64decode(found["data"])

    async def stored(self, node: str, status: bytes) -> None:
        """Wait for a status: the stream acknowledges none, so publishing cannot."""
        await until_equal(lambda: self.status_of(node), status)


@pytest.fixture
async def scene(fleet: Fleet) -> AsyncIterator[Scene]:
    async with fleet.controller() as controller, fleet.node() as node, fleet.node() as other:
        jetstream = fleet.jetstream(controller)
        await ensure_streams(jetstream)
        desired = DesiredState(jetstream)
        await desired.put_desired(subjects.desired_key(other.id, ENVIRONMENT), b"secret", 0)
        await other.link.publish(subjects.status(other.id, ENVIRONMENT), b"ready")
        scene = Scene(fleet, controller, node, other, jetstream)
        await scene.stored(other.id, b"ready")
        yield scene


FORBIDDEN_TO_PUBLISH = [
    # other nodes' words
    "up.{other}.status.{env}",
    "up.{other}.heartbeat",
    "up.{other}.req.desired",
    "up.{other}.req.log",
    "up",
    # the controller's words
    "dn.{own}.desired.{env}",
    "dn.{own}.cmd",
    "dn.{own}.presence",
    "dn.{other}.presence",
    "dn.{other}.desired.{env}",
    "dn.{other}.cmd",
    "jobs.x",
    # others' inboxes
    "_INBOX.{other}.x.y",
    "_INBOX.ctl.x.y",
    "_INBOX.{own}.x.y",
    # key-value buckets
    "$KV.desired.{own}.{env}",
    "$KV.desired.{other}.{env}",
    "$KV.leases.outbox",
    # JetStream: reading, listing, writing, deleting
    "$JS.API.INFO",
    "$JS.API.STREAM.NAMES",
    "$JS.API.STREAM.LIST",
    "$JS.API.STREAM.INFO.KV_desired",
    "$JS.API.STREAM.CREATE.mine",
    "$JS.API.STREAM.UPDATE.KV_desired",
    "$JS.API.STREAM.PURGE.STATUS",
    "$JS.API.STREAM.DELETE.KV_desired",
    "$JS.API.STREAM.SNAPSHOT.KV_desired",
    "$JS.API.STREAM.MSG.GET.KV_desired",
    "$JS.API.STREAM.MSG.DELETE.KV_desired",
    "$JS.API.DIRECT.GET.KV_desired",
    "$JS.API.DIRECT.GET.KV_desired.$KV.desired.{other}.{env}",
    "$JS.API.DIRECT.GET.KV_desired.$KV.desired.{own}.{env}",
    "$JS.API.CONSUMER.CREATE.KV_desired",
    "$JS.API.CONSUMER.CREATE.KV_desired.mine.$KV.desired.{own}.>",
    "$JS.API.CONSUMER.DURABLE.CREATE.STATUS.mine",
    "$JS.API.CONSUMER.MSG.NEXT.STATUS.controllers",
    "$JS.API.CONSUMER.NAMES.STATUS",
    "$JS.API.CONSUMER.DELETE.STATUS.controllers",
    "$JS.ACK.STATUS.controllers.1.1.1.1.0",
    "$JS.FC.STATUS.x",
    # the system
    "$SYS.REQ.CLAIMS.UPDATE",
    "$SYS.REQ.CLAIMS.DELETE",
    "$SYS.REQ.SERVER.PING",
    "anything.else",
]

FORBIDDEN_TO_HEAR = [
    ">",
    "*.>",
    "up.>",
    "up.{own}.>",
    "up.{other}.>",
    "up.*.status.*",
    "dn.>",
    "dn.*.desired.*",
    "dn.{other}.>",
    "dn.{other}.desired.{env}",
    "dn.{other}.presence",
    "dn.*.presence",
    "_INBOX.>",
    "_INBOX.*.x",
    "_INBOX.{other}.>",
    "_INBOX.ctl.>",
    "$KV.>",
    "$KV.desired.{own}.>",
    "$JS.>",
    "$JS.API.>",
    "$JS.EVENT.ADVISORY.>",
    "$SYS.>",
    "jobs.>",
    "anything.else",
]


async def test_a_node_may_do_its_work(scene: Scene) -> None:
    heard: asyncio.Queue[Message] = asyncio.Queue()
    told: asyncio.Queue[Message] = asyncio.Queue()
    link, controller = scene.node.link, scene.controller.link
    await link.subscribe(f"dn.{scene.node.id}.>", told.put)
    await controller.subscribe("up.>", heard.put)
    for subject in (
        subjects.status(scene.node.id, ENVIRONMENT),
        subjects.heartbeat(scene.node.id),
    ):
        await link.publish(subject, b"x")
        assert (await asyncio.wait_for(heard.get(), WAIT_S)).subject == subject
    await controller.publish(subjects.command(scene.node.id), b"x")
    assert (await asyncio.wait_for(told.get(), WAIT_S)).data == b"x"
    await DesiredState(scene.jetstream).put_desired(
        subjects.desired_key(scene.node.id, ENVIRONMENT), b"document", 0
    )
    arrived = await asyncio.wait_for(told.get(), WAIT_S)
    assert arrived.subject == subjects.desired(scene.node.id, ENVIRONMENT)
    assert arrived.data == b"document"
    assert not scene.node.seen(PermissionViolation)


async def test_a_node_may_ask_and_be_answered(scene: Scene) -> None:
    async def answer(node: str, data: bytes) -> bytes:
        return f"{node} {data.decode()}".encode()

    await respond(scene.controller.link, subjects.ANY_DESIRED_REQUEST, answer)
    got = await scene.node.link.request(
        subjects.desired_request(scene.node.id), b"all", timeout_s=WAIT_S
    )
    assert got.data == f"{scene.node.id} all".encode()


async def test_a_node_may_answer_once_what_it_is_asked(scene: Scene) -> None:
    replies: asyncio.Queue[str] = asyncio.Queue()

    async def answer(message: Message) -> None:
        await scene.node.link.publish(message.reply, b"yes")
        await replies.put(message.reply)

    await scene.node.link.subscribe(subjects.command(scene.node.id), answer)
    got = await scene.controller.link.request(
        subjects.command(scene.node.id), b"?", timeout_s=WAIT_S
    )
    assert got.data == b"yes"
    reply = await replies.get()
    await scene.node.link.publish(reply, b"again")
    await scene.node.link.flush()
    assert PermissionViolation("publish", reply.lower()) in scene.node.events


@pytest.mark.parametrize("subject", FORBIDDEN_TO_PUBLISH)
async def test_a_node_may_not_say(scene: Scene, subject: str) -> None:
    wanted = scene.fill(subject)
    with pytest.raises(Forbidden, match="bus-forbidden") as caught:
        await scene.node.link.request(wanted, b"", timeout_s=WAIT_S)
    assert caught.value.params["operation"] == "publish"
    assert PermissionViolation("publish", wanted.lower()) in scene.node.events


@pytest.mark.parametrize("subject", FORBIDDEN_TO_HEAR)
async def test_a_node_may_not_hear(scene: Scene, subject: str) -> None:
    wanted = scene.fill(subject)
    heard: list[Message] = []

    async def hear(message: Message) -> None:
        heard.append(message)

    with pytest.raises(Forbidden, match="bus-forbidden") as caught:
        await scene.node.link.subscribe(wanted, hear)
    assert caught.value.params["operation"] == "subscription"
    desired, key = DesiredState(scene.jetstream), subjects.desired_key(scene.other.id, ENVIRONMENT)
    entry = await desired.read_desired(key)
    assert entry is not None
    await desired.put_desired(key, b"changed", entry.revision)
    await scene.other.link.publish(subjects.status(scene.other.id, ENVIRONMENT), b"x")
    await scene.other.link.flush()
    await scene.node.link.flush()
    assert heard == []


async def test_a_queue_group_opens_no_door(scene: Scene) -> None:
    async def hear(_message: Message) -> None:
        raise AssertionError

    with pytest.raises(Forbidden):
        await scene.node.link.subscribe("up.*.req.desired", hear, queue="controllers")


async def test_jetstream_s_answer_to_a_status_goes_nowhere(scene: Scene) -> None:
    """A stream that acknowledges would publish for the node, to any subject it names."""
    before = await scene.stream_names()
    heard: list[Message] = []

    async def hear(message: Message) -> None:
        heard.append(message)

    await scene.other.link.subscribe(f"_INBOX.{scene.other.id}.trap", hear)
    await scene.other.link.subscribe(f"dn.{scene.other.id}.cmd", hear)
    replies = (
        "$JS.API.STREAM.DELETE.KV_desired",
        f"_INBOX.{scene.other.id}.trap",
        f"dn.{scene.other.id}.cmd",
    )
    for reply in replies:
        subject = subjects.status(scene.node.id, ENVIRONMENT)
        await scene.node.link.publish(subject, reply.encode(), reply=reply)
    # Stored all the same, so whatever would have been answered has been by now.
    await scene.stored(scene.node.id, replies[-1].encode())
    await scene.other.link.flush()
    assert heard == []
    assert await scene.stream_names() == before


@pytest.mark.parametrize(
    "reply",
    [
        "$JS.API.STREAM.DELETE.KV_desired",
        "$KV.desired.{other}.{env}",
        "_INBOX.{other}.x",
        "_INBOX.{own}x.y",
        "_INBOX.{own}",
        "_INBOX.ctl.x",
        "dn.{other}.cmd",
        "",
    ],
)
async def test_the_controller_is_nobody_s_deputy(scene: Scene, reply: str) -> None:
    refused: list[object] = []
    asked: list[str] = []

    async def answer(node: str, _data: bytes) -> bytes:
        asked.append(node)
        return b"{}"

    await respond(
        scene.controller.link, subjects.ANY_DESIRED_REQUEST, answer, on_event=refused.append
    )
    before = await scene.stream_names()
    forged = scene.fill(reply)
    subject = subjects.desired_request(scene.node.id)
    await scene.node.link.publish(subject, b"", reply=forged)
    await until(lambda: refused)
    assert refused == [ReplyRefused(subject, forged)]
    assert asked == []
    assert await scene.stream_names() == before


@pytest.mark.parametrize("rollup", ["all", "sub"])
async def test_a_rollup_wipes_nobody_s_status(scene: Scene, rollup: str) -> None:
    subject = subjects.status(scene.node.id, ENVIRONMENT)
    await scene.node.link.publish(subject, b"mine")
    await scene.node.link.publish(subject, b"wipe", headers={"Nats-Rollup": rollup})
    await scene.node.link.publish(subject, b"after")
    await scene.stored(scene.node.id, b"after")
    assert await scene.status_of(scene.other.id) == b"ready"


async def test_a_forged_reply_reads_nobody_s_state(scene: Scene) -> None:
    heard: list[Message] = []

    async def hear(message: Message) -> None:
        heard.append(message)

    await scene.node.link.subscribe(f"_INBOX.{scene.node.id}.>", hear)
    for api in ("STREAM.MSG.GET.KV_desired", "STREAM.NAMES", "STREAM.INFO.KV_desired"):
        body = json.dumps({"last_by_subj": "$KV.desired.>"}).encode()
        await scene.node.link.publish(
            f"$JS.API.{api}", body, reply=f"_INBOX.{scene.node.id}.stolen"
        )
    await scene.node.link.flush()
    await scene.stream_names()
    await scene.node.link.flush()
    assert heard == []
    assert len(scene.node.seen(PermissionViolation)) == 3


async def test_a_denied_subscription_does_not_disturb_the_others(scene: Scene) -> None:
    heard: list[Message] = []

    async def hear(message: Message) -> None:
        heard.append(message)

    await scene.node.link.subscribe(subjects.command(scene.node.id), hear)
    with pytest.raises(Forbidden):
        await scene.node.link.subscribe("dn.>", hear)
    await scene.controller.link.publish(subjects.command(scene.node.id), b"x")
    await until(lambda: heard)
    assert scene.node.link.connected


async def _refused(fleet: Fleet, key: KeyPair, token: str) -> None:
    target = Target([fleet.server.url], "_INBOX.x", "intruder", deadline_s=5)
    with pytest.raises(Unauthenticated, match="bus-credentials-refused"):
        await connect(target, UserCredentials(key, token))


async def test_rights_beyond_the_template_are_refused(fleet: Fleet) -> None:
    """A leaked signing key can name a node, but not widen what a node may do."""
    user = KeyPair.generate(Role.USER)
    everything = {"pub": {"allow": [">"]}, "sub": {"allow": [">"]}, "subs": -1, "data": -1}
    nats = {"type": "user", "issuer_account": fleet.account.public, "payload": -1, **everything}
    token = jwt.encode(
        fleet.keys.node_signer,
        subject=user.public,
        name=str(uuid.uuid4()),
        nats=nats,
        issued_at=int(time.time()),
    )
    await _refused(fleet, user, token)


@pytest.mark.parametrize("role", [Role.ACCOUNT, Role.USER])
async def test_a_stranger_s_signature_is_refused(fleet: Fleet, role: Role) -> None:
    user = KeyPair.generate(Role.USER)
    signer = KeyPair.generate(Role.ACCOUNT) if role is Role.ACCOUNT else user
    token = jwt.encode(
        signer,
        subject=user.public,
        name=str(uuid.uuid4()),
        nats={"type": "user", "issuer_account": fleet.account.public},
        issued_at=int(time.time()),
    )
    await _refused(fleet, user, token)


async def test_another_s_token_is_of_no_use(fleet: Fleet) -> None:
    async with fleet.node() as node:
        thief = KeyPair.generate(Role.USER)
        stolen = UserCredentials(node.key, fleet.token(node))
        # The token is public enough; without the node's key the nonce cannot be signed.
        object.__setattr__(stolen, "key", thief)
        target = Target([fleet.server.url], "_INBOX.x", "thief", deadline_s=5)
        with pytest.raises(Unauthenticated, match="bus-credentials-refused"):
            await connect(target, stolen)


async def test_nobody_is_let_in_without_a_token(fleet: Fleet) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", fleet.server.port)
    writer.write(b'CONNECT {"verbose":false}\r\nPUB up.x 0\r\n\r\nPING\r\n')
    said = await asyncio.wait_for(reader.read(), WAIT_S)
    writer.close()
    assert b"Authorization Violation" in said
    assert b"PONG" not in said


async def test_trouble_is_reported_as_a_violation_only_where_it_is_one(scene: Scene) -> None:
    with pytest.raises(Unavailable, match="bus-no-responder"):
        await scene.node.link.request(
            subjects.desired_request(scene.node.id), b"", timeout_s=WAIT_S
        )
    assert not scene.node.seen(PermissionViolation)
    assert not scene.node.seen(ClientTrouble)
