"""Healing and reading whole: asked for, refused, cancelled, and by itself."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from venvoy.bus.connection import Message
from venvoy.controller import drift, drift_work, environments, operations, queries
from venvoy.controller.context import Actor, Context
from venvoy.controller.desired import Documents
from venvoy.controller.healing import SelfHealing
from venvoy.controller.observations import Observations
from venvoy.controller.reports import Reports
from venvoy.domain.cause import Hop, Step
from venvoy.domain.drift import DriftPolicy
from venvoy.domain.errors import Conflict, Forbidden, NotFound, VenvoyError
from venvoy.domain.role import Role
from venvoy.domain.state import OperationKind, OperationState, ReplicaState
from venvoy.store import audit, events, replicas
from venvoy.store import environments as rows
from venvoy.store.idempotency import Claim
from venvoy.store.pages import Paging
from venvoy.store.replicas import ReplicaRow
from venvoy.testing.controller import Clock, add_node
from venvoy.wire.environments import EnvironmentCreate, EnvironmentEdit, PolicyWish
from venvoy.wire.messages import CauseMessage, ReplicaSettings, ReplicaStatus
from venvoy.wire.nkey import KeyPair
from venvoy.wire.nkey import Role as KeyRole
from venvoy.wire.observations import DriftFact, ObservedRequest, ReplicaObservation
from venvoy.wire.subjects import status as status_subject

READY, DRIFTED, CHECKING = ReplicaState.READY, ReplicaState.DRIFTED, ReplicaState.CHECKING


@dataclass
class Scene:
    """One environment on one node that says what a test wants."""

    ctx: Context
    actor: Actor
    node: str
    environment: str
    sequence: int = 0

    async def replica(self) -> ReplicaRow:
        async with self.ctx.db.read() as tx:
            row = await replicas.get(tx, self.environment, self.node)
        assert row is not None
        return row

    async def report(self, state: ReplicaState, cause: CauseMessage | None = None) -> None:
        row, self.sequence = await self.replica(), self.sequence + 1
        said = ReplicaStatus(
            node=self.node,
            environment=self.environment,
            epoch=row.epoch,
            generation=row.generation,
            operation=row.operation_id,
            sequence=self.sequence,
            state=state,
            revision=row.revision,
            live_revision=1,
            cause=cause,
            reported_at=self.ctx.clock(),
        )
        subject = status_subject(self.node, self.environment)
        message = Message(subject, said.model_dump_json().encode())
        await Reports(self.ctx, ahead=lambda _: None).fold([message])

    async def observe(self, count: int) -> None:
        self.sequence += 1
        told = ReplicaObservation(
            environment=self.environment,
            sequence=self.sequence,
            revision=1,
            findings=(DriftFact(kind="stray", package="ipdb", found="1"),) * count,
            findings_total=count,
        )
        request = ObservedRequest(told=told).model_dump_json().encode()
        await Observations(self.ctx).answer(self.node, request)

    async def drift(self) -> None:
        await self.observe(1)
        await self.report(DRIFTED)

    async def policy(self, drift: DriftPolicy | None) -> None:
        edit = EnvironmentEdit(policy=PolicyWish(drift=drift))
        await environments.edit(self.ctx, self.actor, "web", edit)

    async def told(self) -> list[str]:
        async with self.ctx.db.read() as tx:
            return [each.code for each in await events.after(tx, 0, 1_000)]


@pytest.fixture
async def scene(ctx: Context, actor: Actor, node: str, loop: None, ended: Any) -> Scene:
    await ended(await environments.create(ctx, actor, EnvironmentCreate(name="web")))
    async with ctx.db.read() as tx:
        row = await rows.get(tx, "web")
    assert row is not None
    scene = Scene(ctx, actor, node, row.id)
    await scene.report(READY)
    return scene


async def test_a_heal_asks_for_the_live_revision_once_more(scene: Scene) -> None:
    await scene.drift()
    before = await scene.replica()
    (made,) = await drift_work.heal(scene.ctx, scene.actor, "web")
    after, shown = await scene.replica(), await queries.show_operation(scene.ctx, made)
    assert (after.generation, after.operation_id) == (before.generation + 1, made)
    assert (after.revision, after.state, after.settings) == (
        1,
        ReplicaState.PENDING,
        before.settings,
    )
    assert (shown.kind, shown.state) == (OperationKind.HEAL, OperationState.QUEUED)
    assert shown.requested_by == "ada"
    async with scene.ctx.db.read() as tx:
        entries, _ = await audit.list_page(tx, Paging())
    assert (entries[0].action, entries[0].after) == (
        "environment-heal-asked",
        {"nodes": ["local"]},
    )
    await scene.report(READY)
    assert (await queries.show_operation(scene.ctx, made)).state is OperationState.SUCCEEDED


async def test_only_a_verify_says_so_in_its_document(scene: Scene) -> None:
    documents = Documents(KeyPair.generate(KeyRole.ACCOUNT), ReplicaSettings())

    async def verifies() -> bool:
        async with scene.ctx.db.read() as tx:
            row = await replicas.desired(tx, scene.environment, scene.node)
        assert row is not None
        return b'"verify":true' in documents.signed(row)

    assert not await verifies()
    (made,) = await drift_work.verify(scene.ctx, scene.actor, "web", ["local"])
    assert await verifies()
    await operations.cancel(scene.ctx, scene.actor, made)
    assert not await verifies()
    again = await operations.retry(scene.ctx, scene.actor, made)
    assert (await queries.show_operation(scene.ctx, again)).kind is OperationKind.VERIFY
    assert await verifies()


async def test_what_a_verify_found_is_how_its_operation_ended(scene: Scene) -> None:
    (made,) = await drift_work.verify(scene.ctx, scene.actor, "web")
    await scene.report(CHECKING)
    cause = CauseMessage(
        code="drift-found",
        step=Step.CHECK,
        hop=Hop.NODE,
        params={"count": 3, "packages": 1, "files": 2},
    )
    await scene.report(DRIFTED, cause)
    shown = await queries.show_operation(scene.ctx, made)
    assert shown.state is OperationState.SUCCEEDED
    assert shown.cause is not None
    assert shown.cause.message == "it differs from what was put there (packages: 1, files: 2)"


async def test_the_same_request_twice_heals_once(scene: Scene) -> None:
    await scene.drift()
    claim = Claim(scene.actor.user_id, "key", "POST /heal", "digest")
    first = await drift_work.heal(scene.ctx, scene.actor, "web", claim=claim)
    assert await drift_work.heal(scene.ctx, scene.actor, "web", claim=claim) == first


Asked = Callable[..., Awaitable[list[str]]]


@pytest.mark.parametrize(
    ("asked", "name", "nodes", "code"),
    [
        (drift_work.heal, "nothing", [], "environment-not-found"),
        (drift_work.heal, "web", ["nowhere"], "node-not-found"),
        (drift_work.heal, "web", ["other"], "environment-not-on-node"),
        (drift_work.heal, "web", [], "drift-nothing"),
        (drift_work.verify, "web", ["other"], "environment-not-on-node"),
    ],
)
async def test_what_cannot_be_healed_is_refused(
    scene: Scene, asked: Asked, name: str, nodes: list[str], code: str
) -> None:
    await add_node(scene.ctx, "other")
    with pytest.raises((NotFound, Conflict)) as refused:
        await asked(scene.ctx, scene.actor, name, nodes)
    assert refused.value.code == code


async def test_what_is_under_way_is_left_alone(scene: Scene) -> None:
    await scene.drift()
    await drift_work.heal(scene.ctx, scene.actor, "web")
    for asked in (drift_work.heal, drift_work.verify):
        with pytest.raises(Conflict) as refused:
            await asked(scene.ctx, scene.actor, "web")
        assert refused.value.code == "drift-busy"


async def test_a_viewer_heals_nothing(scene: Scene) -> None:
    viewer = Actor(scene.actor.user_id, "eve", Role.VIEWER)
    for asked in (drift_work.heal, drift_work.verify):
        with pytest.raises(Forbidden):
            await asked(scene.ctx, viewer, "web")


async def test_alert_heals_nothing_by_itself(scene: Scene) -> None:
    await scene.drift()
    await SelfHealing(scene.ctx).step()
    assert (await scene.replica()).state is DRIFTED
    assert "drift-seen" in await scene.told()


async def test_heal_is_by_itself_and_bounded(scene: Scene, clock: Clock) -> None:
    healing = SelfHealing(scene.ctx)
    await scene.policy(DriftPolicy.HEAL)
    healed = 0
    for _ in range(3 * 60):
        if (await scene.replica()).state is not DRIFTED:
            await scene.drift()
        await healing.step()
        await healing.step()
        if (await scene.replica()).state is ReplicaState.PENDING:
            healed += 1
            await scene.report(READY)
        clock.advance(60)
    assert healed == 3
    told = await scene.told()
    assert told.count("environment-heal-asked") == 3
    assert told.count("heal-postponed") == 3, "once for each wait"
    clock.advance(24 * 3_600)
    await scene.drift()
    await healing.step()
    assert (await scene.replica()).state is ReplicaState.PENDING


async def test_nothing_heals_by_itself_while_something_is_under_way(scene: Scene) -> None:
    await scene.policy(DriftPolicy.HEAL)
    await scene.drift()
    (made,) = await drift_work.verify(scene.ctx, scene.actor, "web")
    await SelfHealing(scene.ctx).step()
    assert (await scene.replica()).operation_id == made
    await scene.report(DRIFTED)
    await SelfHealing(scene.ctx).step()
    assert (await scene.replica()).operation_id != made


async def test_what_is_ignored_is_ready_and_still_shown(scene: Scene) -> None:
    await scene.drift()
    generation = (await scene.replica()).generation
    await scene.policy(DriftPolicy.IGNORE)
    assert (await scene.replica()).state is READY
    before = await scene.told()
    await scene.observe(2)
    await scene.report(DRIFTED)
    assert (await scene.replica()).state is READY
    assert (await scene.told())[len(before) :] == []
    (seen,) = await drift.show_drift(scene.ctx, "web")
    assert seen.total == 2
    await scene.policy(None)
    after = await scene.replica()
    assert (after.state, after.generation) == (DRIFTED, generation), "no node is told of it"


async def test_a_word_that_is_no_policy_is_refused() -> None:
    with pytest.raises((VenvoyError, ValueError)):
        PolicyWish.model_validate({"drift": "adopt"})
