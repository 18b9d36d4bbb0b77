"""Interpreters between a whole controller and its node: told, reported, asked for, forgotten."""

from collections.abc import AsyncIterable

from venvoy.controller import python_archives, python_wishes
from venvoy.controller.archive_reading import Given
from venvoy.controller.context import Actor
from venvoy.domain.cause import Hop, Step
from venvoy.domain.reconcile import Version
from venvoy.domain.state import OperationState, ReplicaState
from venvoy.store import node_pythons, nodes
from venvoy.store.node_pythons import NodePythonRow
from venvoy.testing.archives import small_archive
from venvoy.testing.controller import add_actor, heartbeat
from venvoy.testing.world import World, eventually
from venvoy.wire import subjects
from venvoy.wire.messages import Action, CauseMessage, ResyncReply, ResyncRequest
from venvoy.wire.pythons import KIND, PythonDocument, PythonWish

LOCAL = PythonWish(python="3.12", nodes=["local"])


async def wanted(world: World) -> tuple[Actor, PythonDocument]:
    """A node that is to have an interpreter, and the document that it got."""
    ctx = world.controller.context
    actor = await add_actor(ctx, "ada")

    async def body() -> AsyncIterable[bytes]:
        yield small_archive("3.12.9")

    await python_archives.upload(ctx, actor, body(), name="a.tar.gz", given=Given())
    facts = heartbeat(world.node, ctx.clock(), ("3.11.7",)).model_dump(mode="json")
    async with ctx.db.write() as tx:
        beat = nodes.Beat(world.node, 1, facts, nodes.gauges(facts), ctx.clock())
        await nodes.keep_beats(tx, [beat])
    await python_wishes.install(ctx, actor, LOCAL)
    return actor, await told(world, 1)


async def told(world: World, generation: int) -> PythonDocument:
    async def look() -> PythonDocument | None:
        found = [each for each in world.pythons if each.generation == generation]
        return found[0] if found else None

    return await eventually(look)


async def row_when(world: World, python: str, state: ReplicaState) -> NodePythonRow:
    async def look() -> NodePythonRow | None:
        async with world.controller.context.db.read() as tx:
            row = await node_pythons.get(tx, python, world.node)
        return row if row is not None and row.state is state else None

    return await eventually(look)


async def asked(world: World, *kinds: str) -> ResyncReply:
    data = ResyncRequest(kinds=kinds).model_dump_json().encode()
    return ResyncReply.model_validate_json(
        await world.request(subjects.desired_request(world.node), data)
    )


async def test_a_wish_reaches_the_node_and_its_report_the_operation(world: World) -> None:
    _, document = await wanted(world)
    assert document.archive is not None
    assert (document.action, document.archive.version) == (Action.INSTALL, "3.12.9")
    await world.report(document, ReplicaState.FETCHING, step="fetch")
    running = await row_when(world, document.python, ReplicaState.FETCHING)
    assert running.operation_id == document.operation
    assert (await world.operation(document.operation)).state is OperationState.RUNNING
    await world.report(document, ReplicaState.READY, path="/p/python3.12", python_version="3.12.9")
    ready = await row_when(world, document.python, ReplicaState.READY)
    assert (ready.path, ready.python_version) == ("/p/python3.12", "3.12.9")
    assert (await world.operation(document.operation)).state is OperationState.SUCCEEDED


async def test_a_removal_that_the_node_refuses_fails_and_one_that_it_made_is_forgotten(
    world: World,
) -> None:
    actor, document = await wanted(world)
    ctx = world.controller.context
    await world.report(document, ReplicaState.READY, path="/p/python3.12")
    await row_when(world, document.python, ReplicaState.READY)
    await python_wishes.remove(ctx, actor, LOCAL)
    going = await told(world, 2)
    assert (going.action, going.archive) == (Action.REMOVE, None)
    cause = CauseMessage(
        code="python-in-use", step=Step.REMOVE, hop=Hop.NODE, params={"environments": ["web"]}
    )
    await world.report(going, ReplicaState.FAILED, cause=cause)
    await row_when(world, document.python, ReplicaState.FAILED)
    failed = await world.operation(going.operation)
    assert failed.state is OperationState.FAILED
    assert (failed.cause or {})["code"] == "python-in-use"
    await python_wishes.remove(ctx, actor, LOCAL)
    again = await told(world, 3)
    await world.report(again, ReplicaState.REMOVING, removed=True)

    async def gone() -> bool:
        async with ctx.db.read() as tx:
            return await node_pythons.get(tx, document.python, world.node) is None

    await eventually(gone)
    assert (await world.operation(again.operation)).state is OperationState.SUCCEEDED


async def test_a_late_report_and_another_nodes_operation_change_nothing(world: World) -> None:
    actor, document = await wanted(world)
    await world.report(document, ReplicaState.READY, path="/p/python3.12")
    await row_when(world, document.python, ReplicaState.READY)
    await world.report(document, ReplicaState.FAILED, sequence=0)
    forged = document.model_copy(update={"operation": document.python})
    await world.report(forged, ReplicaState.FAILED)
    # What comes behind them shows that they were folded.
    await world.report(document, ReplicaState.READY, path="/q/python3.12")

    async def moved() -> bool:
        return (await row_when(world, document.python, ReplicaState.READY)).path == "/q/python3.12"

    await eventually(moved)
    assert actor.username == "ada"


async def test_only_a_node_that_understands_them_is_told_of_them_in_a_resync(
    world: World,
) -> None:
    _, document = await wanted(world)
    assert (await asked(world)).entries == ()
    (entry,) = (await asked(world, KIND)).entries
    assert entry.environment == document.python
    assert Version(entry.epoch, entry.generation) == Version(1, 1)
    (envelope,) = (await world.resync(want=(document.python,))).documents
    assert envelope
