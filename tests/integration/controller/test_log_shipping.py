"""Log lines of a node: all of them, once, and nobody else's."""

import asyncio
import os
import uuid
from contextlib import aclosing
from datetime import timedelta

import pytest

from venvoy.controller import logfile
from venvoy.controller.retention import KEPT_LOGS, Retention
from venvoy.domain.errors import Unavailable
from venvoy.domain.state import OperationKind, OperationState
from venvoy.store import environments, nodes, operations
from venvoy.testing.world import World, eventually
from venvoy.wire.subjects import log_request


async def released(world: World) -> str:
    environment = await world.create()
    return (await world.document(environment.id, 1)).operation


async def texts(world: World, operation: str) -> list[str]:
    return [line.text for line in (await world.controller.logs.page(operation)).lines]


async def test_lines_arrive_once_whatever_is_shipped_again(world: World) -> None:
    operation = await released(world)
    assert await world.ship(operation, 0, ["a", "b"]) == 2
    assert await world.ship(operation, 0, ["a", "b", "c"]) == 3
    assert await world.ship(operation, 5, ["f"]) == 3
    assert await world.ship(operation, 3, ["d"], final=True) == 4
    assert await texts(world, operation) == ["a", "b", "c", "d"]
    assert (await world.controller.logs.page(operation)).ended


async def test_a_follower_sees_lines_as_they_come(world: World) -> None:
    operation = await released(world)
    seen: list[str] = []

    async def follow() -> None:
        async with aclosing(world.controller.logs.follow(operation)) as pages:
            async for page in pages:
                seen.extend(line.text for line in page.lines)

    follower = asyncio.create_task(follow())
    await world.ship(operation, 0, ["a"])
    await world.ship(operation, 1, ["b"], final=True)
    await asyncio.wait_for(follower, 20)
    assert seen == ["a", "b"]


async def test_the_controllers_own_logs_are_out_of_reach(world: World) -> None:
    ctx = world.controller.context
    operation = ctx.new_id()
    async with ctx.db.write() as tx:
        kind = OperationKind.RESOLVE
        await operations.add(tx, operation_id=operation, kind=kind, now=ctx.clock())
    with pytest.raises(Unavailable) as refused:
        await world.ship(operation, 0, ["mine now"])
    assert refused.value.params["reason"] == "operation-of-another"
    assert await world.controller.logs.operations() == {}


async def test_another_nodes_logs_are_out_of_reach(world: World) -> None:
    ctx = world.controller.context
    operation = ctx.new_id()
    async with ctx.db.write() as tx:
        other = await nodes.register(tx, ctx.new_id(), "other", "UKEY", ctx.clock())
        kind = OperationKind.BUILD
        await operations.add(
            tx, operation_id=operation, kind=kind, now=ctx.clock(), node_id=other.id
        )
    with pytest.raises(Unavailable) as refused:
        await world.ship(operation, 0, ["mine now"], final=True)
    assert refused.value.params["reason"] == "operation-of-another"
    assert await world.controller.logs.operations() == {}


async def test_lines_of_a_forgotten_operation_are_taken_and_dropped(world: World) -> None:
    forgotten = str(uuid.uuid4())
    assert await world.ship(forgotten, 0, []) == 0
    assert await world.ship(forgotten, 0, ["a", "b"], final=True) == 2
    assert await world.controller.logs.operations() == {}


async def test_a_shipment_that_cannot_be_read_is_refused(world: World) -> None:
    operation = await released(world)
    too_long = "x" * 20_000
    bad = f'{{"operation": "{operation}", "lines": [{{"sequence": 0, "text": "{too_long}"}}]}}'
    path = b'{"operation": "../../keys/operator.nk", "lines": []}'
    for data in (b"", b"[]", path, bad.encode()):
        with pytest.raises(Unavailable) as refused:
            await world.request(log_request(world.node), data)
        assert refused.value.params["reason"] == "message-unreadable"
    assert await texts(world, operation) == []


async def test_shipping_goes_on_after_server_and_controller_were_gone(world: World) -> None:
    operation = await released(world)
    assert await world.ship(operation, 0, ["a"]) == 1
    await world.kill_nats()

    async def shipped() -> bool:
        try:
            return await world.ship(operation, 1, ["b"]) == 2
        except Unavailable:
            return False

    await eventually(shipped)
    await world.stop()
    await world.start()
    await world.ready()
    await world.connect()
    assert await world.ship(operation, 0, []) == 2
    assert await world.ship(operation, 2, ["c"], final=True) == 3
    assert await texts(world, operation) == ["a", "b", "c"]


async def test_a_full_disk_is_shown_and_loses_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = await released(world)
    await world.ship(operation, 0, ["a"])

    def full(_descriptor: int, _data: bytes) -> None:
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as disk:
        disk.setattr(logfile, "_write_all", full)
        with pytest.raises(Unavailable) as refused:
            await world.ship(operation, 1, ["b"])
        assert refused.value.params["reason"] == "controller-disk-full"
        report = world.controller.readiness()
        failing = {part.name: part.error for part in report.parts if not part.ok}
        assert failing["logs"] is not None
        assert not report.ready
    assert await world.ship(operation, 1, ["b"]) == 2
    assert await texts(world, operation) == ["a", "b"]
    await world.ready()


async def test_only_the_newest_logs_of_a_replica_are_kept(world: World) -> None:
    environment = await world.create()
    made = []
    for generation in range(1, KEPT_LOGS + 4):
        made.append((await world.document(environment.id, generation)).operation)
        await world.ship(made[-1], 0, [f"line of {generation}"])
        await world.release(environment, generation + 1)
    ctx = world.controller.context
    async with ctx.db.write() as tx:
        await operations.reported(tx, {made[0]: {"state": OperationState.RUNNING.value}})
    stray = str(uuid.uuid4())
    (world.settings.file("logs") / f"{stray}.jsonl").write_text("")
    os.utime(world.settings.file("logs") / f"{stray}.jsonl", (0, 0))
    await Retention(ctx.db, world.controller.logs, ctx.clock).step()
    kept = set(await world.controller.logs.operations())
    # The oldest still runs, so its log stays whatever its age.
    assert kept == {made[0], *made[-KEPT_LOGS:]}


async def test_logs_of_a_deleted_environment_stay_a_while(world: World) -> None:
    environment, other = await world.create(), await world.create("other")
    ctx, logs = world.controller.context, world.controller.logs
    made = [(await world.document(each.id, 1)).operation for each in (environment, other)]
    for operation in made:
        await world.ship(operation, 0, ["a line"])
    async with ctx.db.write() as tx:
        now = ctx.clock()
        await operations.end(tx, made[0], OperationState.SUCCEEDED, now)
        await environments.change(tx, environment.id, now, deleted_at=now)
    await Retention(ctx.db, logs, lambda: now + timedelta(days=29)).step()
    assert set(await logs.operations()) == set(made)
    await Retention(ctx.db, logs, lambda: now + timedelta(days=31)).step()
    assert set(await logs.operations()) == {made[1]}
