"""Reports become replicas, operations and events; lies and repetitions become nothing."""

import asyncio
import json
import uuid
from collections.abc import Callable, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import update

from venvoy.bus.connection import Message
from venvoy.bus.status import StatusFeed
from venvoy.controller.reports import Reports
from venvoy.domain.cause import Hop, Step
from venvoy.domain.errors import Unavailable
from venvoy.domain.state import OperationState, ReplicaState
from venvoy.store import operations
from venvoy.store.tables import replicas
from venvoy.testing.world import World, eventually
from venvoy.wire.messages import CauseMessage, DesiredDocument, Progress
from venvoy.wire.schemas import Event
from venvoy.wire.subjects import STATUS_STREAM, ReplicaAddress, status


async def released(world: World) -> DesiredDocument:
    environment = await world.create()
    return await world.document(environment.id, 1)


async def test_a_build_is_followed_from_fetching_to_ready(world: World) -> None:
    document = await released(world)
    progress = Progress(bytes_done=5, bytes_total=10)
    await world.report(document, ReplicaState.FETCHING, step="fetch", progress=progress)
    row = await world.replica_when(
        document.environment, lambda row: row.state is ReplicaState.FETCHING
    )
    assert row.progress == {
        "bytes_done": 5,
        "bytes_total": 10,
        "packages_done": 0,
        "packages_total": 0,
    }
    operation = await world.operation(document.operation)
    assert (operation.state, operation.step) == (OperationState.RUNNING, "fetch")
    assert operation.started_at is not None
    path = {"path": "/srv/virtual_environments/web", "prefix": "/srv/prefixes/x/1-a"}
    await world.report(
        document, ReplicaState.READY, live_revision=1, python_version="3.12.4", **path
    )
    row = await world.replica_when(document.environment, lambda row: row.live_revision == 1)
    assert (row.state, row.path, row.python_version) == (
        ReplicaState.READY,
        path["path"],
        "3.12.4",
    )
    operation = await world.operation(document.operation)
    assert operation.state is OperationState.SUCCEEDED
    assert operation.ended_at is not None


async def test_a_failure_keeps_its_cause_and_a_new_attempt_opens_it_again(world: World) -> None:
    document = await released(world)
    cause = CauseMessage(
        code="hash-mismatch", step=Step.FETCH, hop=Hop.MIRROR, evidence=("bad \x1b[31mhash",)
    )
    await world.report(document, ReplicaState.FAILED, cause=cause)
    await world.replica_when(document.environment, lambda row: row.state is ReplicaState.FAILED)
    operation = await world.operation(document.operation)
    assert operation.state is OperationState.FAILED
    assert operation.cause is not None
    assert (operation.cause["code"], operation.cause["evidence"]) == ("hash-mismatch", ["bad hash"])
    await world.report(document, ReplicaState.FETCHING, attempt=2)
    await world.replica_when(document.environment, lambda row: row.attempt == 2)
    operation = await world.operation(document.operation)
    assert (operation.state, operation.ended_at, operation.cause) == (
        OperationState.RUNNING,
        None,
        None,
    )


async def test_late_and_repeated_reports_change_nothing(world: World) -> None:
    document = await released(world)
    await world.report(document, ReplicaState.READY, sequence=7, live_revision=1)
    await world.replica_when(document.environment, lambda row: row.seen_sequence == 7)
    await world.report(document, ReplicaState.BUILDING, sequence=6)
    await world.report(document, ReplicaState.FAILED, sequence=7)
    await world.report(document, ReplicaState.DRIFTED, sequence=8)
    row = await world.replica_when(document.environment, lambda row: row.seen_sequence == 8)
    assert row.state is ReplicaState.DRIFTED
    assert (await world.operation(document.operation)).state is OperationState.SUCCEEDED


async def test_a_report_of_the_revision_before_is_not_taken_for_the_new_one(world: World) -> None:
    environment = await world.create()
    first = await world.document(environment.id, 1)
    await world.release(environment, 2)
    await world.document(environment.id, 2)
    await world.report(first, ReplicaState.READY, live_revision=1)
    row = await world.replica_when(environment.id, lambda row: row.live_revision == 1)
    assert (row.state, row.revision) == (ReplicaState.PENDING, 2)
    assert (await world.operation(first.operation)).state is OperationState.CANCELLED


async def test_what_a_node_may_not_say_is_dropped(world: World) -> None:
    document = await released(world)
    other = str(uuid.uuid4())

    def said(**values: object) -> bytes:
        fields = {
            "node": world.node,
            "environment": document.environment,
            "epoch": 1,
            "generation": 1,
            "operation": document.operation,
            "sequence": 99,
            "state": "ready",
            "reported_at": datetime.now(UTC).isoformat(),
        }
        return json.dumps(fields | values).encode()

    for lie in (
        b"no json",
        said(node=other),
        said(environment=other),
        said(operation=other),
        said(sequence=-1),
        said(epoch=2**40),
        said(epoch=5_000),
        said(state="splendid", sequence=0),
    ):
        await world.publish_status(document.environment, lie)
    await world.publish_status(other, said(environment=other))
    await world.report(document, ReplicaState.CHECKING)
    row = await world.replica_when(
        document.environment, lambda row: row.state is ReplicaState.CHECKING
    )
    assert (row.seen_sequence, row.epoch) == (1, 1)
    assert await world.replica(other) is None


