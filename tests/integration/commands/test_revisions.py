"""Going back to a revision, and naming revisions."""

from typing import Any

import pytest

from venvoy.controller import environments, operations, queries, revisions
from venvoy.controller.context import Actor, Context
from venvoy.domain.errors import Conflict, Forbidden, InvalidInput, NotFound, StaleVersion
from venvoy.domain.role import Role
from venvoy.domain.state import OperationState
from venvoy.store import audit, events, replicas
from venvoy.store.pages import Paging
from venvoy.testing.controller import add_actor, add_node
from venvoy.wire.environments import EnvironmentCreate, EnvironmentEdit, Revision
from venvoy.wire.revisions import RollbackWish, TagWish


@pytest.fixture
async def web(ctx: Context, actor: Actor, node: str, loop: None, ended: Any) -> str:
    """The name of an environment with three revisions."""
    wish = EnvironmentCreate(name="web", requirements="flask")
    await ended(await environments.create(ctx, actor, wish))
    for requirement in ("requests", "rich"):
        await ended(await environments.edit(ctx, actor, "web", EnvironmentEdit(add=[requirement])))
    return "web"


async def listed(ctx: Context, name: str = "web") -> list[Revision]:
    return (await queries.list_revisions(ctx, name, Paging())).items


async def desired(ctx: Context, node: str) -> tuple[int | None, int]:
    async with ctx.db.read() as tx:
        (document,) = await replicas.desired_of_node(tx, node)
    return document.revision, document.generation


async def test_a_rollback_is_a_new_wish_for_an_old_revision(
    ctx: Context, other: Actor, node: str, web: str
) -> None:
    before = await queries.show_environment(ctx, web)
    await revisions.roll_back(ctx, other, web, RollbackWish(to="1", message="too hungry"))
    after = await queries.show_environment(ctx, web)
    assert (before.revision, after.revision, after.requirements) == (3, 1, ["flask"])
    assert await desired(ctx, node) == (1, 4)
    assert [each.number for each in await listed(ctx)] == [3, 2, 1]
    async with ctx.db.read() as tx:
        (entry, *_), _ = await audit.list_page(tx, Paging())
        last = [row for row in await events.after(tx, 0) if row.code == "environment-rolled-back"]
    assert (entry.action, entry.username) == ("environment-rolled-back", "grace")
    assert (entry.before or {})["revision"] == 3
    assert (entry.after or {})["message"] == "too hungry"
    assert last[-1].params["revision"] == 1


async def test_an_edit_after_a_rollback_starts_from_it_and_gets_a_number_of_its_own(
    ctx: Context, actor: Actor, node: str, web: str, ended: Any
) -> None:
    await revisions.roll_back(ctx, actor, web, RollbackWish(to="1"))
    await ended(await environments.edit(ctx, actor, web, EnvironmentEdit(add=["attrs"])))
    shown = await queries.show_environment(ctx, web)
    assert (shown.revision, shown.requirements) == (4, ["attrs", "flask"])
    await revisions.roll_back(ctx, actor, web, RollbackWish(to="3"))
    assert (await desired(ctx, node))[0] == 3


async def test_what_comes_to_a_node_later_is_the_one_gone_back_to(
    ctx: Context, actor: Actor, web: str, loop: None
) -> None:
    await revisions.roll_back(ctx, actor, web, RollbackWish(to="2"))
    beta = await add_node(ctx, name="beta")
    await environments.edit(
        ctx, actor, web, EnvironmentEdit.model_validate({"placement": {"nodes": ["beta"]}})
    )
    assert (await desired(ctx, beta))[0] == 2


async def test_a_resolution_under_way_is_ended_by_going_back(
    ctx: Context, actor: Actor, web: str, resolver: Any
) -> None:
    resolver.gate.clear()
    try:
        asked = await environments.edit(ctx, actor, web, EnvironmentEdit(add=["attrs"]))
        # Also to where it is: that is what was wanted before the edit.
        await revisions.roll_back(ctx, actor, web, RollbackWish(to="3"))
    finally:
        resolver.gate.set()
    ended = await queries.show_operation(ctx, asked or "")
    assert ended.state is OperationState.CANCELLED
    assert ended.cause is not None
    assert ended.cause.code == "rolled-back"
    shown = await queries.show_environment(ctx, web)
    assert (shown.revision, "attrs" in shown.requirements) == (3, False)


@pytest.mark.parametrize(
    ("to", "kind", "code"),
    [
        ("9", NotFound, "revision-not-found"),
        ("0", NotFound, "revision-not-found"),
        ("3", Conflict, "rollback-live"),
        ("nowhere", NotFound, "tag-not-found"),
        ("two words", InvalidInput, "tag-invalid"),
    ],
)
async def test_a_rollback_that_leads_nowhere_changes_nothing(
    ctx: Context, actor: Actor, node: str, web: str, to: str, kind: type[Exception], code: str
) -> None:
    before = await queries.show_environment(ctx, web)
    with pytest.raises(kind, match=code):
        await revisions.roll_back(ctx, actor, web, RollbackWish(to=to))
    assert await queries.show_environment(ctx, web) == before
    assert await desired(ctx, node) == (3, 3)


