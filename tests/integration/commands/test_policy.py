"""How an environment is kept: changed at once, told to its nodes, part of no revision."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from venvoy.controller import environments, plans, queries
from venvoy.controller.context import Actor, Context
from venvoy.domain.cooling import CoolDown
from venvoy.domain.errors import InvalidInput
from venvoy.store import audit, replicas
from venvoy.store import environments as rows
from venvoy.store.operations import OperationRow
from venvoy.store.pages import Paging
from venvoy.store.replicas import DesiredRow
from venvoy.testing.controller import ScriptedResolver, add_node
from venvoy.wire.environments import EnvironmentCreate, EnvironmentEdit, PolicyWish
from venvoy.wire.plans import EnvironmentPlan

Ended = Callable[[str], Awaitable[OperationRow]]

pytestmark = pytest.mark.usefixtures("loop")


@pytest.fixture(autouse=True)
async def node(ctx: Context) -> None:
    await add_node(ctx, "local", ("3.12.4",))


async def created(ctx: Context, actor: Actor, ended: Ended, **policy: Any) -> None:
    wish = EnvironmentCreate(name="web", requirements="one", policy=PolicyWish(**policy))
    await ended(await environments.create(ctx, actor, wish))


async def told(ctx: Context) -> DesiredRow:
    async with ctx.db.read() as tx:
        row = await rows.get(tx, "web")
        assert row is not None
        (replica,) = await replicas.of_environments(tx, [row.id])
        found = await replicas.desired(tx, row.id, replica.node_id)
    assert found is not None
    return found


async def edit(ctx: Context, actor: Actor, **policy: Any) -> str | None:
    change = EnvironmentEdit(policy=PolicyWish(**policy))
    return await environments.edit(ctx, actor, "web", change)


async def test_a_new_environment_goes_out_with_its_policy(
    ctx: Context, actor: Actor, ended: Ended
) -> None:
    await created(ctx, actor, ended, keep=5)
    assert (await queries.show_environment(ctx, "web")).policy.keep == 5
    assert (await told(ctx)).settings == {"keep_prefixes": 5}


async def test_a_change_of_policy_resolves_nothing_and_is_told_at_once(
    ctx: Context, actor: Actor, ended: Ended, resolver: ScriptedResolver
) -> None:
    await created(ctx, actor, ended)
    before, asked = await told(ctx), len(resolver.requests)
    assert before.settings == {}
    assert await edit(ctx, actor, keep=0) is None
    after = await told(ctx)
    assert after.settings == {"keep_prefixes": 0}
    assert (after.revision, after.generation) == (before.revision, before.generation + 1)
    assert len(resolver.requests) == asked
    async with ctx.db.read() as tx:
        (entry, *_), _ = await audit.list_page(tx, Paging(limit=2), subject="web")
    assert entry.before is not None
    assert entry.after is not None
    assert (entry.before["policy"], entry.after["policy"]) == ({}, {"keep": 0})


async def test_what_is_not_sent_stays_and_null_leaves_it_to_the_controller_again(
    ctx: Context, actor: Actor, ended: Ended
) -> None:
    await created(ctx, actor, ended, keep=5)
    generation = (await told(ctx)).generation
    await edit(ctx, actor)
    assert (await told(ctx)).settings == {"keep_prefixes": 5}
    assert (await told(ctx)).generation == generation
    await edit(ctx, actor, keep=None)
    assert (await told(ctx)).settings == {}
    assert (await queries.show_environment(ctx, "web")).policy.keep is None


async def test_a_policy_goes_with_the_revision_that_it_was_edited_with(
    ctx: Context, actor: Actor, ended: Ended
) -> None:
    await created(ctx, actor, ended)
    change = EnvironmentEdit(add=["two"], policy=PolicyWish(keep=7))
    operation = await environments.edit(ctx, actor, "web", change)
    assert operation is not None
    await ended(operation)
    found = await told(ctx)
    assert (found.revision, found.settings) == (2, {"keep_prefixes": 7})


async def test_an_impossible_policy_changes_nothing(
    ctx: Context, actor: Actor, ended: Ended
) -> None:
    await created(ctx, actor, ended)
    with pytest.raises(InvalidInput) as caught:
        await edit(ctx, actor, keep=101)
    assert caught.value.code == "keep-out-of-range"
    assert (await queries.show_environment(ctx, "web")).version == "1"


async def test_a_cool_down_is_for_the_resolution_that_it_comes_with_and_all_later_ones(
    ctx: Context, actor: Actor, node: str, loop: None, resolver: ScriptedResolver, ended: Any
) -> None:
    policy = PolicyWish(cool_down=7, cool_down_except=["Our_Package"])
    wish = EnvironmentCreate(name="young", requirements="flask", policy=policy)
    await ended(await environments.create(ctx, actor, wish))
    cooling = CoolDown(7, ctx.clock() - timedelta(days=7), ("our-package",))
    await plans.plan(ctx, actor, "young", EnvironmentPlan(add=["rich"]))
    await plans.plan(
        ctx, actor, "young", EnvironmentPlan(add=["rich"], policy=PolicyWish(cool_down=None))
    )
    assert [each.cooling for each in resolver.requests[-2:]] == [cooling, None]
    assert resolver.requests[0].cooling == cooling
    before = len(resolver.requests)
    change = EnvironmentEdit(policy=PolicyWish(cool_down=30))
    assert await environments.edit(ctx, actor, "young", change) is None
    assert len(resolver.requests) == before
    await ended(await environments.edit(ctx, actor, "young", EnvironmentEdit(add=["rich"])))
    assert resolver.requests[-1].cooling == CoolDown(
        30, ctx.clock() - timedelta(days=30), ("our-package",)
    )
