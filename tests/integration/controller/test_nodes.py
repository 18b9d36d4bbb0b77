"""Nodes: who they are, whether they are there, and what they may ask."""

import asyncio
import hashlib
import json
import secrets
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from venvoy.bus.connection import Target, connect
from venvoy.config import ControllerSettings
from venvoy.domain.errors import Unauthenticated
from venvoy.domain.state import NodeState
from venvoy.store import events, nodes
from venvoy.testing.world import World, eventually
from venvoy.wire.credentials import UserCredentials
from venvoy.wire.messages import Heartbeat, InterpreterFact
from venvoy.wire.nkey import KeyPair, Role
from venvoy.wire.signing import CLOCK_SKEW_S, sign_request
from venvoy.wire.subjects import heartbeat, node_inbox

EMPTY = hashlib.sha256(b"").hexdigest()
PATH = "/api/v1/node/credentials"


def sign_of_life(world: World, **values: object) -> bytes:
    sign = Heartbeat(
        node=world.node,
        at=datetime(2001, 1, 1, tzinfo=UTC),
        boot=3,
        agent_version="0.1.0",
        uv_version="0.9.0",
        platform="linux-x86_64-gnu",
        hostname="host\x1b[31m-one",
        cpus=2,
        memory_bytes=2**33,
        disk_free_bytes=2**30,
        disk_total_bytes=2**34,
        interpreters=(
            InterpreterFact(version="3.12.4", implementation="cpython", path="/p", source="uv"),
        ),
    )
    return json.dumps(sign.model_dump(mode="json") | values).encode()


async def row(world: World) -> nodes.NodeRow:
    async with world.controller.context.db.read() as tx:
        found = await nodes.get(tx, "local")
    assert found is not None
    return found


async def beat(world: World, data: bytes | None = None) -> None:
    await world.link.publish(heartbeat(world.node), sign_of_life(world) if data is None else data)
    await world.link.flush()


@pytest.fixture
async def impatient(settings: ControllerSettings) -> AsyncIterator[World]:
    """A controller that calls a node offline after a quarter of a second."""
    made = World(settings.model_copy(update={"node_offline_seconds": 0.25}))
    try:
        await made.start()
        await made.ready()
        await made.connect()
        yield made
    finally:
        await made.stop()


async def test_a_sign_of_life_makes_a_node_online_and_tells_what_it_is(world: World) -> None:
    assert (await row(world)).state is NodeState.OFFLINE
    await beat(world)

    async def online() -> nodes.NodeRow | None:
        found = await row(world)
        return found if found.state is NodeState.ONLINE else None

    found = await eventually(online)
    assert found.facts is not None
    facts = Heartbeat.model_validate(found.facts)
    assert (facts.hostname, facts.interpreters[0].version) == ("host-one", "3.12.4")
    assert found.boot == 3
    # The node's own clock may be wrong by years; the controller's counts.
    assert found.last_seen_at is not None
    assert abs((found.last_seen_at - datetime.now(UTC)).total_seconds()) < 60
    assert found.clock_skew_s is not None
    assert found.clock_skew_s < -20 * 365 * 86_400


async def test_a_beat_with_other_gauges_alone_is_no_news_of_the_node(world: World) -> None:
    await beat(world)

    async def load_is(load: float | None) -> nodes.NodeRow | None:
        found = await row(world)
        return found if found.said is not None and found.said.get("load") == load else None

    first = await eventually(lambda: load_is(None))
    await beat(world, sign_of_life(world, load=1.5, disk_free_bytes=1, at="2026-01-01T00:00:00Z"))
    second = await eventually(lambda: load_is(1.5))
    assert (second.facts, second.updated_at) == (first.facts, first.updated_at)
    assert second.said is not None
    assert second.said["disk_free_bytes"] == 1


async def test_a_silent_node_goes_offline_and_comes_back(impatient: World) -> None:
    async def state_is(state: NodeState) -> bool:
        return (await row(impatient)).state is state

    await beat(impatient)
    await eventually(lambda: state_is(NodeState.ONLINE))
    await eventually(lambda: state_is(NodeState.OFFLINE))
    await beat(impatient)
    await eventually(lambda: state_is(NodeState.ONLINE))
    async with impatient.controller.context.db.read() as tx:
        told = [event.code for event in await events.after(tx, 0) if event.code.startswith("node-")]
    assert told[:3] == ["node-online", "node-offline", "node-online"]


