"""How an environment's nodes differ from what was put there, as they told."""

from typing import Any

import pytest

from venvoy.controller import drift, environments
from venvoy.controller.context import Actor, Context
from venvoy.controller.observations import Observations
from venvoy.domain.errors import NotFound
from venvoy.store import environments as rows
from venvoy.store import replicas
from venvoy.testing.controller import add_node
from venvoy.wire.environments import EnvironmentCreate
from venvoy.wire.observations import DriftFact, ObservedRequest, ReplicaObservation


@pytest.fixture
async def web(ctx: Context, actor: Actor, node: str, loop: None, ended: Any) -> str:
    await ended(await environments.create(ctx, actor, EnvironmentCreate(name="web")))
    async with ctx.db.read() as tx:
        row = await rows.get(tx, "web")
    assert row is not None
    await live(ctx, row.id, node, 1)
    return row.id


async def live(ctx: Context, environment: str, node: str, revision: int) -> None:
    """Let a node have a revision live."""
    async with ctx.db.write() as tx:
        await replicas.report(tx, environment, node, live_revision=revision)


async def tell(ctx: Context, node: str, environment: str) -> None:
    facts = (
        DriftFact(kind="stray", package="ipdb", found="0.13"),
        DriftFact(kind="edited", package="rich", path="rich/console.py"),
    )
    told = ReplicaObservation(
        environment=environment, sequence=1, revision=1, findings=facts, findings_total=700
    )
    await Observations(ctx).answer(node, ObservedRequest(told=told).model_dump_json().encode())


async def test_a_node_that_has_not_told_is_left_out(ctx: Context, web: str) -> None:
    assert await drift.show_drift(ctx, "web") == []


async def test_what_a_node_told_is_shown_in_its_order(ctx: Context, node: str, web: str) -> None:
    await tell(ctx, node, web)
    (seen,) = await drift.show_drift(ctx, "web")
    assert (seen.node, seen.revision, seen.total) == ("local", 1, 700)
    found = [(each.kind, each.package, each.path) for each in seen.entries]
    assert found == [("stray", "ipdb", ""), ("edited", "rich", "rich/console.py")]


async def test_what_was_seen_of_what_is_not_live_any_more_is_left_out(
    ctx: Context, node: str, web: str
) -> None:
    await tell(ctx, node, web)
    await live(ctx, web, node, 2)
    assert await drift.show_drift(ctx, "web") == []


async def test_one_node_may_be_asked_for(ctx: Context, node: str, web: str) -> None:
    await tell(ctx, node, web)
    await add_node(ctx, "other")
    assert len(await drift.show_drift(ctx, "web", "local")) == 1
    assert await drift.show_drift(ctx, "web", "other") == []


async def test_names_that_are_not_there_are_refused(ctx: Context, web: str) -> None:
    for name, node, code in [
        ("nothing", None, "environment-not-found"),
        ("web", "nowhere", "node-not-found"),
    ]:
        with pytest.raises(NotFound) as refused:
            await drift.show_drift(ctx, name, node)
        assert refused.value.code == code
