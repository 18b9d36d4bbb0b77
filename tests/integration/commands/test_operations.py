"""Cancelling and trying again, and resolutions that go on after a kill."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from venvoy.controller import environments, operations, queries
from venvoy.controller.context import Actor, Context, ResolveRequest
from venvoy.controller.resolutions import Resolutions
from venvoy.domain.errors import Conflict, NotFound, Unavailable
from venvoy.domain.lock import Lock
from venvoy.domain.reconcile import Aim
from venvoy.domain.state import OperationKind, OperationState, ReplicaState
from venvoy.store import audit, nodes, outbox, replicas, tables
from venvoy.store import operations as rows
from venvoy.store.idempotency import Claim
from venvoy.store.pages import Paging
from venvoy.store.replicas import ReplicaRow
from venvoy.testing.controller import MemoryLogs, ScriptedResolver, locked
from venvoy.testing.fleet import until
from venvoy.wire.environments import EnvironmentCreate, EnvironmentEdit

QUEUED, RUNNING, SUCCEEDED, FAILED, CANCELLED = OperationState


async def create(ctx: Context, actor: Actor, name: str = "web") -> str:
    wish = EnvironmentCreate(name=name, requirements="flask")
    return await environments.create(ctx, actor, wish)


@pytest.fixture
async def build(ctx: Context, actor: Actor, node: str, loop: None, ended: Any) -> ReplicaRow:
    """A replica whose build has just been asked for."""
    await ended(await create(ctx, actor))
    return await replica_of(ctx, node)


async def replica_of(ctx: Context, node: str, name: str = "web") -> ReplicaRow:
    shown = await queries.show_environment(ctx, name)
    async with ctx.db.read() as tx:
        row = await replicas.get(tx, shown.id, node)
    assert row is not None
    return row


async def move(ctx: Context, operation: str, state: OperationState) -> None:
    """Bring an operation to a state, as a report of its node does."""
    async with ctx.db.write() as tx:
        await rows.change(tx, operation, state=state.value, started_at=ctx.clock())


# --- cancelling ---------------------------------------------------------------------


async def test_a_cancelled_first_resolution_frees_the_name(
    ctx: Context, actor: Actor, node: str, loop: None, ended: Any, resolver: ScriptedResolver
) -> None:
    resolver.gate.clear()
    operation = await create(ctx, actor)
    await until(lambda: len(resolver.requests) == 1)
    assert await operations.cancel(ctx, actor, operation) == operation
    shown = await queries.show_operation(ctx, operation, language="zh-CN")
    assert shown.state is CANCELLED
    assert shown.cause is not None
    assert shown.cause.message == "被 `ada` 取消"
    with pytest.raises(NotFound):
        await queries.show_environment(ctx, "web")
    await until(lambda: resolver.cut_short == 1)


async def test_a_cancelled_edit_leaves_what_was(
    ctx: Context, actor: Actor, build: ReplicaRow, resolver: ScriptedResolver
) -> None:
    before = await queries.show_environment(ctx, "web")
    resolver.gate.clear()
    operation = await environments.edit(ctx, actor, "web", EnvironmentEdit(add=["six"]))
    assert (await queries.show_environment(ctx, "web")).requirements == ["flask", "six"]
    await operations.cancel(ctx, actor, str(operation))
    after = await queries.show_environment(ctx, "web")
    assert (after.requirements, after.revision) == (before.requirements, 1)
    assert after.version != before.version


async def test_a_build_that_nobody_has_begun_ends_at_once(
    ctx: Context, actor: Actor, build: ReplicaRow, node: str
) -> None:
    await operations.cancel(ctx, actor, build.operation_id)
    shown = await queries.show_operation(ctx, build.operation_id)
    assert shown.state is CANCELLED
    async with ctx.db.read() as tx:
        (document,) = await replicas.desired_of_node(tx, node)
        entries = await outbox.pending(tx)
    assert (document.action, document.generation) == (Aim.HOLD, build.generation + 1)
    assert (document.operation_id, document.revision) == (build.operation_id, None)
    assert len(entries) == 2


async def test_a_build_under_way_ends_when_its_node_has_stopped(
    ctx: Context, actor: Actor, build: ReplicaRow, node: str
) -> None:
    await move(ctx, build.operation_id, RUNNING)
    await operations.cancel(ctx, actor, build.operation_id)
    async with ctx.db.read() as tx:
        row = await rows.get(tx, build.operation_id)
    assert row is not None
    assert (row.state, row.cancel_requested) == (RUNNING, True)
    assert (await replica_of(ctx, node)).action is Aim.HOLD


async def test_a_build_on_a_node_that_is_away_ends_at_once(
    ctx: Context, actor: Actor, build: ReplicaRow, node: str
) -> None:
    await move(ctx, build.operation_id, RUNNING)
    async with ctx.db.write() as tx:
        await nodes.set_online(tx, node, online=False, now=ctx.clock())
    await operations.cancel(ctx, actor, build.operation_id)
    assert (await queries.show_operation(ctx, build.operation_id)).state is CANCELLED


async def test_what_has_ended_or_must_be_carried_through_is_not_cancelled(
    ctx: Context, actor: Actor, build: ReplicaRow
) -> None:
    await operations.cancel(ctx, actor, build.operation_id)
    with pytest.raises(Conflict) as ended:
        await operations.cancel(ctx, actor, build.operation_id)
    assert ended.value.code == "operation-ended"
    (removal,) = await environments.delete(ctx, actor, "web")
    with pytest.raises(Conflict) as removing:
        await operations.cancel(ctx, actor, removal)
    assert removing.value.code == "operation-not-cancellable"
    with pytest.raises(NotFound):
        await operations.cancel(ctx, actor, "nothing")


# --- trying again -------------------------------------------------------------------


async def test_a_failed_build_is_tried_again_under_a_new_id(
    ctx: Context, actor: Actor, build: ReplicaRow, node: str
) -> None:
    await move(ctx, build.operation_id, FAILED)
    made = await operations.retry(ctx, actor, build.operation_id)
    after = await replica_of(ctx, node)
    assert (after.operation_id, after.generation) == (made, build.generation + 1)
    assert (after.action, after.revision, after.state) == (Aim.INSTALL, 1, ReplicaState.PENDING)
    shown = await queries.show_operation(ctx, made)
    assert (shown.kind, shown.state, shown.revision) == (OperationKind.BUILD, QUEUED, 1)
    with pytest.raises(Conflict) as superseded:
        await operations.retry(ctx, actor, build.operation_id)
    assert superseded.value.code == "operation-superseded"


async def test_a_cancelled_build_is_tried_again(
    ctx: Context, actor: Actor, build: ReplicaRow, node: str
) -> None:
    await operations.cancel(ctx, actor, build.operation_id)
    made = await operations.retry(ctx, actor, build.operation_id)
    after = await replica_of(ctx, node)
    assert (after.operation_id, after.generation, after.action) == (made, 3, Aim.INSTALL)


async def test_a_failed_removal_is_tried_again_though_the_environment_is_gone(
    ctx: Context, actor: Actor, build: ReplicaRow, node: str
) -> None:
    (removal,) = await environments.delete(ctx, actor, "web")
    await move(ctx, removal, FAILED)
    made = await operations.retry(ctx, actor, removal)
    async with ctx.db.read() as tx:
        (document,) = await replicas.desired_of_node(tx, node)
    assert (document.action, document.operation_id) == (Aim.REMOVE, made)
    with pytest.raises(Conflict) as gone:
        await operations.retry(ctx, actor, build.operation_id)
    assert gone.value.code == "operation-environment-deleted"


async def test_a_failed_edit_is_tried_again_with_all_that_was_asked(
    ctx: Context, actor: Actor, build: ReplicaRow, ended: Any, resolver: ScriptedResolver
) -> None:
    resolver.unknown = {"six"}
    change = EnvironmentEdit(add=["six"], title="New")
    failed = str(await environments.edit(ctx, actor, "web", change))
    assert (await ended(failed)).state is FAILED
    resolver.unknown = set()
    made = await operations.retry(ctx, actor, failed)
    assert (await ended(made)).revision == 2
    shown = await queries.show_environment(ctx, "web")
    assert (shown.title, shown.requirements) == ("New", ["flask", "six"])


async def test_what_did_not_fail_is_not_tried_again(
    ctx: Context, actor: Actor, build: ReplicaRow
) -> None:
    with pytest.raises(Conflict) as refused:
        await operations.retry(ctx, actor, build.operation_id)
    assert refused.value.params == {"state": "queued"}


async def test_a_retry_sent_twice_is_one(
    ctx: Context, actor: Actor, build: ReplicaRow, node: str
) -> None:
    await move(ctx, build.operation_id, FAILED)
    claim = Claim(actor.user_id, "key", f"POST {build.operation_id}", "d" * 64)
    tries = [operations.retry(ctx, actor, build.operation_id, claim) for _ in range(4)]
    assert len(set(await asyncio.gather(*tries))) == 1
    assert (await replica_of(ctx, node)).generation == build.generation + 1


async def test_what_people_asked_of_operations_is_in_the_audit(
    ctx: Context, actor: Actor, build: ReplicaRow
) -> None:
    await operations.cancel(ctx, actor, build.operation_id)
    await operations.retry(ctx, actor, build.operation_id)
    async with ctx.db.read() as tx:
        found, _ = await audit.list_page(tx, Paging(), username="ada", subject="web")
    assert [row.action for row in found][:2] == ["operation-retried", "operation-cancelled"]


# --- the loop -----------------------------------------------------------------------


async def test_a_resolution_goes_on_after_a_kill(
    ctx: Context, actor: Actor, node: str, ended: Any, resolver: ScriptedResolver, logs: MemoryLogs
) -> None:
    resolver.gate.clear()
    operation = await create(ctx, actor)
    first = asyncio.create_task(Resolutions(ctx).run())
    await until(lambda: len(resolver.requests) == 1)
    first.cancel()
    await asyncio.wait([first])
    shown = await queries.show_operation(ctx, operation)
    assert shown.state is RUNNING
    assert operation not in logs.closed
    resolver.gate.set()
    second = asyncio.create_task(Resolutions(ctx).run())
    assert (await ended(operation)).state is SUCCEEDED
    second.cancel()
    await asyncio.wait([second])


async def test_only_so_many_run_at_once_and_all_are_done(
    ctx: Context, actor: Actor, node: str, ended: Any, resolver: ScriptedResolver
) -> None:
    resolver.gate.clear()
    asked = [await create(ctx, actor, f"env{number}") for number in range(5)]
    task = asyncio.create_task(Resolutions(ctx, concurrent=2).run())
    await until(lambda: len(resolver.requests) == 2)
    resolver.gate.set()
    for operation in asked:
        assert (await ended(operation)).state is SUCCEEDED
    assert resolver.most_at_once == 2
    task.cancel()
    await asyncio.wait([task])


class Broken:
    """A resolver with a bug, or without its index."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def resolve(self, request: ResolveRequest, on_line: Callable[[str], None]) -> Lock:
        raise self.error


