"""Rows of many replicas are found at once, by look-ups and not by reading a table."""

import itertools
from pathlib import Path

import pytest
from sqlalchemy import Select, Table, select, text
from sqlalchemy.dialects import sqlite

from venvoy.controller.context import Context
from venvoy.domain.generation import Goal
from venvoy.domain.reconcile import Aim, Version
from venvoy.domain.state import OperationKind, OperationState, ReplicaState
from venvoy.store import environments, operations, pairs, replicas, tables
from venvoy.store.environments import EnvironmentRow
from venvoy.store.migrate import migrate
from venvoy.store.session import Database, Transaction
from venvoy.store.url import sqlite_url
from venvoy.testing.controller import add_node, context
from venvoy.wire.subjects import ReplicaAddress

Address = ReplicaAddress


@pytest.fixture
def ctx(db: Database, tmp_path: Path) -> Context:
    return context(db, tmp_path)


async def add(ctx: Context) -> tuple[list[str], list[str], dict[Address, str]]:
    """Make two environments on three nodes; return ids, and the replicas' operations."""
    nodes = [await add_node(ctx, f"n{number}") for number in range(3)]
    ids, made = [ctx.new_id() for _ in range(2)], {}
    async with ctx.db.write() as tx:
        for number, key in enumerate(ids):
            now = ctx.clock()
            row = EnvironmentRow(key, f"e{number}", "", "", {}, None, 1, None, None, now, now)
            await environments.add(tx, row)
            for node in nodes:
                operation = made[Address(node, key)] = ctx.new_id()
                where = {"environment_id": key, "node_id": node}
                kind = OperationKind.BUILD
                await operations.add(tx, operation_id=operation, kind=kind, now=now, **where)
                goal = Goal(Version(1, 1), Aim.HOLD, operation)
                await replicas.set_goals(tx, key, {node: goal})
    return ids, nodes, made


async def test_those_that_are_asked_for_are_found_in_order(ctx: Context) -> None:
    ids, nodes, made = await add(ctx)
    asked = [Address(nodes[0], ids[1]), Address(nodes[2], ids[0]), Address("nobody", ids[0])]
    async with ctx.db.read() as tx:
        rows = await replicas.at(tx, asked, lock=False)
        found = await operations.open_at(tx, asked, OperationKind.BUILD)
        nothing = await replicas.at(tx, [])
    assert [(row.environment_id, row.node_id) for row in rows] == sorted(
        (at.environment, at.node) for at in asked[:2]
    )
    assert {row.id for row in found} == {made[at] for at in asked[:2]}
    assert nothing == []


async def test_what_has_ended_or_is_of_another_kind_is_not_open(ctx: Context) -> None:
    ids, nodes, made = await add(ctx)
    first, second = (Address(node, ids[0]) for node in nodes[:2])
    async with ctx.db.write() as tx:
        await operations.end(tx, made[first], OperationState.SUCCEEDED, ctx.clock())
    async with ctx.db.read() as tx:
        found = await operations.open_at(tx, [first, second], OperationKind.BUILD)
        others = await operations.open_at(tx, [first, second], OperationKind.REMOVE)
    assert [row.id for row in found] == [made[second]]
    assert others == []


async def test_what_many_report_is_written_to_each(ctx: Context) -> None:
    ids, nodes, made = await add(ctx)
    told = {Address(node, ids[0]): number for number, node in enumerate(nodes[:2], 1)}
    async with ctx.db.write() as tx:
        await replicas.report_all(
            tx, {at: {"state": "ready", "live_revision": each} for at, each in told.items()}
        )
        await operations.reported(tx, {made[at]: {"attempt": each} for at, each in told.items()})
        await replicas.report_all(tx, {})
        await operations.reported(tx, {})
    async with ctx.db.read() as tx:
        rows = await replicas.of_environments(tx, ids)
        ended = await operations.get_many(tx, list(made.values()))
    assert {
        Address(row.node_id, row.environment_id): row.live_revision
        for row in rows
        if row.state is ReplicaState.READY
    } == told
    assert [ended[made[at]].attempt for at in told] == [1, 2]


def wanted(tx: Transaction, table: Table) -> Select[tuple[str]]:
    addresses = [Address(str(n), str(e)) for n, e in itertools.product(range(20), range(10))]
    here = pairs.at(tx, table.c.environment_id, table.c.node_id, addresses)
    return select(table.c.environment_id).where(here)


@pytest.mark.parametrize("table", [tables.replicas, tables.operations], ids=lambda each: each.name)
async def test_sqlite_looks_them_up(tmp_path: Path, table: Table) -> None:
    url = sqlite_url(tmp_path / "venvoy.db")
    await migrate(url)
    db = Database.open(url)
    async with db.read() as tx:
        statement = wanted(tx, table).compile(
            dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}
        )
        rows = await tx.all(text(f"EXPLAIN QUERY PLAN {statement}".replace(":", r"\:")))
    await db.close()
    plan = [row.detail for row in rows]
    assert f"SCAN {table.name}" not in " ".join(plan)
    assert any(each.startswith(f"SEARCH {table.name} ") for each in plan), plan
