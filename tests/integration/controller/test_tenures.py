"""A copy of a node is turned away, whichever way it comes, and its original is not."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from venvoy.bus.client import Link
from venvoy.bus.connection import Message
from venvoy.config import ControllerSettings
from venvoy.controller import inventory
from venvoy.domain.errors import Conflict
from venvoy.store import audit, nodes
from venvoy.store.node_lists import Filter
from venvoy.store.pages import Paging
from venvoy.testing.world import World, eventually
from venvoy.wire.messages import Heartbeat
from venvoy.wire.nodes import Node
from venvoy.wire.subjects import heartbeat, presence
from venvoy.wire.tenure import Presence, TenureClaim


def claim(instance: str, *lineage: str, host: str = "one") -> TenureClaim:
    return TenureClaim(instance=instance, lineage=lineage, hostname=host)


def run() -> str:
    return str(uuid.uuid4())


async def local(world: World) -> nodes.NodeRow:
    async with world.controller.context.db.read() as tx:
        found = await nodes.get(tx, "local")
    assert found is not None
    return found


async def ask(world: World, wish: TenureClaim | None, address: str = "10.0.0.1") -> None:
    await world.controller.tenures.claim(await local(world), wish, address)


async def refused(world: World, wish: TenureClaim, address: str = "10.0.0.2") -> Conflict:
    with pytest.raises(Conflict) as caught:
        await ask(world, wish, address)
    assert caught.value.code == "node-cloned"
    return caught.value


async def shown(world: World) -> Node:
    return await inventory.show_node(world.controller.context, "local")


@pytest.fixture
async def impatient(settings: ControllerSettings) -> AsyncIterator[World]:
    """A controller for which a third of a second is long."""
    made = World(settings.model_copy(update={"node_offline_seconds": 0.3}))
    try:
        await made.start()
        await made.ready()
        await made.connect()
        yield made
    finally:
        await made.stop()


@asynccontextmanager
async def living(link: Link, node: str, instance: str) -> AsyncIterator[None]:
    """A run that answers when it is asked whether it lives."""

    async def answer(message: Message) -> None:
        await link.publish(message.reply, Presence(instance=instance).model_dump_json().encode())

    subscription = await link.subscribe(presence(node), answer)
    yield
    await link.unsubscribe(subscription)


async def test_a_restart_acts_at_once_and_a_copy_is_turned_away_and_shown(world: World) -> None:
    first, second, copy = run(), run(), run()
    await ask(world, claim(first))
    await ask(world, claim(first))
    async with living(world.link, world.node, first):
        # Of the image of a machine that runs, and of one of before.
        for wish in (claim(copy, first, host="two"), claim(run(), run(), host="two")):
            error = await refused(world, wish)
            assert error.params["host"] == "one"
            assert error.params["address"] == "10.0.0.1"
        await refused(world, claim(run(), copy, first, host="two"))
        await ask(world, claim(first))
    clone = (await shown(world)).clone
    assert clone is not None
    assert (clone.hostname, clone.address) == ("two", "10.0.0.2")
    assert (clone.holder_hostname, clone.holder_address) == ("one", "10.0.0.1")
    # Turned away once, it is a copy also while its original is started anew.
    await refused(world, claim(copy, first, host="two"))
    await ask(world, claim(second, first))
    async with world.controller.context.db.read() as tx:
        entries, _ = await audit.list_page(tx, Paging(), action="node-cloned")
    assert [entry.after for entry in entries] == [
        {
            "host": "two",
            "address": "10.0.0.2",
            "holder_host": "one",
            "holder_address": "10.0.0.1",
        }
    ]


async def test_a_copy_takes_over_once_its_original_is_silent(impatient: World) -> None:
    world = impatient
    original, copy = run(), run()
    await ask(world, claim(original))

    async def taken() -> bool:
        with suppress(Conflict):
            await ask(world, claim(copy))
            return True
        return False

    async with living(world.link, world.node, original):
        for _ in range(10):
            assert not await taken()
            await asyncio.sleep(0.05)
    assert await eventually(taken)
    # Now it is the original that comes second.
    async with living(world.link, world.node, copy):
        await refused(world, claim(original))


async def test_a_copy_takes_nobody_out_of_the_fleet(world: World) -> None:
    original = run()
    await ask(world, claim(original))
    tenures, node = world.controller.tenures, await local(world)
    async with living(world.link, world.node, original):
        with pytest.raises(Conflict):
            await tenures.may_leave(node, claim(run(), original))
    with pytest.raises(Conflict):
        await tenures.may_leave(node, claim(run()))
    await tenures.may_leave(node, claim(run(), original))
    await tenures.may_leave(node, None)


async def test_agents_that_say_nothing_of_their_run_are_not_judged(world: World) -> None:
    await ask(world, claim(run()))
    await ask(world, None)
    await ask(world, None)


async def test_a_frozen_run_that_wakes_up_loses_its_connection(world: World) -> None:
    frozen, acting = run(), run()
    await ask(world, claim(frozen))
    await ask(world, claim(acting, frozen))
    beats = {each: sign(world.node, each) for each in (frozen, acting)}
    await world.link.publish(heartbeat(world.node), beats[acting])

    async def online() -> bool:
        return (await local(world)).online

    assert await eventually(online)
    before, generation = (await local(world)).last_seen_at, world.link.generation
    await world.link.publish(heartbeat(world.node), beats[frozen])
    await world.link.flush()
    await asyncio.sleep(0.6)
    # What was under way when the other one ended proves nothing.
    assert world.link.generation == generation
    assert (await local(world)).last_seen_at == before

    async def parted() -> bool:
        with suppress(Exception):
            await world.link.publish(heartbeat(world.node), beats[frozen])
        await asyncio.sleep(0.3)
        return world.link.generation > generation

    assert await eventually(parted)


def sign(node: str, instance: str) -> bytes:
    beat = Heartbeat.model_validate(
        {
            "node": node,
            "at": "2026-01-01T00:00:00Z",
            "boot": 1,
            "agent_version": "0.1.0",
            "uv_version": "0.9.0",
            "platform": "linux-x86_64",
            "hostname": "one",
            "cpus": 2,
            "memory_bytes": 2**33,
            "disk_free_bytes": 2**30,
            "disk_total_bytes": 2**34,
            "instance": instance,
        }
    )
    return beat.model_dump_json().encode()


async def test_nothing_is_said_of_a_copy_that_has_gone(world: World) -> None:
    assert (await shown(world)).clone is None
    page = await inventory.list_nodes(world.controller.context, Paging(limit=10), Filter())
    assert [node.clone for node in page.items] == [None]
