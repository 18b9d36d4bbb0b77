"""Which processes work in an environment, as nodes told, and what is refused for them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from venvoy.controller import environments, running_use
from venvoy.controller.context import Actor, Context
from venvoy.controller.uses import Uses
from venvoy.domain.errors import Conflict, NotFound
from venvoy.store import environments as rows
from venvoy.testing.controller import Clock, add_node
from venvoy.wire.environments import EnvironmentCreate, PlacementWish
from venvoy.wire.usage import NodeUse, ProcessFact, ReplicaUse, RevisionUse, UseReply, UseRequest


@pytest.fixture
async def web(ctx: Context, actor: Actor, node: str, loop: None, ended: Any) -> str:
    await ended(await environments.create(ctx, actor, EnvironmentCreate(name="web")))
    async with ctx.db.read() as tx:
        row = await rows.get(tx, "web")
    assert row is not None
    return row.id


def told(environment: str, sequence: int, **counts: int) -> NodeUse:
    revisions = {int(name.removeprefix("r")): count for name, count in counts.items()}
    began = Clock()() - timedelta(hours=1)
    return NodeUse(
        sequence=sequence,
        replicas=(
            ReplicaUse(
                environment=environment,
                revisions=tuple(
                    RevisionUse(revision=number, count=count)
                    for number, count in revisions.items()
                ),
                processes=tuple(
                    ProcessFact(
                        pid=number, program="python app.py", user="ada", started=began,
                        revision=number,
                    )
                    for number in revisions
                ),
            ),
        ),
    )  # fmt: skip


async def tell(ctx: Context, node: str, use: NodeUse) -> None:
    await Uses(ctx).answer(node, UseRequest(told=use).model_dump_json().encode())


async def wanted(ctx: Context, node: str, use: NodeUse) -> bool:
    answer = await Uses(ctx).answer(node, UseRequest(offer=use.digest()).model_dump_json().encode())
    return UseReply.model_validate_json(answer).wanted


async def total(ctx: Context) -> int:
    return (await running_use.of_environment(ctx, "web")).total


async def test_only_the_newest_counts_whatever_is_doubled_or_late(
    ctx: Context, node: str, web: str
) -> None:
    newest = told(web, 20, r1=2)
    for use in (told(web, 10, r1=1), newest, newest, told(web, 15, r1=9)):
        await tell(ctx, node, use)
    assert await total(ctx) == 2
    await tell(ctx, node, NodeUse(sequence=30))
    assert await total(ctx) == 0


async def test_a_lost_one_is_asked_for_at_the_next_offer(ctx: Context, node: str, web: str) -> None:
    use = told(web, 10, r1=1)
    assert await wanted(ctx, node, use)
    await tell(ctx, node, use)
    assert not await wanted(ctx, node, use)


async def test_what_is_not_placed_on_the_node_is_dropped_and_asked_for_again(
    ctx: Context, node: str, web: str
) -> None:
    use = told(ctx.new_id(), 10, r1=1)
    await tell(ctx, node, use)
    assert await total(ctx) == 0
    assert await wanted(ctx, node, use)


async def test_processes_on_another_revision_are_behind(ctx: Context, node: str, web: str) -> None:
    await tell(ctx, node, told(web, 10, r1=2, r6=3))
    seen = await running_use.of_environment(ctx, "web")
    assert {(each.revision, each.behind, each.count) for each in seen.counts} == {
        (1, False, 2),
        (6, True, 3),
    }
    assert [(each.pid, each.program, each.user, each.behind) for each in seen.items] == [
        (1, "python app.py", "ada", False),
        (6, "python app.py", "ada", True),
    ]
    assert await running_use.of_node(ctx, "local") == seen
    await add_node(ctx, "other")
    assert (await running_use.of_environment(ctx, "web", "other")).total == 0


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda ctx: running_use.of_environment(ctx, "nothing"), "environment-not-found"),
        (lambda ctx: running_use.of_environment(ctx, "web", "nowhere"), "node-not-found"),
        (lambda ctx: running_use.of_node(ctx, "nowhere"), "node-not-found"),
    ],
)
async def test_names_that_are_not_there_are_refused(
    ctx: Context, web: str, ask: Callable[[Context], Any], code: str
) -> None:
    with pytest.raises(NotFound) as refused:
        await ask(ctx)
    assert refused.value.code == code


async def test_an_environment_in_use_is_deleted_by_force_only(
    ctx: Context, actor: Actor, node: str, web: str
) -> None:
    await tell(ctx, node, told(web, 10, r1=2, r6=1))
    with pytest.raises(Conflict) as refused:
        await environments.delete(ctx, actor, "web")
    assert (refused.value.code, dict(refused.value.params)) == (
        "environment-in-use",
        {"name": "web", "count": 3, "nodes": "local (3)"},
    )
    async with ctx.db.read() as tx:
        assert await rows.get(tx, "web") is not None
    await environments.delete(ctx, actor, "web", force=True)
    # Until they end they are told of the node, under the name that it had.
    assert (await running_use.of_node(ctx, "local")).total == 3


async def test_nodes_are_named_by_how_much_runs_there_and_not_without_end(
    ctx: Context, actor: Actor, node: str, loop: None, ended: Any
) -> None:
    names = [f"n{number:02}" for number in range(12)]
    others = [await add_node(ctx, name) for name in names]
    wish = EnvironmentCreate(name="wide", placement=PlacementWish(nodes=names))
    await ended(await environments.create(ctx, actor, wish))
    async with ctx.db.read() as tx:
        row = await rows.get(tx, "wide")
    assert row is not None
    for number, other in enumerate(others):
        await tell(ctx, other, told(row.id, 10, r1=number + 1))
    with pytest.raises(Conflict) as refused:
        await environments.delete(ctx, actor, "wide")
    shown = str(refused.value.params["nodes"])
    assert shown.startswith("n11 (12), n10 (11), ")
    assert shown.endswith("n02 (3), … +2")
