"""A deleted environment brought back: as it was, for as long as that was promised."""

from datetime import timedelta
from typing import Any

import pytest

from venvoy.controller import environments, queries, revisions, undeletion
from venvoy.controller.context import Actor, Context
from venvoy.domain.errors import Conflict, Forbidden, NotFound
from venvoy.domain.reconcile import Aim
from venvoy.domain.role import Role
from venvoy.store import environments as rows
from venvoy.store import replicas
from venvoy.store.pages import Paging
from venvoy.testing.controller import add_node
from venvoy.wire.environments import EnvironmentCreate, EnvironmentEdit, PolicyWish
from venvoy.wire.revisions import TagWish

pytestmark = pytest.mark.usefixtures("loop")


@pytest.fixture(autouse=True)
async def web(ctx: Context, actor: Actor, loop: None, ended: Any) -> None:
    """An environment with two revisions, a tag and a policy, deleted."""
    await add_node(ctx, "local", ("3.12.4",))
    wish = EnvironmentCreate(name="web", requirements="flask", policy=PolicyWish(keep=5))
    await ended(await environments.create(ctx, actor, wish))
    await ended(await environments.edit(ctx, actor, "web", EnvironmentEdit(add=["rich"])))
    await revisions.tag(ctx, actor, "web", "good", TagWish(revision=1))
    await environments.delete(ctx, actor, "web")


async def age(ctx: Context, days: float) -> None:
    """Have it been deleted so long ago."""
    async with ctx.db.write() as tx:
        row = await rows.last_deleted(tx, "web")
        assert row is not None
        then = ctx.clock() - timedelta(days=days)
        await rows.change(tx, row.id, ctx.clock(), deleted_at=then)


async def test_it_comes_back_with_all_that_it_was_and_nodes_build_it_again(
    ctx: Context, actor: Actor
) -> None:
    (listed,) = (await undeletion.list_deleted(ctx, Paging())).items
    assert (listed.name, listed.revision) == ("web", 2)
    assert listed.until - listed.deleted_at == timedelta(days=7)
    await undeletion.undelete(ctx, actor, "web")
    shown = await queries.show_environment(ctx, "web")
    assert (shown.revision, shown.requirements, shown.policy.keep) == (2, ["flask", "rich"], 5)
    named = (await queries.list_revisions(ctx, "web", Paging())).items
    assert [(each.number, each.tags) for each in named] == [(2, []), (1, ["good"])]
    async with ctx.db.read() as tx:
        (replica,) = await replicas.of_environments(tx, [shown.id])
    assert (replica.action, replica.revision) == (Aim.INSTALL, 2)
    assert (await undeletion.list_deleted(ctx, Paging())).items == []


async def test_it_can_be_edited_and_deleted_again(ctx: Context, actor: Actor, ended: Any) -> None:
    await undeletion.undelete(ctx, actor, "web")
    await ended(await environments.edit(ctx, actor, "web", EnvironmentEdit(add=["httpx"])))
    assert (await queries.show_environment(ctx, "web")).revision == 3
    await environments.delete(ctx, actor, "web")
    assert len((await undeletion.list_deleted(ctx, Paging())).items) == 1


async def test_a_name_that_is_taken_meanwhile_stays_who_has_it(
    ctx: Context, actor: Actor, ended: Any
) -> None:
    await ended(await environments.create(ctx, actor, EnvironmentCreate(name="web")))
    with pytest.raises(Conflict) as caught:
        await undeletion.undelete(ctx, actor, "web")
    assert caught.value.code == "environment-exists"
    assert (await queries.show_environment(ctx, "web")).requirements == []


async def test_after_its_time_it_is_gone(ctx: Context, actor: Actor) -> None:
    await age(ctx, 6.9)
    assert len((await undeletion.list_deleted(ctx, Paging())).items) == 1
    await age(ctx, 7.1)
    assert (await undeletion.list_deleted(ctx, Paging())).items == []
    for name in ("web", "never-was"):
        with pytest.raises(NotFound) as caught:
            await undeletion.undelete(ctx, actor, name)
        assert caught.value.code == "environment-not-deleted"


async def test_who_may_only_look_brings_nothing_back(ctx: Context, actor: Actor) -> None:
    viewer = Actor(actor.user_id, actor.username, Role.VIEWER)
    with pytest.raises(Forbidden):
        await undeletion.undelete(ctx, viewer, "web")


async def test_nodes_that_have_removed_it_already_are_told_something_newer(
    ctx: Context, actor: Actor
) -> None:
    async with ctx.db.write() as tx:
        row = await rows.last_deleted(tx, "web")
        assert row is not None
        (gone,) = await replicas.of_environments(tx, [row.id])
        await replicas.remove(tx, row.id, gone.node_id)
    await undeletion.undelete(ctx, actor, "web")
    async with ctx.db.read() as tx:
        (back,) = await replicas.of_environments(tx, [row.id])
    assert back.goal.version > gone.goal.version
