"""A virtual environment on a node as a wish: asked for by a signed command, and judged."""

from collections.abc import Sequence

import pytest

from venvoy.bus.connection import Message
from venvoy.controller.context import Actor
from venvoy.domain.errors import Conflict, Forbidden, InvalidInput, NotFound, Unavailable
from venvoy.domain.role import Role
from venvoy.store import nodes
from venvoy.testing.controller import add_actor
from venvoy.testing.world import World
from venvoy.wire.signing import open_document
from venvoy.wire.subjects import command
from venvoy.wire.surveys import SurveyCommand, SurveyedFact, SurveyReply, SurveyWish

PATH = "/srv/venvs/crawler"


@pytest.fixture
async def actor(world: World) -> Actor:
    return await add_actor(world.controller.context, "ada")


async def answering(world: World, reply: SurveyReply) -> list[SurveyCommand]:
    """Answer as an agent does, and keep the commands."""
    commands: list[SurveyCommand] = []

    async def answer(message: Message) -> None:
        assert world._membership is not None
        payload = open_document(world._membership.document_key, message.data)
        commands.append(SurveyCommand.model_validate_json(payload))
        await world.link.publish(message.reply, reply.model_dump_json().encode())

    await world.link.subscribe(command(world.node), answer)
    await world.link.flush()
    ctx = world.controller.context
    async with ctx.db.write() as tx:
        await nodes.set_online(tx, world.node, online=True, now=ctx.clock())
    return commands


def holding(*facts: SurveyedFact, python: str = "3.12.4") -> SurveyReply:
    return SurveyReply(python=python, packages=facts)


async def test_it_is_a_wish_at_the_very_versions(world: World, actor: Actor) -> None:
    await world.create()
    facts: Sequence[SurveyedFact] = (
        SurveyedFact(name="lxml", version="6.0.2"),
        SurveyedFact(name="orders", version="0.1", origin="editable"),
        SurveyedFact(name="pip", version="26.3"),
        SurveyedFact(name="; rm -rf /", version="1"),
        SurveyedFact(name="odd", version="1 && true"),
        SurveyedFact(name="six", version="1.17.0"),
    )
    commands = await answering(world, holding(*facts))
    found = await world.controller.surveys.look(actor, "local", SurveyWish(path=PATH))
    assert (found.python, found.requirements) == ("==3.12.*", ["lxml==6.0.2", "six==1.17.0"])
    assert {each.package: each.reason for each in found.lost} == {
        "orders": "editable",
        "; rm -rf /": "unreadable",
        "odd": "unreadable",
    }
    assert [each.path for each in commands] == [PATH]


@pytest.mark.parametrize(
    ("reply", "kind", "code"),
    [
        (SurveyReply(error="survey-own"), InvalidInput, "survey-own"),
        (SurveyReply(error="a-later-word"), InvalidInput, "survey-unreadable"),
        (holding(SurveyedFact(name="pip", version="26.3")), Conflict, "survey-empty"),
        (
            holding(SurveyedFact(name="six", version="1"), python="x"),
            InvalidInput,
            "survey-no-venv",
        ),
    ],
)
async def test_what_a_node_cannot_tell_is_refused(
    world: World, actor: Actor, reply: SurveyReply, kind: type[Exception], code: str
) -> None:
    await world.create()
    await answering(world, reply)
    with pytest.raises(kind) as refused:
        await world.controller.surveys.look(actor, "local", SurveyWish(path=PATH))
    assert refused.value.code == code  # type: ignore[attr-defined]


async def test_who_does_not_answer_is_named(world: World, actor: Actor) -> None:
    await world.create()
    surveys = world.controller.surveys
    with pytest.raises(Unavailable) as silent:
        await surveys.look(actor, "local", SurveyWish(path=PATH))
    assert silent.value.code == "node-silent"
    with pytest.raises(NotFound):
        await surveys.look(actor, "nowhere", SurveyWish(path=PATH))
    with pytest.raises(InvalidInput):
        await surveys.look(actor, "local", SurveyWish(path="/srv/\x1b[31m"))
    viewer = await add_actor(world.controller.context, "grace", Role.VIEWER)
    with pytest.raises(Forbidden):
        await surveys.look(viewer, "local", SurveyWish(path=PATH))
