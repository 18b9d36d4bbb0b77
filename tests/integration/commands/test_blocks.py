"""Blocked releases: who may block, where they are, and what does not go out any more."""

from typing import Any

import pytest

from venvoy.controller import blocks, environments, plans, queries, revisions
from venvoy.controller.context import Actor, Context
from venvoy.domain.block import Block
from venvoy.domain.errors import Conflict, Forbidden, InvalidInput, NotFound
from venvoy.domain.role import Role
from venvoy.domain.state import OperationState
from venvoy.store import audit, events
from venvoy.store.pages import Paging
from venvoy.testing.controller import ScriptedResolver, add_actor
from venvoy.wire.blocks import BlockedRelease, BlockWish
from venvoy.wire.environments import EnvironmentCreate, EnvironmentEdit, EnvironmentUpgrade
from venvoy.wire.find import FoundTotals
from venvoy.wire.plans import EnvironmentPlan
from venvoy.wire.revisions import RollbackWish


@pytest.fixture
async def admin(ctx: Context) -> Actor:
    return await add_actor(ctx, "root", Role.ADMIN)


@pytest.fixture
async def web(
    ctx: Context, actor: Actor, node: str, resolver: ScriptedResolver, loop: None, ended: Any
) -> str:
    """Revision 1 has six 1.0, revision 2 has six 2.0."""
    await ended(
        await environments.create(ctx, actor, EnvironmentCreate(name="web", requirements="six"))
    )
    resolver.versions["six"] = "2.0"
    wish = EnvironmentUpgrade(packages=["six"])
    await ended(await environments.upgrade(ctx, actor, "web", wish))
    return "web"


async def block(ctx: Context, admin: Actor, release: str) -> BlockedRelease:
    return await blocks.add(ctx, admin, BlockWish(release=release, reason="steals keys"))


async def refused(work: Any) -> Conflict:
    with pytest.raises(Conflict) as caught:
        await work
    assert caught.value.code == "release-blocked"
    return caught.value


async def test_a_block_says_where_its_release_is_already(
    ctx: Context, admin: Actor, web: str
) -> None:
    made = await block(ctx, admin, "Six<2")
    assert (made.release, made.reason, made.author) == ("six<2", "steals keys", "root")
    await block(ctx, admin, "numpy")
    listed = (await blocks.list_blocks(ctx, Paging())).items
    assert [(each.release, each.held) for each in listed] == [
        ("numpy", FoundTotals()),
        ("six<2", FoundTotals(revisions=1)),
    ]
    async with ctx.db.read() as tx:
        entries, _ = await audit.list_page(tx, Paging(), action="block-added")
        told = [row for row in await events.after(tx, 0) if row.code == "block-added"]
    assert {entry.subject_name for entry in entries} == {"six<2", "numpy"}
    assert told[0].params["release"] == "six<2"


async def test_it_can_be_taken_away_and_made_once(ctx: Context, admin: Actor) -> None:
    made = await block(ctx, admin, "six==1.0")
    with pytest.raises(Conflict) as twice:
        await block(ctx, admin, "SIX == 1.0")
    assert twice.value.code == "block-exists"
    await blocks.remove(ctx, admin, made.id)
    with pytest.raises(NotFound):
        await blocks.remove(ctx, admin, made.id)
    assert (await blocks.list_blocks(ctx, Paging())).items == []


async def test_only_admins_block_and_every_block_has_a_reason(
    ctx: Context, actor: Actor, admin: Actor
) -> None:
    with pytest.raises(Forbidden):
        await block(ctx, actor, "six")
    with pytest.raises(Forbidden):
        await blocks.remove(ctx, actor, "any")
    for release, reason in (("six", "  "), ("six>1,<2", "x"), ("six[all]", "x"), ("six", "a\x07")):
        with pytest.raises(InvalidInput):
            await blocks.add(ctx, admin, BlockWish(release=release, reason=reason))


