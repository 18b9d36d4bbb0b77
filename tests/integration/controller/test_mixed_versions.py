"""The controller of this release with agents of the one before and of the one after."""

import json
from typing import Any

import pytest

from scripts import record
from venvoy.domain.state import NodeState, OperationState, ReplicaState
from venvoy.store import nodes
from venvoy.testing.world import World, eventually
from venvoy.wire import subjects
from venvoy.wire.messages import DesiredDocument, LogReply, ResyncReply

RELEASES = sorted(path.name for path in record.FOLDER.iterdir() if path.is_dir())
NEWER = {"from_the_future": {"deep": [1, {"x": None}]}}


def recorded(release: str, name: str, **values: Any) -> dict[str, Any]:
    """What that release said, about this world."""
    said = json.loads((record.FOLDER / release / f"{name}.json").read_text(encoding="utf-8"))
    return {**said, **values}


async def beat(world: World, said: dict[str, Any]) -> nodes.NodeRow:
    data = json.dumps(said).encode()
    await world.link.publish(subjects.heartbeat(world.node), data)

    async def online() -> nodes.NodeRow | None:
        async with world.controller.context.db.read() as tx:
            found = await nodes.get(tx, "local")
        return found if found is not None and found.state is NodeState.ONLINE else None

    return await eventually(online)


def status_of(release: str, world: World, document: DesiredDocument, **more: Any) -> bytes:
    own = {
        "node": world.node,
        "environment": document.environment,
        "epoch": document.epoch,
        "generation": document.generation,
        "operation": document.operation,
        "removed": False,
    }
    return json.dumps(recorded(release, "status", **own) | more).encode()


@pytest.mark.parametrize("release", RELEASES)
async def test_an_agent_of_each_release_is_heard(world: World, release: str) -> None:
    found = await beat(world, recorded(release, "heartbeat", node=world.node, instance=None))
    assert found.facts is not None
    assert found.facts["hostname"] == "worker-1"
    environment = await world.create()
    document = await world.document(environment.id, 1)
    await world.publish_status(
        environment.id, status_of(release, world, document, state="ready", cause=None)
    )
    row = await world.replica_when(environment.id, lambda row: row.live_revision == 2)
    assert row.state is ReplicaState.READY
    assert (await world.operation(document.operation)).state is OperationState.SUCCEEDED
    batch = recorded(release, "log-batch", operation=document.operation)
    batch["lines"][0]["sequence"] = 0
    answer = await world.request(subjects.log_request(world.node), json.dumps(batch).encode())
    assert LogReply.model_validate_json(answer).next == 1
    asked = recorded(release, "resync-request", after=None, want=[environment.id])
    answer = await world.request(subjects.desired_request(world.node), json.dumps(asked).encode())
    assert len(ResyncReply.model_validate_json(answer).documents) == 1


async def test_an_agent_of_a_later_release_is_heard(world: World) -> None:
    release = RELEASES[-1]
    said = recorded(release, "heartbeat", node=world.node, instance=None, v=2, **NEWER)
    said["interpreters"] = [{**each, **NEWER} for each in said["interpreters"]]
    await beat(world, said)
    environment = await world.create()
    document = await world.document(environment.id, 1)
    cause = {**recorded(release, "status")["cause"], "code": "solar-flare", "hop": "sun", **NEWER}
    words = {"state": "failed", "step": "shield", "cause": cause, "v": 2, **NEWER}
    await world.publish_status(environment.id, status_of(release, world, document, **words))
    row = await world.replica_when(environment.id, lambda row: row.state is ReplicaState.FAILED)
    assert row.cause is not None
    assert row.cause["code"] == "solar-flare"
    # A state that is not known yet leaves what is known, and the next report counts again.
    unknown = status_of(
        release, world, document, state="shielding", sequence=2_000_000_000_000, live_revision=1
    )
    await world.publish_status(environment.id, unknown)
    row = await world.replica_when(environment.id, lambda row: row.live_revision == 1)
    assert row.state is ReplicaState.FAILED
    ready = status_of(release, world, document, state="ready", sequence=2_000_000_000_001)
    await world.publish_status(environment.id, ready)
    await world.replica_when(environment.id, lambda row: row.state is ReplicaState.READY)
