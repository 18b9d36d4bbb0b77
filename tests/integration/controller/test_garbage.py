"""Garbage on nodes: asked for by signed commands, told, noted; who is away is named."""

import pytest
from sqlalchemy import select

from venvoy.bus.connection import Message
from venvoy.controller.context import Actor
from venvoy.domain.errors import Forbidden, NotFound
from venvoy.domain.role import Role
from venvoy.store import nodes, tables
from venvoy.testing.controller import add_actor, add_node
from venvoy.testing.world import World
from venvoy.wire.collections import (
    CollectCommand,
    CollectedPrefix,
    CollectionWish,
    CollectReply,
    PrefixFact,
)
from venvoy.wire.signing import open_document
from venvoy.wire.subjects import command


@pytest.fixture
async def actor(world: World) -> Actor:
    return await add_actor(world.controller.context, "ada")


async def answering(world: World, environment: str) -> list[CollectCommand]:
    """Answer as an agent does, and keep the commands."""
    commands: list[CollectCommand] = []

    async def answer(message: Message) -> None:
        assert world._membership is not None
        payload = open_document(world._membership.document_key, message.data)
        commands.append(CollectCommand.model_validate_json(payload))
        facts = (
            PrefixFact(environment=environment, build="b", revision=1, fate="free", own_bytes=70),
            PrefixFact(environment=environment, build="b", revision=2, fate="free"),
            PrefixFact(environment=environment, build="b", revision=3, fate="in-use", processes=2),
            PrefixFact(environment=environment, build="b", revision=4, fate="a-later-word"),
        )
        reply = CollectReply(prefixes=facts, total=4).model_dump_json().encode()
        await world.link.publish(message.reply, reply)

    await world.link.subscribe(command(world.node), answer)
    await world.link.flush()
    return commands


async def seen(world: World, node: str, *, online: bool = True) -> None:
    ctx = world.controller.context
    async with ctx.db.write() as tx:
        await nodes.set_online(tx, node, online=online, now=ctx.clock())


async def noted(world: World) -> list[tuple[str, str]]:
    async with world.controller.context.db.read() as tx:
        rows = await tx.all(select(tables.audit.c.action, tables.audit.c.subject_name))
    return [(row.action, row.subject_name) for row in rows if row.action == "node-collected"]


async def test_a_preview_is_told_and_not_noted_and_a_collection_is(
    world: World, actor: Actor
) -> None:
    environment = (await world.create()).id
    commands = await answering(world, environment)
    await seen(world, world.node)
    garbage = world.controller.garbage
    found = await garbage.collect(actor, CollectionWish(nodes=["local", "local"], preview=True))
    (told,) = found.items
    assert (told.node, told.answered, told.free, told.free_bytes) == ("local", True, 2, 70)
    assert told.prefixes[2] == CollectedPrefix(
        environment="web", build="b", revision=3, fate="in-use", processes=2
    )
    assert (found.preview, await noted(world)) == (True, [])
    await garbage.collect(actor, CollectionWish(nodes=["local"]))
    assert await noted(world) == [("node-collected", "local")]
    assert [each.preview for each in commands] == [True, False]


async def test_who_is_offline_is_named_and_not_asked(world: World, actor: Actor) -> None:
    commands = await answering(world, (await world.create()).id)
    away = await add_node(world.controller.context, "away")
    await seen(world, away, online=False)
    await seen(world, world.node)
    wish = CollectionWish(nodes=["local", "away"])
    found = (await world.controller.garbage.collect(actor, wish)).items
    assert [(each.node, each.answered) for each in found] == [("away", False), ("local", True)]
    assert len(commands) == 1
    assert await noted(world) == [("node-collected", "local")]


async def test_an_older_agent_that_does_not_listen_costs_no_wait(
    world: World, actor: Actor
) -> None:
    await seen(world, world.node)
    (told,) = (await world.controller.garbage.collect(actor, CollectionWish(nodes=["local"]))).items
    assert not told.answered


async def test_who_may_not_and_what_is_not_there_is_refused(world: World, actor: Actor) -> None:
    garbage = world.controller.garbage
    with pytest.raises(NotFound) as refused:
        await garbage.collect(actor, CollectionWish(nodes=["nowhere"]))
    assert refused.value.code == "node-not-found"
    viewer = await add_actor(world.controller.context, "grace", Role.VIEWER)
    with pytest.raises(Forbidden):
        await garbage.collect(viewer, CollectionWish(nodes=["local"], preview=True))
