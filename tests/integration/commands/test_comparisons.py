"""What differs between revisions, environments, and what a node has."""

from typing import Any

import pytest

from venvoy.controller import comparisons, environments, revisions
from venvoy.controller.context import Actor, Context
from venvoy.domain.comparison import Kind, Part
from venvoy.domain.errors import InvalidInput, NotFound
from venvoy.store import environments as rows
from venvoy.store import replicas
from venvoy.testing.controller import ScriptedResolver, add_node
from venvoy.wire.comparisons import Comparison
from venvoy.wire.environments import EnvironmentCreate, EnvironmentEdit, PolicyWish
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


async def test_a_node_has_what_it_reported_as_live(ctx: Context, node: str, web: str) -> None:
    with pytest.raises(NotFound) as nothing:
        await comparisons.compare(ctx, "web@node:local", "web")
    assert (nothing.value.code, nothing.value.params["node"]) == ("nothing-live", "local")
    async with ctx.db.write() as tx:
        row = await rows.get(tx, web)
        assert row is not None
        await replicas.report(tx, row.id, node, live_revision=1)
    found = await comparisons.compare(ctx, "web@node:local", "web")
    assert (found.before.node, found.before.revision, found.after.revision) == ("local", 1, 2)
    assert (Part.PACKAGE, "rich", Kind.ADDED) in told(found)


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
