"""What goes up and down without NATS, on both kinds of database.

The fold makes the same rows of reports in every order; a release does not wait for
the comparison of a whole fleet.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import permutations
from typing import Any, NoReturn

import pytest

from venvoy.bus.connection import Message
from venvoy.bus.jetstream import JetStream
from venvoy.config import ControllerSettings
from venvoy.controller import releases
from venvoy.controller.context import Context
from venvoy.controller.desired import Documents
from venvoy.controller.epochs import Epochs
from venvoy.controller.outbox import Outbox
from venvoy.controller.reports import Reports
from venvoy.domain.lock import Lock
from venvoy.domain.state import OperationState, ReplicaState
from venvoy.store import environments, events, locks, nodes, operations, outbox, replicas, revisions
from venvoy.store.environments import EnvironmentRow
from venvoy.store.replicas import ReplicaRow
from venvoy.store.revisions import RevisionRow
from venvoy.store.session import Database
from venvoy.testing.controller import Clock
from venvoy.wire.messages import Progress, ReplicaSettings, ReplicaStatus
from venvoy.wire.nkey import KeyPair, Role
from venvoy.wire.subjects import desired_key, status


class NotResolving:
    """These tests release revisions that exist."""

    async def resolve(self, *_: object) -> NoReturn:
        pytest.fail("nothing is to be resolved here")

    async def survey(self, *_: object) -> NoReturn:
        pytest.fail("nothing is to be surveyed here")


class NoLogs:
    """Nothing is logged either."""

    async def write(self, *_: object) -> None:
        pytest.fail("nothing is to be logged here")

    async def close(self, *_: object) -> None:
        pytest.fail("nothing is to be logged here")


def new_id() -> str:
    return str(uuid.uuid4())


@pytest.fixture
def ctx(db: Database, settings: ControllerSettings) -> Context:
    return Context(
        db=db,
        settings=settings,
        clock=lambda: datetime.now(UTC),
        new_id=new_id,
        resolver=NotResolving(),
        logs=NoLogs(),
    )


async def placed(ctx: Context, name: str) -> ReplicaRow:
    """An environment with one revision on the node `local`."""
    now, environment_id = ctx.clock(), ctx.new_id()
    async with ctx.db.write() as tx:
        node = await nodes.register(tx, ctx.new_id(), "local", "UKEY", now)
        row = EnvironmentRow(environment_id, name, "", "", {}, None, 1, None, None, now, now)
        await environments.add(tx, row)
        await environments.place(tx, row.id, [node.id])
        digest = await locks.add(tx, Lock("==3.12.*", ()), now)
        spec = {"requirements": [], "python": "==3.12.*"}
        await revisions.add(tx, RevisionRow(ctx.new_id(), row.id, 1, spec, digest, None, "", now))
        await releases.install(ctx, tx, row, 1, None)
        found = await replicas.get(tx, row.id, node.id)
    assert found is not None
    return found


def message(row: ReplicaRow, sequence: int, state: ReplicaState, **values: object) -> Message:
    fields = {
        "node": row.node_id,
        "environment": row.environment_id,
        "epoch": row.epoch,
        "generation": row.generation,
        "operation": row.operation_id,
        "sequence": sequence,
        "state": state,
        "reported_at": datetime(2026, 1, 1, tzinfo=UTC),
    }
    data = ReplicaStatus.model_validate(fields | values).model_dump_json().encode()
    return Message(status(row.node_id, row.environment_id), data)


def reports(ctx: Context, ahead: Callable[[int], None] = lambda _: None) -> Reports:
    return Reports(ctx, ahead=ahead)


async def test_every_order_of_reports_ends_in_the_same_rows(ctx: Context) -> None:
    ends = set()
    for number, order in enumerate(permutations(range(3))):
        row = await placed(ctx, f"env-{number}")
        said = [
            message(row, 1, ReplicaState.FETCHING, step="fetch"),
            message(row, 2, ReplicaState.BUILDING, step="install"),
            message(row, 3, ReplicaState.READY, live_revision=1, path="/srv/env"),
        ]
        for index in order:
            await reports(ctx).fold([said[index], said[index]])
        async with ctx.db.read() as tx:
            after = await replicas.get(tx, row.environment_id, row.node_id)
            operation = await operations.get(tx, row.operation_id)
        assert after is not None
        assert operation is not None
        ends.add((after.state, after.live_revision, after.path, after.seen_sequence))
        assert operation.state is OperationState.SUCCEEDED
    assert ends == {(ReplicaState.READY, 1, "/srv/env", 3)}


async def test_a_batch_of_many_replicas_is_one_fold(ctx: Context) -> None:
    rows = [await placed(ctx, f"env-{number}") for number in range(20)]
    batch = [message(row, 1, ReplicaState.READY, live_revision=1) for row in rows]
    await reports(ctx).fold([Message("up.nonsense", b""), *reversed(batch)])
    async with ctx.db.read() as tx:
        found = await replicas.of_environments(tx, [row.environment_id for row in rows])
    assert {row.state for row in found} == {ReplicaState.READY}


async def test_a_claim_raises_the_epoch_once_and_publishes_everything(ctx: Context) -> None:
    rows = [await placed(ctx, f"env-{number}") for number in range(3)]
    async with ctx.db.write() as tx:
        await outbox.done(tx, [entry.id for entry in await outbox.pending(tx)])
    epochs = Epochs(ctx)
    fold = reports(ctx, epochs.claim)
    for row in rows:
        await fold.fold([message(row, 1, ReplicaState.READY, generation=9)])
    await epochs.step()
    epochs.claim(1)
    await epochs.step()
    async with ctx.db.read() as tx:
        found = await replicas.of_environments(tx, [row.environment_id for row in rows])
        entries = await outbox.pending(tx)
    assert {row.epoch for row in found} == {2}
    assert sorted(entry.key for entry in entries) == sorted(
        f"{row.node_id}.{row.environment_id}" for row in rows
    )


async def test_events_of_replicas_name_what_they_are_about(ctx: Context) -> None:
    clock = Clock()
    ctx = replace(ctx, clock=clock)
    row = await placed(ctx, "web")
    async with ctx.db.read() as tx:
        begun = await events.last_id(tx)
    fold = reports(ctx)
    for number, pause in enumerate((0.0, 0.5, 0.6, 0.1), start=1):
        clock.advance(pause)
        progress = Progress(bytes_done=number, bytes_total=10)
        await fold.fold([message(row, number, ReplicaState.FETCHING, progress=progress)])
    async with ctx.db.read() as tx:
        told = await events.after(tx, begun)
    about = {
        "environment": "web",
        "environment_id": row.environment_id,
        "node": "local",
        "operation": row.operation_id,
    }
    mine = [event for event in told if event.code.startswith("replica-")]
    assert [event.code for event in mine] == ["replica-changed", "replica-progress"]
    assert all(about.items() <= event.params.items() for event in mine)
    assert mine[-1].params["progress"]["bytes_done"] == 3
    (work,) = [event for event in told if event.code == "operation-running"]
    assert about.items() - {("environment_id", row.environment_id)} <= work.params.items()


async def test_a_lie_does_not_hide_what_is_true_in_the_same_batch(ctx: Context) -> None:
    row = await placed(ctx, "web")
    lies = [
        message(row, 98, ReplicaState.READY, operation=new_id()),
        message(row, 99, ReplicaState.READY, epoch=5_000),
    ]
    await reports(ctx).fold([*lies, message(row, 1, ReplicaState.CHECKING)])
    async with ctx.db.read() as tx:
        after = await replicas.get(tx, row.environment_id, row.node_id)
    assert after is not None
    assert (after.state, after.seen_sequence) == (ReplicaState.CHECKING, 1)


class Bucket(JetStream):
    """Keeps what is stored, and tells of each value."""

    def __init__(self, stored: Callable[[str], None]) -> None:
        self._stored = stored

    async def ensure_stream(self, config: object) -> None:
        """It is there."""

    async def last(self, stream: str, subject: str) -> dict[str, Any] | None:
        return None

    async def put(self, subject: str, data: bytes, headers: object) -> int:
        self._stored(subject)
        return 1


async def test_a_release_does_not_wait_for_the_comparison_of_the_fleet(ctx: Context) -> None:
    rows = [await placed(ctx, f"env-{number}") for number in range(4)]
    async with ctx.db.write() as tx:
        await outbox.done(tx, [entry.id for entry in await outbox.pending(tx)])
    stored: list[str] = []
    compared = sorted(rows, key=lambda row: row.environment_id)
    late = compared[-1]
    key = desired_key(late.node_id, late.environment_id)

    class Publisher(Outbox):
        async def _publish_chunk(self, keys: Sequence[str]) -> None:
            if not stored:
                async with ctx.db.write() as tx:
                    await outbox.add_desired(tx, late.environment_id, late.node_id, ctx.clock())
            await super()._publish_chunk(keys)

    documents = Documents(KeyPair.generate(Role.USER), ReplicaSettings())
    publisher = Publisher(ctx, Bucket(stored.append), documents, lambda _: None, page=1)
    await publisher.step()
    order = [subject.removeprefix("$KV.desired.") for subject in stored]
    assert order[1] == key
    assert len(order) == len(rows) + 1