async def test_resolutions_and_plans_are_told_of_blocks(
    ctx: Context, actor: Actor, admin: Actor, web: str, resolver: ScriptedResolver, ended: Any
) -> None:
    await block(ctx, admin, "rich==9")
    await ended(await environments.edit(ctx, actor, "web", EnvironmentEdit(add=["rich"])))
    await plans.plan(ctx, actor, "web", EnvironmentPlan(add=["httpx"]))
    wanted = (Block("rich", "==9", "steals keys"),)
    assert [each.blocks for each in resolver.requests[-2:]] == [wanted, wanted]


async def test_what_was_blocked_meanwhile_does_not_go_out(
    ctx: Context, actor: Actor, admin: Actor, web: str, resolver: ScriptedResolver, ended: Any
) -> None:
    resolver.versions["rich"] = "9"
    plan = await plans.plan(ctx, actor, "web", EnvironmentPlan(add=["rich"]))
    resolver.gate.clear()
    under_way = await environments.edit(ctx, actor, "web", EnvironmentEdit(add=["rich"]))
    assert under_way is not None
    await block(ctx, admin, "rich==9")
    resolver.gate.set()
    done = await ended(under_way)
    assert (done.state, (done.cause or {})["code"]) == (OperationState.FAILED, "release-blocked")
    assert (await queries.show_environment(ctx, "web")).revision == 2
    made = await plans.plan(ctx, actor, "web", EnvironmentPlan(add=["httpx"]))
    assert made.id != plan.id


async def test_a_plan_from_before_a_block_is_not_made(
    ctx: Context, actor: Actor, admin: Actor, web: str, resolver: ScriptedResolver
) -> None:
    resolver.versions["rich"] = "9"
    plan = await plans.plan(ctx, actor, "web", EnvironmentPlan(add=["rich"]))
    await block(ctx, admin, "rich==9")
    await refused(environments.edit(ctx, actor, "web", EnvironmentEdit(plan=plan.id)))
    assert (await queries.show_environment(ctx, "web")).revision == 2


async def test_going_back_to_it_needs_an_admin_who_insists(
    ctx: Context, actor: Actor, admin: Actor, web: str
) -> None:
    await block(ctx, admin, "six==1.0")
    error = await refused(revisions.roll_back(ctx, admin, "web", RollbackWish(to="1")))
    assert error.params["packages"] == ["six==1.0"]
    with pytest.raises(Forbidden):
        await revisions.roll_back(ctx, actor, "web", RollbackWish(to="1", force=True))
    await revisions.roll_back(ctx, admin, "web", RollbackWish(to="1", force=True))
    assert (await queries.show_environment(ctx, "web")).revision == 1


async def test_so_does_carrying_it_to_another_environment(
    ctx: Context, actor: Actor, admin: Actor, web: str, ended: Any
) -> None:
    await block(ctx, admin, "six==1.0")
    await refused(environments.create(ctx, admin, EnvironmentCreate(name="a", source="web@1")))
    await ended(await environments.create(ctx, actor, EnvironmentCreate(name="b", source="web@2")))
    await refused(environments.edit(ctx, admin, "b", EnvironmentEdit(source="web@1")))
    await refused(plans.plan(ctx, admin, "b", EnvironmentPlan(source="web@1")))
    for wish in (EnvironmentEdit(source="web@1", force=True),):
        with pytest.raises(Forbidden):
            await environments.edit(ctx, actor, "b", wish)
    forced = EnvironmentPlan(source="web@1", force=True)
    plan = await plans.plan(ctx, admin, "b", forced)
    assert plan.forced
    with pytest.raises(Forbidden):
        await environments.edit(ctx, actor, "b", EnvironmentEdit(plan=plan.id))
    await ended(await environments.edit(ctx, admin, "b", EnvironmentEdit(plan=plan.id)))
    assert (await queries.show_environment(ctx, "b")).revision == 2
    wish_a = EnvironmentCreate(name="a", source="web@1", force=True)
    await ended(await environments.create(ctx, admin, wish_a))


async def test_what_is_there_is_kept_and_can_be_edited_round_it(
    ctx: Context, actor: Actor, admin: Actor, web: str
) -> None:
    await block(ctx, admin, "six==2.0")
    await environments.edit(ctx, actor, "web", EnvironmentEdit(title="Web"))
    shown = await queries.show_environment(ctx, "web")
    assert (shown.title, shown.revision) == ("Web", 2)
