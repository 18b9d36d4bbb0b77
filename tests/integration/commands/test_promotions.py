"""A tested lock goes to another environment unchanged, and nothing is resolved for it."""

from typing import Any

import pytest

from venvoy.controller import environments, plans, queries, revisions
from venvoy.controller.context import Actor, Context
from venvoy.domain.errors import Conflict, Forbidden, InvalidInput, NotFound, StaleVersion
from venvoy.domain.lock import LockedFile
from venvoy.domain.role import Role
from venvoy.domain.state import OperationState
from venvoy.store import audit, replicas
from venvoy.store.pages import Paging
from venvoy.testing.controller import ScriptedResolver, add_actor, add_node
from venvoy.wire.environments import EnvironmentCreate, EnvironmentEdit, PlacementWish
from venvoy.wire.plans import EnvironmentPlan
from venvoy.wire.revisions import TagWish


@pytest.fixture
async def web(ctx: Context, actor: Actor, node: str, loop: None, ended: Any) -> str:
    """Revision 1 has flask and the tag `stable`, revision 2 has rich beside it."""
    wish = EnvironmentCreate(name="web", requirements="flask", python="3.12")
    await ended(await environments.create(ctx, actor, wish))
    await revisions.tag(ctx, actor, "web", "stable", TagWish(revision=1))
    await ended(await environments.edit(ctx, actor, "web", EnvironmentEdit(add=["rich"])))
    return "web"


@pytest.fixture
async def live(ctx: Context, actor: Actor, web: str, ended: Any) -> str:
    """Another environment with a revision of its own."""
    wish = EnvironmentCreate(name="live", requirements="django")
    await ended(await environments.create(ctx, actor, wish))
    return "live"


async def digest(ctx: Context, name: str, number: int) -> str:
    return (await queries.show_revision(ctx, name, number)).lock_digest


async def test_a_new_environment_has_the_very_same_lock(
    ctx: Context, actor: Actor, node: str, web: str, resolver: ScriptedResolver, ended: Any
) -> None:
    resolver.versions["flask"] = "9.9"
    before = len(resolver.requests)
    wish = EnvironmentCreate(name="live", source="web@stable")
    done = await ended(await environments.create(ctx, actor, wish))
    assert done.state is OperationState.SUCCEEDED
    shown = await queries.show_environment(ctx, "live")
    assert (shown.revision, shown.requirements, shown.python) == (1, ["flask"], "==3.12.*")
    assert await digest(ctx, "live", 1) == await digest(ctx, "web", 1)
    assert (await queries.show_revision(ctx, "live", 1)).message == "← web@1"
    assert len(resolver.requests) == before
    async with ctx.db.read() as tx:
        documents = await replicas.desired_of_node(tx, node)
        entries, _ = await audit.list_page(tx, Paging(), action="environment-created")
    assert len(documents) == 2
    assert (entries[0].after or {})["source"] == "web@1"


async def test_an_edit_takes_it_in_the_place_of_its_own(
    ctx: Context, actor: Actor, web: str, live: str, resolver: ScriptedResolver, ended: Any
) -> None:
    before = len(resolver.requests)
    change = EnvironmentEdit(source="web@2", message="tested on Monday", title="Live")
    await ended(await environments.edit(ctx, actor, live, change))
    shown = await queries.show_environment(ctx, live)
    assert (shown.revision, shown.title, shown.requirements) == (2, "Live", ["flask", "rich"])
    assert await digest(ctx, live, 2) == await digest(ctx, web, 2)
    assert (await queries.show_revision(ctx, live, 2)).message == "tested on Monday ← web@2"
    assert len(resolver.requests) == before
    again = EnvironmentEdit(source="web@2")
    await ended(await environments.edit(ctx, actor, live, again))
    assert (await queries.show_environment(ctx, live)).revision == 2


async def test_a_longest_message_keeps_where_it_came_from(
    ctx: Context, actor: Actor, web: str, live: str, ended: Any
) -> None:
    change = EnvironmentEdit(source="web", message="x" * 500)
    await ended(await environments.edit(ctx, actor, live, change))
    message = (await queries.show_revision(ctx, live, 2)).message
    assert len(message) == 500
    assert message.endswith(" ← web@2")


async def test_it_takes_the_place_of_a_resolution_that_is_under_way(
    ctx: Context, actor: Actor, web: str, live: str, resolver: ScriptedResolver, ended: Any
) -> None:
    resolver.gate.clear()
    slow = await environments.edit(
        ctx, actor, live, EnvironmentEdit(add=["slow"], labels={"team": "data"})
    )
    assert slow is not None
    await ended(await environments.edit(ctx, actor, live, EnvironmentEdit(source="web@1")))
    resolver.gate.set()
    assert (await ended(slow)).state is OperationState.CANCELLED
    shown = await queries.show_environment(ctx, live)
    assert (shown.requirements, shown.labels) == (["flask"], {"team": "data"})