async def test_a_rollback_from_an_old_page_is_refused_with_what_changed(
    ctx: Context, actor: Actor, other: Actor, web: str
) -> None:
    version = (await queries.show_environment(ctx, web)).version
    await environments.edit(ctx, other, web, EnvironmentEdit(title="T"))
    with pytest.raises(StaleVersion) as refused:
        await revisions.roll_back(ctx, actor, web, RollbackWish(to="1"), f'"{version}"')
    assert refused.value.params["by"] == ["grace"]


async def test_a_tag_names_a_revision_and_moves_only_on_purpose(
    ctx: Context, actor: Actor, web: str
) -> None:
    await revisions.tag(ctx, actor, web, "stable", TagWish(revision=1))
    await revisions.tag(ctx, actor, web, "stable", TagWish(revision=1))
    await revisions.tag(ctx, actor, web, "a.b-c_1", TagWish(revision=1))
    with pytest.raises(Conflict) as refused:
        await revisions.tag(ctx, actor, web, "stable", TagWish(revision=2))
    assert refused.value.params == {"name": "web", "tag": "stable", "number": 1}
    assert [each.tags for each in await listed(ctx)] == [[], [], ["a.b-c_1", "stable"]]
    await revisions.tag(ctx, actor, web, "stable", TagWish(revision=2, move=True))
    assert [each.tags for each in await listed(ctx)] == [[], ["stable"], ["a.b-c_1"]]
    await revisions.roll_back(ctx, actor, web, RollbackWish(to="stable"))
    assert (await queries.show_environment(ctx, web)).revision == 2
    await revisions.untag(ctx, actor, web, "stable")
    with pytest.raises(NotFound, match="tag-not-found"):
        await revisions.untag(ctx, actor, web, "stable")
    async with ctx.db.read() as tx:
        rows, _ = await audit.list_page(tx, Paging())
    said = [row.action for row in rows if "tag" in row.action]
    assert said == ["environment-untagged", *["environment-tagged"] * 3]


async def test_nodes_are_told_which_locks_have_a_name(
    ctx: Context, actor: Actor, node: str, web: str
) -> None:
    async def told() -> tuple[dict[str, Any], int]:
        async with ctx.db.read() as tx:
            (document,) = await replicas.desired_of_node(tx, node)
        return document.settings, document.generation

    assert await told() == ({}, 3)
    digest = (await queries.show_revision(ctx, web, 1)).lock_digest
    await revisions.tag(ctx, actor, web, "stable", TagWish(revision=1))
    assert await told() == ({"tagged": [digest]}, 4)
    await revisions.tag(ctx, actor, web, "stable", TagWish(revision=1))
    await revisions.tag(ctx, actor, web, "good", TagWish(revision=1))
    await revisions.untag(ctx, actor, web, "stable")
    assert await told() == ({"tagged": [digest]}, 4)
    await revisions.untag(ctx, actor, web, "good")
    assert await told() == ({}, 5)


async def test_tags_are_an_environments_own(
    ctx: Context, actor: Actor, web: str, ended: Any
) -> None:
    await ended(
        await environments.create(ctx, actor, EnvironmentCreate(name="two", requirements="flask"))
    )
    await revisions.tag(ctx, actor, web, "stable", TagWish(revision=1))
    with pytest.raises(NotFound, match="tag-not-found"):
        await revisions.roll_back(ctx, actor, "two", RollbackWish(to="stable"))
    with pytest.raises(NotFound, match="revision-not-found"):
        await revisions.tag(ctx, actor, "two", "stable", TagWish(revision=2))
    with pytest.raises(NotFound, match="environment-not-found"):
        await revisions.tag(ctx, actor, "three", "stable", TagWish(revision=1))


async def test_viewers_neither_tag_nor_go_back(ctx: Context, web: str) -> None:
    viewer = await add_actor(ctx, "vera", role=Role.VIEWER)
    with pytest.raises(Forbidden):
        await revisions.roll_back(ctx, viewer, web, RollbackWish(to="1"))
    with pytest.raises(Forbidden):
        await revisions.tag(ctx, viewer, web, "stable", TagWish(revision=1))
    with pytest.raises(Forbidden):
        await revisions.untag(ctx, viewer, web, "stable")


async def test_a_failed_build_is_not_tried_again_behind_a_rollback(
    ctx: Context, actor: Actor, web: str
) -> None:
    stale = (await queries.show_environment(ctx, web)).replicas[0].operation
    await revisions.roll_back(ctx, actor, web, RollbackWish(to="1"))
    with pytest.raises(Conflict):
        await operations.retry(ctx, actor, stale or "")
