"""What differs between revisions, environments, and what a node has."""

from typing import Any

import pytest

from venvoy.controller import comparisons, environments, revisions
from venvoy.controller.context import Actor, Context
from venvoy.controller.observations import Observations
from venvoy.domain.comparison import Kind, Part
from venvoy.domain.errors import InvalidInput, NotFound
from venvoy.store import environments as rows
from venvoy.store import replicas
from venvoy.testing.controller import ScriptedResolver, add_node
from venvoy.wire.comparisons import Comparison
from venvoy.wire.environments import EnvironmentCreate, EnvironmentEdit, PolicyWish
from venvoy.wire.observations import (
    DriftFact,
    ObservedPackage,
    ObservedRequest,
    ReplicaObservation,
)
from venvoy.wire.revisions import TagWish


@pytest.fixture
async def web(
    ctx: Context, actor: Actor, node: str, loop: None, ended: Any, resolver: ScriptedResolver
) -> str:
    """Revision 1 has flask, revision 2 another flask and rich."""
    wish = EnvironmentCreate(name="web", requirements="flask")
    await ended(await environments.create(ctx, actor, wish))
    resolver.versions["flask"] = "2.0"
    await ended(await environments.edit(ctx, actor, "web", EnvironmentEdit(add=["rich"])))
    return "web"


def told(found: Comparison) -> list[tuple[Part, str, Kind]]:
    return [(each.part, each.name, each.kind) for each in found.entries]


async def test_two_revisions_by_number_and_tag(ctx: Context, actor: Actor, web: str) -> None:
    await revisions.tag(ctx, actor, web, "stable", TagWish(revision=1))
    found = await comparisons.compare(ctx, "web@stable", "web")
    assert (found.before.revision, found.before.tags, found.after.revision) == (1, ["stable"], 2)
    assert told(found) == [
        (Part.PACKAGE, "flask", Kind.CHANGED),
        (Part.PACKAGE, "rich", Kind.ADDED),
        (Part.REQUIREMENT, "rich", Kind.ADDED),
    ]
    assert [each.text for each in found.entries[0].before + found.entries[0].after] == [
        "1.0",
        "2.0",
    ]


async def test_the_same_side_twice_differs_in_nothing(ctx: Context, web: str) -> None:
    found = await comparisons.compare(ctx, "web@2", "web@2")
    assert found.entries == []
    everything = await comparisons.compare(ctx, "web@2", "web@2", everything=True)
    assert {each.kind for each in everything.entries} == {Kind.SAME}
    assert found.counts == everything.counts
    assert found.counts[Kind.SAME] == len(everything.entries)


async def test_another_environment_differs_in_its_settings_too(
    ctx: Context, actor: Actor, web: str, ended: Any
) -> None:
    wish = EnvironmentCreate(name="copy", requirements="flask\nrich", policy=PolicyWish(keep=7))
    await ended(await environments.create(ctx, actor, wish))
    found = await comparisons.compare(ctx, "web@2", "copy@1")
    assert told(found) == [(Part.SETTING, "keep", Kind.ADDED)]


async def live(ctx: Context, node: str, number: int) -> str:
    async with ctx.db.write() as tx:
        row = await rows.get(tx, "web")
        assert row is not None
        await replicas.report(
            tx, row.id, node, live_revision=number, python_version="3.12.4", path="/web"
        )
    return row.id


async def holds(
    ctx: Context, node: str, environment: str, *packages: ObservedPackage, **fields: Any
) -> None:
    seen = {"sequence": 1, "revision": 2, **fields}
    told_ = ReplicaObservation(environment=environment, packages=packages, **seen)
    await Observations(ctx).answer(node, ObservedRequest(told=told_).model_dump_json().encode())


async def test_a_node_that_has_not_told_has_what_it_should(
    ctx: Context, node: str, web: str
) -> None:
    with pytest.raises(NotFound) as nothing:
        await comparisons.compare(ctx, "web@node:local", "web")
    assert (nothing.value.code, nothing.value.params["node"]) == ("nothing-live", "local")
    environment = await live(ctx, node, 1)
    await holds(ctx, node, environment, ObservedPackage(name="six", version="1"), revision=7)
    found = await comparisons.compare(ctx, "web@node:local", "web")
    assert (found.before.node, found.before.revision, found.after.revision) == ("local", 1, 2)
    assert found.before.observed_at is None, "what it told is of another revision"
    assert (Part.PACKAGE, "rich", Kind.ADDED) in told(found)


async def test_a_node_differs_from_what_is_wanted_by_what_was_done_by_hand(
    ctx: Context, node: str, web: str
) -> None:
    environment = await live(ctx, node, 2)
    pip = ObservedPackage(name="pip", version="25.0", installer="uv")
    flask = ObservedPackage(name="flask", version="2.0", installer="uv")
    await holds(ctx, node, environment, pip, flask, ObservedPackage(name="rich", version="1.0"))
    found = await comparisons.compare(ctx, "web", "web@node:local")
    assert found.after.observed_at == ctx.clock()
    assert found.entries == [], "pip is there for everybody"
    mine = ObservedPackage(name="mine", version="0.1", editable=True, origin="editable")
    newer = pip.model_copy(update={"version": "26.0"})
    changed = DriftFact(kind="other-version", package="pip", wanted="25.0", found="26.0")
    await holds(
        ctx,
        node,
        environment,
        newer,
        flask,
        mine,
        sequence=2,
        findings=(changed,),
        findings_total=1,
    )
    found = await comparisons.compare(ctx, "web", "web@node:local")
    assert told(found) == [
        (Part.PACKAGE, "mine", Kind.ADDED),
        (Part.PACKAGE, "pip", Kind.ADDED),
        (Part.PACKAGE, "rich", Kind.REMOVED),
    ]
    assert found.entries[0].after[0].origin == "editable"


async def test_two_nodes_differ_by_what_each_holds(ctx: Context, node: str, web: str) -> None:
    environment = await live(ctx, node, 2)
    other = await add_node(ctx, "other", ("3.12.4",))
    async with ctx.db.write() as tx:
        row = await replicas.get(tx, environment, node)
        assert row is not None
        await replicas.set_goals(tx, environment, {other: row.goal})
    await live(ctx, other, 2)
    flask = ObservedPackage(name="flask", version="2.0")
    await holds(ctx, node, environment, flask)
    await holds(ctx, other, environment, flask.model_copy(update={"version": "2.1"}))
    found = await comparisons.compare(ctx, "web@node:local", "web@node:other")
    assert told(found) == [(Part.PACKAGE, "flask", Kind.CHANGED)]
    (change,) = found.entries
    assert [each.text for each in change.before + change.after] == ["2.0", "2.1"]


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ("nosuch@1", "environment-not-found"),
        ("web@9", "revision-not-found"),
        ("web@nosuch", "tag-not-found"),
        ("web@node:nosuch", "node-not-found"),
        ("web@node:idle", "nothing-live"),
        ("web@", "side-invalid"),
    ],
)
async def test_a_bad_side_is_named_on_either_side(
    ctx: Context, web: str, bad: str, code: str
) -> None:
    await add_node(ctx, "idle", ("3.12.4",))
    for pair in ((bad, "web"), ("web", bad)):
        with pytest.raises((NotFound, InvalidInput)) as refused:
            await comparisons.compare(ctx, *pair)
        assert refused.value.code == code
