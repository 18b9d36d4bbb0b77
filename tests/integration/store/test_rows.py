"""Rows that loops depend on: heartbeats, nonces, pages of desired state, the outbox."""

from datetime import timedelta
from pathlib import Path

import pytest

from venvoy.controller.context import Context
from venvoy.domain.generation import Goal
from venvoy.domain.lock import Lock
from venvoy.domain.reconcile import Aim, Version
from venvoy.domain.state import NodeState, OperationKind, OperationState
from venvoy.store import environments, locks, nodes, operations, outbox, replicas
from venvoy.store.environments import EnvironmentRow
from venvoy.store.pages import Paging
from venvoy.store.session import Database
from venvoy.testing.controller import add_node, context, heartbeat, locked


@pytest.fixture
def ctx(db: Database, tmp_path: Path) -> Context:
    return context(db, tmp_path)


async def test_a_node_keeps_its_id_and_gets_its_new_key(ctx: Context) -> None:
    now = ctx.clock()
    async with ctx.db.write() as tx:
        first = await nodes.register(tx, ctx.new_id(), "local", "key one", now)
        again = await nodes.register(tx, ctx.new_id(), "local", "key two", now)
    assert (again.id, again.public_key) == (first.id, "key two")
    assert first.state is NodeState.OFFLINE


async def test_a_late_heartbeat_does_not_hide_a_newer_one(ctx: Context) -> None:
    node, now = await add_node(ctx), ctx.clock()
    older = heartbeat(node, now, ["3.9.1"]).model_dump(mode="json")
    async with ctx.db.write() as tx:
        late = nodes.Beat(node, 0, older, nodes.gauges(older), now - timedelta(seconds=1))
        await nodes.keep_beats(tx, [late])
    async with ctx.db.read() as tx:
        row = await nodes.by_id(tx, node)
    assert row is not None
    assert row.facts is not None
    assert len(row.facts["interpreters"]) == 2
    assert (row.last_seen_at, row.state) == (now, NodeState.ONLINE)


async def test_silent_nodes_are_found_and_told_once(ctx: Context) -> None:
    await add_node(ctx)
    later = ctx.clock() + timedelta(seconds=60)
    async with ctx.db.write() as tx:
        (silent,) = await nodes.silent_since(tx, later)
        assert await nodes.set_online(tx, silent.id, online=False, now=later)
        assert not await nodes.set_online(tx, silent.id, online=False, now=later)
        assert await nodes.silent_since(tx, later) == []


async def test_a_nonce_works_once(ctx: Context) -> None:
    node, now = await add_node(ctx), ctx.clock()
    end = now + timedelta(seconds=60)
    async with ctx.db.write() as tx:
        assert await nodes.claim_nonce(tx, node, "n", expires_at=end)
        assert not await nodes.claim_nonce(tx, node, "n", expires_at=end)
        await nodes.forget_nonces(tx, now)
        assert not await nodes.claim_nonce(tx, node, "n", expires_at=end)
    after = end + timedelta(seconds=1)
    async with ctx.db.write() as tx:
        await nodes.forget_nonces(tx, after)
        assert await nodes.claim_nonce(tx, node, "n", expires_at=after)


async def test_desired_state_is_paged_by_node_and_for_all(ctx: Context) -> None:
    here, there = await add_node(ctx), await add_node(ctx, "there")
    now, made = ctx.clock(), []
    async with ctx.db.write() as tx:
        for number in range(5):
            row = EnvironmentRow(
                ctx.new_id(), f"e{number}", "", "", {}, None, 1, None, None, now, now
            )
            await environments.add(tx, row)
            operation, kind = ctx.new_id(), OperationKind.BUILD
            await operations.add(
                tx, operation_id=operation, kind=kind, now=now, environment_id=row.id
            )
            for node in (here, there):
                goal = Goal(Version(1, 1), Aim.REMOVE, operation)
                await replicas.set_goals(tx, row.id, {node: goal})
            made.append(row.id)
    async with ctx.db.read() as tx:
        first = await replicas.desired_of_node(tx, here, limit=3)
        rest = await replicas.desired_of_node(tx, here, after=first[-1].environment_id)
        assert [row.environment_id for row in first + rest] == made
        some = await replicas.desired_of_node(tx, here, only=made[1:3])
        assert [row.environment_id for row in some] == made[1:3]
        seen: list[tuple[str, str]] = []
        while page := await replicas.all_desired(tx, after=seen[-1] if seen else None, limit=3):
            seen += [(row.environment_id, row.node_id) for row in page]
    assert seen == sorted((each, node) for each in made for node in (here, there))


async def test_what_ended_does_not_move_again(ctx: Context) -> None:
    now, operation = ctx.clock(), ctx.new_id()
    async with ctx.db.write() as tx:
        await operations.add(tx, operation_id=operation, kind=OperationKind.BUILD, now=now)
        assert await operations.end(tx, operation, OperationState.CANCELLED, now)
        assert not await operations.change(tx, operation, state=OperationState.RUNNING.value)
        assert not await operations.end(tx, operation, OperationState.FAILED, now)
        row = await operations.get(tx, operation)
    assert row is not None
    assert (row.state, row.ended_at) == (OperationState.CANCELLED, now)


async def test_the_newest_operations_come_first(ctx: Context) -> None:
    made = []
    async with ctx.db.write() as tx:
        for number in range(4):
            made.append(ctx.new_id())
            at = ctx.clock() + timedelta(seconds=number)
            await operations.add(tx, operation_id=made[-1], kind=OperationKind.BUILD, now=at)
        first, cursor = await operations.list_page(tx, Paging(limit=3))
        rest, end = await operations.list_page(tx, Paging(limit=3, cursor=cursor))
    assert [row.id for row in first + rest] == made[::-1]
    assert end is None


async def test_the_outbox_gives_the_oldest_first_until_they_are_done(ctx: Context) -> None:
    async with ctx.db.write() as tx:
        for number in range(3):
            await outbox.add(tx, "desired", f"node.{number}", ctx.clock())
        first = await outbox.pending(tx, 2)
        await outbox.done(tx, [row.id for row in first])
        left = await outbox.pending(tx)
    assert [row.key for row in first] == ["node.0", "node.1"]
    assert [row.key for row in left] == ["node.2"]


async def test_a_lock_comes_back_as_it_was(ctx: Context) -> None:
    lock = locked("==3.12.*", {f"package-{number}": "1.0" for number in range(300)})
    async with ctx.db.write() as tx:
        digest = await locks.add(tx, lock, ctx.clock())
        assert await locks.add(tx, lock, ctx.clock()) == digest
        assert await locks.get(tx, digest) == lock
        assert await locks.package_counts(tx, [digest]) == {digest: 300}
        assert await locks.package_names(tx, digest) == {each.name for each in lock.packages}
        empty = Lock("==3.12.*", ())
        assert await locks.get(tx, await locks.add(tx, empty, ctx.clock())) == empty
