"""What replicas come to in a list: counted, summed, and one failure told of."""

from pathlib import Path
from typing import Any

import pytest

from venvoy.controller.context import Context
from venvoy.domain.generation import Goal
from venvoy.domain.reconcile import Aim, Version
from venvoy.domain.state import OperationKind, ReplicaState
from venvoy.store import environments, operations, replica_summaries, replicas
from venvoy.store.environments import EnvironmentRow
from venvoy.store.replica_summaries import Trouble
from venvoy.store.session import Database
from venvoy.testing.controller import add_node, context

Reported = tuple[str, ReplicaState, dict[str, Any]]
TERABYTES = 3_000_000_000_000


@pytest.fixture
def ctx(db: Database, tmp_path: Path) -> Context:
    return context(db, tmp_path)


async def add(ctx: Context, name: str, *reported: Reported) -> str:
    """Insert an environment on new nodes, each of which has reported."""
    now, made = ctx.clock(), ctx.new_id()
    row = EnvironmentRow(ctx.new_id(), name, "", "", {}, None, 1, None, None, now, now)
    held = [(await add_node(ctx, node), state, values) for node, state, values in reported]
    async with ctx.db.write() as tx:
        await environments.add(tx, row)
        await operations.add(tx, operation_id=made, kind=OperationKind.BUILD, now=now)
        for node, state, values in held:
            await replicas.set_goals(tx, row.id, {node: Goal(Version(1, 1), Aim.HOLD, made)})
            await replicas.report(tx, row.id, node, state=state.value, **values)
    return row.id


def done(number: int, size: int = TERABYTES) -> dict[str, Any]:
    return {
        "progress": {
            "bytes_done": size,
            "bytes_total": size,
            "packages_done": number,
            "packages_total": 10,
        }
    }


def because(code: str) -> dict[str, Any]:
    return {"cause": {"code": code, "step": "fetch", "hop": "disk"}}


async def test_replicas_are_counted_by_state(ctx: Context) -> None:
    none = await add(ctx, "none")
    one = await add(ctx, "one", ("n1", ReplicaState.READY, {}))
    many = await add(
        ctx,
        "many",
        ("n2", ReplicaState.READY, {}),
        ("n3", ReplicaState.FAILED, {}),
        ("n4", ReplicaState.READY, {}),
    )
    async with ctx.db.read() as tx:
        found = await replica_summaries.counts(tx, [none, one, many])
        assert found == {
            one: {ReplicaState.READY: 1},
            many: {ReplicaState.FAILED: 1, ReplicaState.READY: 2},
        }
        assert await replica_summaries.only_nodes(tx, [one]) == {one: "n1"}
        assert await replica_summaries.counts(tx, []) == {}


async def test_progress_is_that_of_builds_under_way(ctx: Context) -> None:
    rests = await add(ctx, "rests", ("n1", ReplicaState.READY, done(10)))
    begins = await add(ctx, "begins", ("n2", ReplicaState.FETCHING, {}))
    moves = await add(
        ctx,
        "moves",
        ("n3", ReplicaState.FETCHING, done(3)),
        ("n4", ReplicaState.SWITCHING, done(10)),
        ("n5", ReplicaState.CHECKING, {}),
        ("n6", ReplicaState.READY, done(10)),
    )
    async with ctx.db.read() as tx:
        found = await replica_summaries.progress(tx, [rests, begins, moves])
    assert set(found) == {begins, moves}
    assert set(found[begins].values()) == {0}
    assert found[moves] == {
        "bytes_done": 2 * TERABYTES,
        "bytes_total": 2 * TERABYTES,
        "packages_done": 13,
        "packages_total": 20,
    }


async def test_one_failure_stands_for_all(ctx: Context) -> None:
    fine = await add(ctx, "fine", ("n1", ReplicaState.READY, because("old")))
    fails = await add(
        ctx,
        "fails",
        ("a", ReplicaState.WAITING, because("busy")),
        ("c", ReplicaState.FAILED, because("second")),
        ("b", ReplicaState.FAILED, because("first")),
        ("aa", ReplicaState.FAILED, {}),
    )
    waits = await add(
        ctx,
        "waits",
        ("w2", ReplicaState.WAITING, because("later")),
        ("w1", ReplicaState.WAITING, because("sooner")),
        ("w0", ReplicaState.WAITING, {}),
    )
    async with ctx.db.read() as tx:
        found = await replica_summaries.troubles(tx, [fine, fails, waits])
    assert found == {
        fails: Trouble("b", because("first")["cause"]),
        waits: Trouble("w1", because("sooner")["cause"]),
    }
