"""Nodes in SQL: lists, counts, heartbeats, history; on both kinds of database."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import reduce
from itertools import product
from pathlib import Path

import pytest

from venvoy.controller.context import Context
from venvoy.controller.history import Histories
from venvoy.domain.errors import InvalidInput
from venvoy.domain.history import (
    MINUTES,
    QUARTERS,
    RESOLUTIONS,
    SIXTHS,
    Bucket,
    Figure,
    Figures,
    Metric,
    merge,
)
from venvoy.domain.state import NodeState
from venvoy.store import node_lists, nodes, samples
from venvoy.store.node_lists import Filter
from venvoy.store.nodes import Beat
from venvoy.store.pages import Paging
from venvoy.store.session import Database
from venvoy.testing.controller import Clock, add_node, context

SORTS = (
    "name",
    "title",
    "state",
    "region",
    "created_at",
    "updated_at",
    "last_seen_at",
    "cpu",
    "memory",
    "disk",
)
START = datetime(2026, 1, 2, 3, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Clock:
    return Clock(START)


@pytest.fixture
def ctx(db: Database, tmp_path: Path, clock: Clock) -> Context:
    return context(db, tmp_path, clock=clock)


async def change(ctx: Context, node: str, **values: object) -> None:
    async with ctx.db.write() as tx:
        await nodes.change(tx, node, ctx.clock(), **values)


async def offline(ctx: Context, node: str) -> None:
    async with ctx.db.write() as tx:
        await nodes.set_online(tx, node, online=False, now=ctx.clock())


async def names(ctx: Context, wanted: Filter, paging: Paging = Paging()) -> list[str]:  # noqa: B008 - frozen
    async with ctx.db.read() as tx:
        rows, _ = await node_lists.list_page(tx, paging, wanted)
    return [row.name for row in rows]


@pytest.fixture
async def three(ctx: Context) -> None:
    """`one` in the north with a GPU, `two` cordoned in the south, `three` offline."""
    first, second, third = [await add_node(ctx, name) for name in ("one", "two", "three")]
    await change(ctx, first, labels={"gpu": "yes", "rack": "1"}, region="north", title="Einstein")
    await change(ctx, second, labels={"gpu": "yes", "rack": "2"}, region="south", cordoned=True)
    await change(ctx, third, labels={"gpu": ""})
    await offline(ctx, third)


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Filter(), ["one", "three", "two"]),
        (Filter(search="W"), ["two"]),
        (Filter(search="einst"), ["one"]),
        (Filter(search="MACHINE"), ["one", "three", "two"]),
        (Filter(search="%"), []),
        (Filter(names=["two", "one", "on"]), ["one", "two"]),
        (Filter(names=["one"], labels={"rack": ["2"]}), []),
        (Filter(labels={"gpu": ["yes"]}), ["one", "two"]),
        (Filter(labels={"gpu": ["yes"], "rack": ["2"]}), ["two"]),
        (Filter(labels={"gpu": [""]}), ["three"]),
        (Filter(labels={"gpu": ["", "yes"], "rack": ["1", "3"]}), ["one"]),
        (Filter(labels={"no.such/label": ["x"]}), []),
        (Filter(regions=["north", ""]), ["one", "three"]),
        (Filter(states=[NodeState.CORDONED, NodeState.OFFLINE]), ["three", "two"]),
        (Filter(states=[NodeState.ONLINE], search="w"), []),
    ],
)
async def test_a_list_is_filtered(ctx: Context, wanted: Filter, found: list[str]) -> None:
    assert await names(ctx, wanted) == found


@pytest.mark.usefixtures("three")
async def test_the_counts_are_of_all_states_whatever_is_asked_for(ctx: Context) -> None:
    async with ctx.db.read() as tx:
        counted = await node_lists.counts(tx, Filter(states=[NodeState.ONLINE]))
        with_gpu = await node_lists.counts(tx, Filter(labels={"gpu": ["yes"]}))
        assert await node_lists.regions(tx) == ["north", "south"]
    assert counted == dict.fromkeys(NodeState, 1)
    assert with_gpu == {NodeState.ONLINE: 1, NodeState.CORDONED: 1, NodeState.OFFLINE: 0}


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("sort", SORTS)
async def test_every_order_is_paged_without_gaps(ctx: Context, sort: str) -> None:
    for order in (sort, f"-{sort}"):
        seen, cursor = [], None
        while True:
            async with ctx.db.read() as tx:
                rows, cursor = await node_lists.list_page(tx, Paging(order, cursor, 1), Filter())
            seen += [row.name for row in rows]
            if cursor is None:
                break
        assert sorted(seen) == ["one", "three", "two"]
    with pytest.raises(InvalidInput):
        await names(ctx, Filter(), Paging("facts"))


async def test_how_much_is_in_use_orders_by_share_and_what_is_unknown_is_least(
    ctx: Context, clock: Clock
) -> None:
    for name, cpu, memory, free in (
        ("idle", 0.0, 1, 90),
        ("busy", 99.5, 3, 5),
        ("half", 50, 2, 50),
    ):
        node = await add_node(ctx, name)
        said = {"cpu_percent": cpu, "memory_used_bytes": memory, "disk_free_bytes": free}
        facts = {"memory_bytes": 4, "disk_total_bytes": 100}
        async with ctx.db.write() as tx:
            await nodes.keep_beats(tx, [Beat(node, 1, facts, said, clock())])
    await change(ctx, await add_node(ctx, "silent"), facts=None, gauges=None)
    for sort in ("cpu", "memory", "disk"):
        assert await names(ctx, Filter(), Paging(f"-{sort}")) == ["busy", "half", "idle", "silent"]


async def test_the_state_in_sql_is_the_state_of_the_row(ctx: Context) -> None:
    for online, cordoned in product((True, False), repeat=2):
        node = await add_node(ctx, f"n{online:d}{cordoned:d}")
        await change(ctx, node, cordoned=cordoned)
        if not online:
            await offline(ctx, node)
    async with ctx.db.read() as tx:
        for state in NodeState:
            rows, _ = await node_lists.list_page(tx, Paging(), Filter(states=[state]))
            assert rows
            assert {row.state for row in rows} == {state}


async def test_a_beat_without_news_changes_gauges_alone(ctx: Context, clock: Clock) -> None:
    node = await add_node(ctx)
    async with ctx.db.read() as tx:
        before = await nodes.by_id(tx, node)
    clock.advance(10)
    async with ctx.db.write() as tx:
        beat = nodes.Beat(node, 1, None, {"load": 2.5, "disk_free_bytes": 7}, clock(), -1.5)
        await nodes.keep_beats(tx, [beat])
    async with ctx.db.read() as tx:
        after = await nodes.by_id(tx, node)
    assert before is not None
    assert after is not None
    assert after.said is not None
    assert (after.facts, after.updated_at) == (before.facts, before.updated_at)
    assert (after.said["load"], after.said["disk_free_bytes"], after.said["cpus"]) == (2.5, 7, 2)
    assert (after.last_seen_at, after.clock_skew_s) == (clock(), -1.5)


async def points(ctx: Context, node: str, metric: Metric) -> list[list[samples.Point]]:
    async with ctx.db.read() as tx:
        return [
            await samples.of_node(tx, node, metric, resolution, datetime(2000, 1, 1, tzinfo=UTC))
            for resolution in RESOLUTIONS
        ]


async def test_adding_in_sql_is_merging(ctx: Context) -> None:
    node = await add_node(ctx)
    chance = random.Random(7)
    merged: dict[tuple[int, datetime], Figures] = {}
    for _ in range(60):
        given = {
            m: Figure.of(float(chance.randint(0, 99))) for m in Metric if chance.random() < 0.7
        }
        seconds, start = chance.choice([60, 900]), START + timedelta(minutes=chance.randint(0, 2))
        async with ctx.db.write() as tx:
            await samples.add(tx, [Bucket(node, seconds, start, given)])
        merged[seconds, start] = merge(merged.get((seconds, start), {}), given)
    for metric in Metric:
        found = await points(ctx, node, metric)
        for resolution, there in zip(RESOLUTIONS, found, strict=True):
            wanted = {
                start: figures[metric]
                for (seconds, start), figures in merged.items()
                if seconds == resolution.seconds and metric in figures
            }
            assert {point.start: point.figure for point in there} == wanted


def total(found: Sequence[samples.Point]) -> Figure:
    return reduce(Figure.with_, (point.figure for point in found))


async def test_minutes_that_are_over_are_written_to_every_resolution(
    ctx: Context, clock: Clock
) -> None:
    node = await add_node(ctx)
    histories = Histories(ctx.db, clock)
    for second in range(0, 20 * 60, 10):
        clock.now = START + timedelta(seconds=second)
        histories.measured(node, clock(), {Metric.CPU: float(second)})
        histories.measured("0192f0c1-2b3c-7d4e-8f5a-6b7c8d9e0f1a", clock(), {Metric.CPU: 1.0})
        await histories.step()
    minutes, quarters, sixths = await points(ctx, node, Metric.CPU)
    # The last minute is not over.
    assert len(minutes) == 19
    assert len(quarters) == 2
    assert len(sixths) == 1
    assert total(minutes) == total(quarters) == total(sixths) == sixths[0].figure
    assert sixths[0].figure == Figure(19 * 6, sum(range(0, 19 * 60, 10)), 19 * 60 - 10.0)


async def test_what_is_old_is_forgotten_and_the_coarse_stays(ctx: Context, clock: Clock) -> None:
    node = await add_node(ctx)
    histories = Histories(ctx.db, clock)
    kept = []
    for days in (0, 2, 6, 300):
        clock.now = START + timedelta(days=days)
        histories.measured(node, clock(), {Metric.DISK: 1.0})
        clock.advance(700)
        await histories.step()
        kept.append([len(there) for there in await points(ctx, node, Metric.DISK)])
    assert kept == [[1, 1, 1], [1, 2, 2], [1, 3, 3], [1, 1, 4]]
    assert max(each.limit for each in (MINUTES, QUARTERS, SIXTHS)) < 1500