async def test_nonsense_is_no_sign_of_life(world: World) -> None:
    other = "0192f0c1-2b3c-7d4e-8f5a-6b7c8d9e0f1a"
    for data in (b"", b"{}", sign_of_life(world, node=other)):
        await beat(world, data)
    environment = await world.create()
    await world.document(environment.id, 1)
    assert (await row(world)).last_seen_at is None


def signed(key: KeyPair, *, age_s: float = 0, path: str = PATH) -> dict[str, str]:
    at = int((time.time() - age_s) * 1000)
    return sign_request(key, "POST", path, EMPTY, at, secrets.token_urlsafe(16))


async def ask(world: World, headers: dict[str, str]) -> nodes.NodeRow:
    return await world.controller.credentials.authenticate(
        headers, method="POST", path_with_query=PATH, body_sha256=EMPTY
    )


async def test_a_signed_request_is_known_by_its_node(world: World) -> None:
    assert (await ask(world, signed(world.key))).id == world.node


async def test_a_request_works_once(world: World) -> None:
    headers = signed(world.key)
    await ask(world, headers)
    with pytest.raises(Unauthenticated) as refused:
        await ask(world, headers)
    assert refused.value.code == "request-replayed"


async def test_requests_that_come_together_are_judged_each_for_itself(world: World) -> None:
    twice = signed(world.key)
    wishes = [
        *(signed(world.key) for _ in range(300)),
        twice,
        signed(KeyPair.generate(Role.USER)),
        twice,
    ]
    found = await asyncio.gather(*(ask(world, each) for each in wishes), return_exceptions=True)
    assert {each.id for each in found if isinstance(each, nodes.NodeRow)} == {world.node}
    refused = [each.code for each in found if isinstance(each, Unauthenticated)]
    assert sorted(refused) == ["node-unknown", "request-replayed"]


async def test_who_gives_up_waiting_keeps_nobody_else(world: World) -> None:
    gone = asyncio.create_task(ask(world, signed(world.key)))
    others = [asyncio.create_task(ask(world, signed(world.key))) for _ in range(3)]
    await asyncio.sleep(0)
    gone.cancel()
    assert {each.id for each in await asyncio.gather(*others)} == {world.node}


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("unsigned", "request-unsigned"),
        ("stranger", "node-unknown"),
        ("other path", "request-forged"),
        ("old", "request-clock-skew"),
        ("future", "request-clock-skew"),
    ],
)
async def test_other_requests_are_refused(world: World, what: str, code: str) -> None:
    headers = {
        "unsigned": {},
        "stranger": signed(KeyPair.generate(Role.USER)),
        "other path": signed(world.key, path="/api/v1/locks"),
        "old": signed(world.key, age_s=CLOCK_SKEW_S + 10),
        "future": signed(world.key, age_s=-CLOCK_SKEW_S - 10),
    }[what]
    with pytest.raises(Unauthenticated) as refused:
        await ask(world, headers)
    assert refused.value.code == code


async def test_registering_again_changes_nothing(world: World) -> None:
    again = await world.controller.credentials.register_local(world.key.public)
    assert again.node == world.node
    assert (await ask(world, signed(world.key))).id == world.node


async def test_a_new_key_shuts_the_old_one_out(world: World) -> None:
    access = world.controller.credentials.issue(await row(world))
    old = UserCredentials(world.key, access.token)
    new = KeyPair.generate(Role.USER)
    renewed = await world.controller.credentials.register_local(new.public)
    assert renewed.node == world.node
    with pytest.raises(Unauthenticated) as unknown:
        await ask(world, signed(world.key))
    assert unknown.value.code == "node-unknown"
    with pytest.raises(Unauthenticated):
        await connect(Target(access.nats_urls, node_inbox(world.node), "old"), old)
    token = world.controller.credentials.issue(await row(world)).token
    fresh = await connect(
        Target(access.nats_urls, node_inbox(world.node), "new"), UserCredentials(new, token)
    )
    await fresh.close()
