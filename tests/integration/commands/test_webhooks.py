"""What nodes report becomes webhooks, told once each, and again until they are heard."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from venvoy.bus.connection import Message
from venvoy.controller import environments, queries
from venvoy.controller.context import Actor, Context
from venvoy.controller.reports import Reports
from venvoy.controller.webhooks import Webhooks
from venvoy.domain.cause import Hop, Step
from venvoy.domain.errors import InvalidInput
from venvoy.domain.state import ReplicaState
from venvoy.domain.webhook import MOST_TRIES
from venvoy.store import audit, events, replicas
from venvoy.store.pages import Paging
from venvoy.testing.controller import Clock
from venvoy.wire.environments import EnvironmentCreate, EnvironmentEdit, PolicyWish
from venvoy.wire.messages import CauseMessage, ReplicaStatus
from venvoy.wire.subjects import status

SECRET = "s3cr3t"
URL = f"https://hooks.example.org:8443/{SECRET}?key={SECRET}"
CHECKING, READY, FAILED = ReplicaState.CHECKING, ReplicaState.READY, ReplicaState.FAILED


class Receiver:
    """Keeps what it is sent, and answers as it is told."""

    def __init__(self) -> None:
        self.code = 204
        self.heard: list[dict[str, Any]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert str(request.url) == URL
        self.heard.append(json.loads(request.content))
        return httpx.Response(self.code, headers={"Location": "http://localhost/elsewhere"})


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def sender(ctx: Context, receiver: Receiver) -> Webhooks:
    return Webhooks(ctx, httpx.MockTransport(receiver))


@pytest.fixture
async def web(ctx: Context, actor: Actor, node: str, loop: None, ended: Any) -> str:
    wish = EnvironmentCreate(name="web", requirements="flask", policy=PolicyWish(after_webhook=URL))
    await ended(await environments.create(ctx, actor, wish))
    return node


@pytest.fixture
def report(ctx: Context, web: str) -> Callable[..., Any]:
    """Reports of the newest wish, numbered."""
    sequence = iter(range(1, 1_000))

    async def say(state: ReplicaState, live: int | None, **more: Any) -> None:
        async with ctx.db.read() as tx:
            row = (await replicas.of_node(tx, web))[0]
        fields = {
            "node": row.node_id,
            "environment": row.environment_id,
            "epoch": row.epoch,
            "generation": row.generation,
            "operation": row.operation_id,
            "sequence": next(sequence),
            "state": state,
            "revision": row.revision,
            "live_revision": live,
            "prefix": f"/data/{live}" if live else None,
            "reported_at": datetime(2026, 1, 1, tzinfo=UTC),
        }
        data = ReplicaStatus.model_validate(fields | more).model_dump_json().encode()
        where = status(row.node_id, row.environment_id)
        await Reports(ctx, ahead=lambda _: None).fold([Message(where, data)])

    return say


async def edited(ctx: Context, actor: Actor, ended: Any, line: str) -> None:
    await ended(await environments.edit(ctx, actor, "web", EnvironmentEdit(add=[line])))


async def test_each_switch_is_told_once(
    ctx: Context,
    actor: Actor,
    report: Callable[..., Any],
    sender: Webhooks,
    receiver: Receiver,
    ended: Any,
) -> None:
    await report(CHECKING, None)
    await report(CHECKING, 1)
    await sender.step()
    assert receiver.heard == [], "it is on trial"
    await report(READY, 1)
    await sender.step()
    await report(READY, 1)
    await sender.step()
    await edited(ctx, actor, ended, "rich")
    await report(CHECKING, 1)
    await report(CHECKING, 2)
    await report(READY, 2)
    await sender.step()
    told = [(each["code"], each["params"]["revision"]) for each in receiver.heard]
    assert told == [("replica-switched", 1), ("replica-switched", 2)]
    first, second = (each["params"] for each in receiver.heard)
    assert (first["previous_revision"], second["previous_revision"]) == (None, 1)
    assert (first["environment"], first["node"]) == ("web", "local")
    assert receiver.heard[0]["id"] != receiver.heard[1]["id"]


async def test_a_node_that_went_back_says_so(
    ctx: Context,
    actor: Actor,
    report: Callable[..., Any],
    sender: Webhooks,
    receiver: Receiver,
    ended: Any,
) -> None:
    await report(READY, 1)
    await sender.step()
    await edited(ctx, actor, ended, "rich")
    await report(CHECKING, 2)
    cause = CauseMessage(code="gone-back", step=Step.CHECK, hop=Hop.PACKAGE)
    await report(FAILED, 1, cause=cause)
    await report(FAILED, 1, cause=cause)
    await sender.step()
    assert [each["code"] for each in receiver.heard] == ["replica-switched", "replica-gone-back"]
    told = receiver.heard[1]["params"]
    assert (told["revision"], told["previous_revision"], told["reason"]) == (1, 2, "gone-back")


async def test_it_is_told_again_until_it_is_heard(
    ctx: Context,
    report: Callable[..., Any],
    sender: Webhooks,
    receiver: Receiver,
    clock: Clock,
) -> None:
    await report(READY, 1)
    receiver.code = 302
    await sender.step()
    await sender.step()
    assert len(receiver.heard) == 1, "the next try waits, and nothing is followed"
    note = (await queries.show_environment(ctx, "web")).replicas[0].note
    assert note is not None
    assert (note.code, note.params["problem"]) == ("webhook-waiting", "http-302")
    assert SECRET not in note.message
    receiver.code = 200
    clock.advance(10)
    await sender.step()
    assert len({each["id"] for each in receiver.heard}) == 1
    assert len(receiver.heard) == 2
    assert (await queries.show_environment(ctx, "web")).replicas[0].note is None


async def test_it_is_given_up_after_some_hours(
    ctx: Context,
    report: Callable[..., Any],
    sender: Webhooks,
    receiver: Receiver,
    clock: Clock,
) -> None:
    await report(READY, 1)
    receiver.code = 500
    for _ in range(MOST_TRIES + 3):
        await sender.step()
        clock.advance(4_000)
    assert len(receiver.heard) == MOST_TRIES
    note = (await queries.show_environment(ctx, "web")).replicas[0].note
    assert note is not None
    assert note.code == "webhook-failed"
    async with ctx.db.read() as tx:
        codes = [each.code for each in await events.after(tx, 0, 1_000)]
    assert codes.count("webhook-failed") == 1


async def test_a_secret_is_shown_to_nobody(
    ctx: Context, actor: Actor, web: str, ended: Any, caplog: pytest.LogCaptureFixture
) -> None:
    shown = await queries.show_environment(ctx, "web")
    assert (shown.policy.after_webhook or "").startswith("https://hooks.example.org:8443/… (")
    other = EnvironmentEdit(policy=PolicyWish(after_webhook=URL + "2"))
    await environments.edit(ctx, actor, "web", other)
    changed = (await queries.show_environment(ctx, "web")).policy.after_webhook
    assert changed != shown.policy.after_webhook
    async with ctx.db.read() as tx:
        entries, _ = await audit.list_page(tx, Paging())
    assert SECRET not in json.dumps([[e.before, e.after] for e in entries])
    assert SECRET not in caplog.text
    back = EnvironmentEdit(policy=PolicyWish(after_webhook=changed))
    with pytest.raises(InvalidInput) as refused:
        await environments.edit(ctx, actor, "web", back)
    assert refused.value.code == "webhook-invalid"