@pytest.mark.parametrize(
    ("error", "kind"),
    [(ZeroDivisionError("bug"), "ZeroDivisionError"), (Unavailable("index-away"), "Unavailable")],
)
async def test_a_bug_in_a_resolution_is_an_answer_too(
    ctx: Context, actor: Actor, node: str, ended: Any, error: Exception, kind: str
) -> None:
    object.__setattr__(ctx, "resolver", Broken(error))
    operation = await create(ctx, actor)
    task = asyncio.create_task(Resolutions(ctx).run())
    row = await ended(operation)
    assert row.state is FAILED
    assert row.cause is not None
    assert (row.cause["code"], row.cause["params"]) == ("internal-error", {"kind": kind})
    task.cancel()
    await asyncio.wait([task])


async def test_a_resolution_that_cannot_even_begin_is_an_answer_and_blocks_nobody(
    ctx: Context, actor: Actor, build: ReplicaRow, ended: Any, logs: MemoryLogs
) -> None:
    damaged = update(tables.locks).values(data=b"no lock at all")
    async with ctx.db.write() as tx:
        await tx.execute(damaged)
    row = await ended(await environments.edit(ctx, actor, "web", EnvironmentEdit(add=["six"])))
    assert (row.state, (row.cause or {})["code"]) == (FAILED, "internal-error")
    await until(lambda: row.id in logs.closed)
    shown = await queries.show_environment(ctx, "web")
    assert shown.requirements == ["flask"]
    assert (await ended(await create(ctx, actor, "other"))).state is SUCCEEDED


async def test_a_lock_is_kept_once_and_read_by_those_who_need_it(
    ctx: Context, actor: Actor, build: ReplicaRow, node: str, ended: Any
) -> None:
    await ended(await create(ctx, actor, "second"))
    digest = locked("==3.12.*", {"flask": "1.0"}).digest
    assert (await queries.show_revision(ctx, "web", 1)).lock_digest == digest
    assert (await queries.show_revision(ctx, "second", 1)).lock_digest == digest
    document = await queries.lock_for_node(ctx, digest, node)
    assert Lock.from_bytes(document) == locked("==3.12.*", {"flask": "1.0"})
    with pytest.raises(NotFound):
        await queries.lock_for_node(ctx, digest, ctx.new_id())
