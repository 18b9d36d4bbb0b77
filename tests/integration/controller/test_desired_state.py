"""Desired state reaches its node, through every fault."""

import base64
import uuid
from pathlib import Path

import pytest

from venvoy.controller import releases
from venvoy.controller.context import Actor
from venvoy.controller.outbox import Outbox
from venvoy.domain.errors import Unavailable
from venvoy.domain.role import Role
from venvoy.domain.state import OperationState, ReplicaState
from venvoy.store import environments, events, users
from venvoy.store import outbox as outbox_rows
from venvoy.testing.world import World, eventually
from venvoy.wire.messages import Action, DesiredDocument
from venvoy.wire.subjects import desired_request, kv_stream


async def outbox_is_empty(world: World) -> bool:
    async with world.controller.context.db.read() as tx:
        return not await outbox_rows.pending(tx)


async def test_a_release_reaches_its_node_signed(world: World) -> None:
    environment = await world.create()
    document = await world.document(environment.id, 1)
    assert (document.action, document.revision, document.name) == (Action.INSTALL, 1, "web")
    assert (document.node, document.python) == (world.node, "==3.1.*")
    assert document.lock_digest is not None
    assert document.settings.stall_seconds == world.settings.stall_seconds
    await eventually(lambda: outbox_is_empty(world))


async def test_the_newest_generation_stands_in_the_bucket(world: World) -> None:
    environment = await world.create()
    for number in (2, 3, 4):
        await world.release(environment, number)
    await world.document(environment.id, 4)
    standing = await world.bucket(environment.id)
    assert standing is not None
    assert (standing.generation, standing.revision) == (4, 4)


async def test_what_was_written_while_nats_was_down_is_published(world: World) -> None:
    environment = await world.create()
    await world.document(environment.id, 1)
    await world.kill_nats()
    await world.release(environment, 2)
    await world.document(environment.id, 2)
    await eventually(lambda: outbox_is_empty(world))
    await world.ready()


async def test_a_leftover_outbox_is_published_at_the_next_start(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = await world.create()
    await world.document(environment.id, 1)
    with monkeypatch.context() as dead:
        dead.setattr(Outbox, "step", nothing)
        await world.stop()
        await world.start()
        await world.release(environment, 2)
        assert not await outbox_is_empty(world)
        await world.stop()
    await world.start()
    await world.connect()
    await eventually(lambda: outbox_is_empty(world))
    standing = await world.bucket(environment.id)
    assert standing is not None
    assert standing.generation == 2


async def test_a_bucket_that_was_deleted_is_made_again(world: World) -> None:
    made = [await world.create(f"env-{number}") for number in range(5)]
    for environment in made:
        await world.document(environment.id, 1)
    async with world.jetstream() as jetstream:
        await jetstream.call(f"STREAM.DELETE.{kv_stream('desired')}")
    world.documents.clear()
    await world.release(made[0], 2)
    await world.document(made[0].id, 2)
    for environment in made[1:]:
        await world.document(environment.id, 1)
    await world.ready()


async def test_a_restored_database_wins_by_a_higher_epoch(world: World, tmp_path: Path) -> None:
    environment = await world.create()
    await world.document(environment.id, 1)
    backup = tmp_path / "backup.db"
    world.backup(backup)
    for number in (2, 3):
        await world.release(environment, number)
    await world.document(environment.id, 3)
    await world.stop()
    world.restore(backup)
    await world.start()
    await world.connect()

    async def newer() -> DesiredDocument | None:
        standing = await world.bucket(environment.id)
        return standing if standing is not None and standing.epoch == 2 else None

    document = await eventually(newer)
    assert (document.generation, document.revision) == (1, 1)
    async with world.controller.context.db.read() as tx:
        told = [event.code for event in await events.after(tx, 0)]
    assert told.count("database-restored") == 1


async def test_a_node_ahead_of_a_restored_database_raises_the_epoch_too(world: World) -> None:
    """The bucket may be lost with the database; then only nodes know what was given out."""
    environment = await world.create()
    document = await world.document(environment.id, 1)
    ahead = document.model_copy(update={"epoch": 3, "generation": 9})
    await world.report(ahead, ReplicaState.READY)
    renewed = await world.document(environment.id, 1, epoch=4)
    assert renewed.operation == document.operation
    await world.report(renewed, ReplicaState.READY, live_revision=1)
    row = await world.replica_when(environment.id, lambda row: row.state is ReplicaState.READY)
    assert (row.epoch, row.live_revision) == (4, 1)


async def test_a_removal_ends_with_nothing_left(world: World) -> None:
    environment = await world.create()
    await world.document(environment.id, 1)
    ctx = world.controller.context
    async with ctx.db.write() as tx:
        row = await environments.by_id(tx, environment.id, lock=True)
        assert row is not None
        now = ctx.clock()
        ada = users.UserRow(ctx.new_id(), "ada", "no password", Role.OPERATOR, False, now, now)
        await users.add(tx, ada)
        (removal,) = await releases.remove(ctx, tx, row, Actor(ada.id, "ada", ada.role))
    ctx.wakes.outbox.ring()
    tombstone = await world.document(environment.id, 2)
    assert (tombstone.action, tombstone.operation) == (Action.REMOVE, removal)
    await world.report(tombstone, ReplicaState.REMOVING, revision=None, removed=True)

    async def nothing_left() -> bool:
        gone = await world.replica(environment.id) is None
        return gone and await world.bucket(environment.id) is None

    await eventually(nothing_left)
    assert (await world.operation(removal)).state is OperationState.SUCCEEDED


async def test_resync_pages_and_documents(world: World) -> None:
    made = sorted([(await world.create(f"env-{number}")).id for number in range(3)])
    page = await world.resync()
    assert [entry.environment for entry in page.entries] == made
    assert {(entry.epoch, entry.generation) for entry in page.entries} == {(1, 1)}
    assert (page.epoch, page.next) == (1, None)
    assert [entry.environment for entry in (await world.resync(made[0])).entries] == made[1:]
    whole = await world.resync(want=(made[2], str(uuid.uuid4())))
    (document,) = [world.opened(base64.b64decode(one)) for one in whole.documents]
    assert (document.environment, document.node) == (made[2], world.node)


async def test_a_resync_that_cannot_be_read_is_refused_by_its_code(world: World) -> None:
    with pytest.raises(Unavailable) as refused:
        await world.request(desired_request(world.node), b'{"want": "everything"}')
    assert refused.value.params["reason"] == "message-unreadable"


async def nothing(_: Outbox) -> None:
    """A pump that was killed."""