async def test_a_node_that_the_lock_does_not_hold_for_is_named(
    ctx: Context, actor: Actor, web: str, live: str, resolver: ScriptedResolver, ended: Any
) -> None:
    wheel = LockedFile("binary-1.0-cp312-cp312-win_amd64.whl", "0" * 64, 1_000)
    resolver.wheels["binary"] = wheel
    await ended(await environments.edit(ctx, actor, web, EnvironmentEdit(add=["binary"])))
    for ask in (
        environments.edit(ctx, actor, live, EnvironmentEdit(source="web@3")),
        environments.create(ctx, actor, EnvironmentCreate(name="new", source="web@3")),
    ):
        with pytest.raises(InvalidInput) as refused:
            await ask
        assert refused.value.code == "promotion-lacks"
        assert refused.value.params["node"] == "local"
        assert refused.value.params["packages"] == ["binary 1.0"]
    assert (await queries.show_environment(ctx, live)).revision == 1


async def test_where_it_is_to_go_is_what_it_must_hold_for(
    ctx: Context, actor: Actor, web: str, live: str, ended: Any
) -> None:
    await add_node(ctx, "second", ("3.12.4",))
    change = EnvironmentEdit(source="web@1", placement=PlacementWish(nodes=["second"]))
    await ended(await environments.edit(ctx, actor, live, change))
    shown = await queries.show_environment(ctx, live)
    assert shown.placement.nodes == ["second"]


@pytest.mark.parametrize(
    "other",
    [
        {"requirements": "x"},
        {"add": ["x"]},
        {"drop": ["django"]},
        {"python": "3.12"},
        {"python_for": []},
        {"platforms": []},
        {"plan": "p"},
    ],
)
async def test_both_at_once_is_refused(
    ctx: Context, actor: Actor, web: str, live: str, other: dict[str, Any]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await environments.edit(ctx, actor, live, EnvironmentEdit(source="web@1", **other))
    assert refused.value.code in {"promotion-with-changes", "plan-with-changes"}


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("nosuch@1", "environment-not-found"),
        ("web@9", "revision-not-found"),
        ("web@nosuch", "tag-not-found"),
        ("web@node:local", "promotion-of-node"),
        ("web@", "side-invalid"),
    ],
)
async def test_a_bad_source_makes_nothing(
    ctx: Context, actor: Actor, web: str, source: str, code: str
) -> None:
    with pytest.raises((NotFound, InvalidInput)) as refused:
        await environments.create(ctx, actor, EnvironmentCreate(name="new", source=source))
    assert refused.value.code == code
    with pytest.raises(NotFound):
        await queries.show_environment(ctx, "new")


async def test_it_is_an_edit_like_any_other(
    ctx: Context, actor: Actor, web: str, live: str
) -> None:
    viewer = await add_actor(ctx, "eve", Role.VIEWER)
    with pytest.raises(Forbidden):
        await environments.edit(ctx, viewer, live, EnvironmentEdit(source="web@1"))
    with pytest.raises(StaleVersion):
        await environments.edit(ctx, actor, live, EnvironmentEdit(source="web@1"), "0")
    with pytest.raises(Conflict) as taken:
        await environments.create(ctx, actor, EnvironmentCreate(name=live, source="web@1"))
    assert taken.value.code == "environment-exists"
    wish = EnvironmentCreate(name="new", source="web@1", requirements="x")
    with pytest.raises(InvalidInput) as both:
        await environments.create(ctx, actor, wish)
    assert both.value.code == "promotion-with-changes"


async def test_a_plan_shows_it_and_is_made_as_it_was_shown(
    ctx: Context, actor: Actor, web: str, live: str, resolver: ScriptedResolver, ended: Any
) -> None:
    before = len(resolver.requests)
    wish = EnvironmentPlan(source="web@stable", title="Live")
    shown = await plans.plan(ctx, actor, live, wish)
    assert (shown.source, shown.revises) == ("web@1", True)
    assert shown.lock_digest == await digest(ctx, web, 1)
    assert "requirements: + flask" in shown.changed
    assert (await queries.show_environment(ctx, live)).revision == 1
    made = EnvironmentEdit(plan=shown.id, message="tested on Monday")
    await ended(await environments.edit(ctx, actor, live, made, shown.base_version))
    after = await queries.show_environment(ctx, live)
    assert (after.revision, after.title, after.requirements) == (2, "Live", ["flask"])
    assert await digest(ctx, live, 2) == await digest(ctx, web, 1)
    assert (await queries.show_revision(ctx, live, 2)).message == "tested on Monday ← web@1"
    assert len(resolver.requests) == before
    async with ctx.db.read() as tx:
        entries, _ = await audit.list_page(tx, Paging(), action="environment-edited")
    assert (entries[0].after or {})["source"] == "web@1"


@pytest.mark.parametrize(
    "more", [{"add": ["rich"]}, {"python": "3.13"}, {"upgrade": {"packages": []}}]
)
async def test_a_plan_of_it_changes_nothing_beside(
    ctx: Context, actor: Actor, web: str, live: str, more: dict[str, Any]
) -> None:
    wish = EnvironmentPlan.model_validate({"source": "web@1", **more})
    with pytest.raises(InvalidInput) as refused:
        await plans.plan(ctx, actor, live, wish)
    assert refused.value.code == "promotion-with-changes"