async def test_texts_of_a_hostile_node_are_cut_and_cleaned(world: World) -> None:
    document = await released(world)
    await world.report(
        document,
        ReplicaState.READY,
        path="/srv/\x1b[2J\u202ex" + "y" * 9_000,
        python_version="3" * 500,
        live_revision=10**12,
        attempt=10**12,
    )
    row = await world.replica_when(document.environment, lambda row: row.path is not None)
    assert row.path is not None
    assert row.path.startswith("/srv/xy")
    assert len(row.path) == 2_000
    assert (row.python_version, row.live_revision) == ("3" * 63, 2**31 - 1)


async def test_reports_go_on_after_the_server_was_killed(world: World) -> None:
    document = await released(world)
    await world.kill_nats()
    await world.report(document, ReplicaState.BUILDING)
    await world.replica_when(document.environment, lambda row: row.state is ReplicaState.BUILDING)
    await world.ready()


async def test_reports_that_came_while_nobody_read_are_read_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = await released(world)
    with monkeypatch.context() as dead:
        dead.setattr(Reports, "run", nobody_reads)
        await world.stop()
        await world.start()
        await world.connect()
        await world.report(document, ReplicaState.FETCHING)
        await world.report(document, ReplicaState.READY, live_revision=1)
        await world.stop()
    await world.start()
    await world.connect()
    row = await world.replica_when(document.environment, lambda row: row.live_revision == 1)
    assert row.state is ReplicaState.READY


async def test_a_report_during_a_database_failure_is_folded_afterwards(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = await released(world)
    real, full = Reports.fold, True

    async def fold(self: Reports, messages: Sequence[Message]) -> None:
        if full:
            raise Unavailable("database-full")
        await real(self, messages)

    monkeypatch.setattr(Reports, "fold", fold)
    await world.report(document, ReplicaState.READY, live_revision=1)

    async def shown() -> bool:
        parts = world.controller.readiness().parts
        return any(part.error and part.error.code == "database-full" for part in parts)

    await eventually(shown)
    full = False
    await world.replica_when(document.environment, lambda row: row.live_revision == 1)
    await world.ready()


async def test_a_report_that_meets_a_bug_does_not_keep_out_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = await world.create("one"), await world.create("two")
    documents = [await world.document(one.id, 1) for one in (first, second)]
    real = Reports._fold

    async def broken(self: Reports, *given: Any) -> bool:
        if ReplicaAddress(world.node, first.id) in given:
            raise ZeroDivisionError
        return await real(self, *given)

    monkeypatch.setattr(Reports, "_fold", broken)
    for document in documents:
        await world.report(document, ReplicaState.READY, live_revision=1)
    await world.replica_when(second.id, lambda row: row.live_revision == 1)


async def test_a_newer_build_ends_the_one_before(world: World) -> None:
    environment = await world.create()
    first = await world.document(environment.id, 1)
    await world.report(first, ReplicaState.FETCHING)
    await world.replica_when(environment.id, lambda row: row.state is ReplicaState.FETCHING)
    await world.release(environment, 2)
    second = await world.document(environment.id, 2)
    async with world.controller.context.db.write() as tx:
        # As if the command had not ended it: the fold is level-triggered.
        await operations.reported(tx, {first.operation: {"state": "running", "ended_at": None}})
    await world.report(second, ReplicaState.FETCHING)
    await world.replica_when(environment.id, lambda row: row.seen_generation == 2)
    ended = await world.operation(first.operation)
    assert ended.state is OperationState.CANCELLED
    assert ended.cause is not None
    assert ended.cause["code"] == "superseded"


async def test_followers_see_events_once_in_order_and_catch_up(world: World) -> None:
    hub = world.controller.events
    seen: list[Event] = []

    async def follow() -> None:
        async with aclosing(hub.follow(0)) as stream:
            async for event in stream:
                seen.append(event)  # noqa: PERF401 - looked at while it grows

    follower = asyncio.create_task(follow())
    document = await released(world)
    await world.report(document, ReplicaState.FETCHING)
    await world.report(document, ReplicaState.READY, live_revision=1)

    async def told() -> bool:
        return any(event.params.get("state") == "ready" for event in seen)

    await eventually(told)
    follower.cancel()
    ids = [event.id for event in seen]
    assert ids == sorted(set(ids))
    codes = [event.code for event in seen]
    assert "operation-queued" in codes
    assert "operation-succeeded" in codes
    changed = next(event for event in seen if event.params.get("state") == "ready")
    assert (changed.code, changed.params["environment"], changed.params["node"]) == (
        "replica-changed",
        "web",
        "local",
    )
    again = []
    async with aclosing(hub.follow(ids[1])) as stream:
        async for event in stream:
            again.append(event.id)
            if event.id == ids[-1]:
                break
    assert again == ids[2:]


async def test_who_was_away_too_long_is_told(world: World) -> None:
    stream = world.controller.events.follow(10_000)
    async with aclosing(stream):
        missed = await anext(stream)
    assert missed.code == "events-missed"
    assert missed.id < 10_000


async def test_the_status_of_what_is_gone_leaves_the_stream(world: World) -> None:
    document = await released(world)
    await world.report(document, ReplicaState.READY, live_revision=1)
    await world.replica_when(document.environment, lambda row: row.live_revision == 1)
    async with world.controller.context.db.write() as tx:
        await tx.execute(update(replicas).values(action="remove"))
    async with world.jetstream() as jetstream:
        subject = status(world.node, document.environment)

        async def gone() -> bool:
            folded = await world.replica(document.environment) is None
            return folded and await jetstream.last(STATUS_STREAM, subject) is None

        # The agent repeats what it holds on every new connection.
        for _ in range(2):
            await world.report(document, ReplicaState.REMOVING, removed=True)
            await eventually(gone)


async def nobody_reads(_: Reports, feed: StatusFeed, done: Callable[[], None]) -> None:
    """A controller that was killed before it read anything."""
    done()
