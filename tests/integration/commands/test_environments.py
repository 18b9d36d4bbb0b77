"""Creating, editing, upgrading and deleting environments."""

import asyncio
from typing import Any

import pytest

from venvoy.controller import environments, operations, queries
from venvoy.controller.context import Actor, Context
from venvoy.controller.operations import wait_ended
from venvoy.domain.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    StaleVersion,
    Unavailable,
)
from venvoy.domain.reconcile import Aim
from venvoy.domain.role import Role
from venvoy.domain.state import EnvironmentState, OperationKind, OperationState, ReplicaState
from venvoy.store import audit, events, nodes, outbox, replicas
from venvoy.store.idempotency import Claim
from venvoy.store.pages import Paging
from venvoy.testing.controller import MemoryLogs, ScriptedResolver, add_actor, add_node
from venvoy.testing.fleet import until
from venvoy.wire.environments import EnvironmentCreate, EnvironmentEdit, EnvironmentUpgrade

SUCCEEDED, FAILED, CANCELLED = (
    OperationState.SUCCEEDED,
    OperationState.FAILED,
    OperationState.CANCELLED,
)


def wish(
    name: str = "web", requirements: str = "flask\nrequests", **more: Any
) -> EnvironmentCreate:
    return EnvironmentCreate(name=name, requirements=requirements, **more)


@pytest.fixture
async def web(ctx: Context, actor: Actor, node: str, loop: None, ended: Any) -> str:
    """The id of an environment with revision 1."""
    await ended(await environments.create(ctx, actor, wish()))
    return (await queries.show_environment(ctx, "web")).id


async def codes(ctx: Context) -> list[str]:
    async with ctx.db.read() as tx:
        return [row.code for row in await events.after(tx, 0)]


async def test_a_new_environment_is_there_at_once_and_resolving(
    ctx: Context, actor: Actor, node: str
) -> None:
    operation = await environments.create(
        ctx, actor, wish(title="The web", labels={"team": "a"}, python="3.11")
    )
    shown = await queries.show_environment(ctx, "web")
    assert shown.state is EnvironmentState.RESOLVING
    assert shown.requirements == ["flask", "requests"]
    assert (shown.title, shown.labels, shown.owner) == ("The web", {"team": "a"}, "ada")
    assert (shown.revision, shown.operation, shown.python) == (None, operation, "==3.11.*")


async def test_a_resolution_releases_a_revision_to_the_node(
    ctx: Context, actor: Actor, node: str, loop: None, ended: Any, logs: MemoryLogs
) -> None:
    operation = await environments.create(ctx, actor, wish())
    row = await ended(operation)
    assert (row.state, row.revision) == (SUCCEEDED, 1)
    async with ctx.db.read() as tx:
        (document,) = await replicas.desired_of_node(tx, node)
        (entry,) = await outbox.pending(tx)
    assert (document.action, document.generation, document.epoch) == (Aim.INSTALL, 1, 1)
    assert (document.revision, document.name, document.python) == (1, "web", "==3.12.*")
    assert entry.key == f"{node}.{document.environment_id}"
    shown = await queries.show_environment(ctx, "web")
    assert (shown.revision, shown.package_count, shown.state) == (1, 2, EnvironmentState.ROLLING)
    (replica,) = shown.replicas
    assert (replica.state, replica.operation) == (ReplicaState.PENDING, document.operation_id)
    build = await queries.show_operation(ctx, document.operation_id)
    assert (build.kind, build.environment, build.node) == (OperationKind.BUILD, "web", "local")
    assert (build.requested_by, build.revision) == ("ada", 1)
    assert "reading the index" in logs.lines[operation]
    assert operation in logs.closed
    assert (await codes(ctx))[-2:] == ["operation-queued", "operation-succeeded"]


async def test_the_newest_python_of_the_node_is_chosen(
    ctx: Context, actor: Actor, resolver: ScriptedResolver, loop: None, ended: Any
) -> None:
    await add_node(ctx, pythons=["3.10.1", "3.13.2", "3.9.9"])
    await ended(await environments.create(ctx, actor, wish()))
    (request,) = resolver.requests
    assert request.spec.python == "==3.13.*"
    assert [target.python for target in request.targets] == ["3.13.2"]


async def test_a_python_that_no_node_has_is_refused_and_nothing_kept(
    ctx: Context, actor: Actor, node: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await environments.create(ctx, actor, wish(python="3.99"))
    assert refused.value.code == "python-not-found"
    assert refused.value.params["found"] == ["3.11.7", "3.12.4"]
    with pytest.raises(NotFound):
        await queries.show_environment(ctx, "web")
    assert await codes(ctx) == []


async def test_a_node_that_no_lock_can_hold_for_is_named(ctx: Context, actor: Actor) -> None:
    await add_node(ctx, platform="freebsd-x86_64")
    with pytest.raises(InvalidInput) as refused:
        await environments.create(ctx, actor, wish())
    assert refused.value.code == "node-platform-unknown"
    assert refused.value.params == {"node": "local", "platform": "freebsd-x86_64"}


async def test_without_a_local_node_a_placement_is_required(ctx: Context, actor: Actor) -> None:
    with pytest.raises(InvalidInput) as refused:
        await environments.create(ctx, actor, wish())
    assert refused.value.code == "placement-required"


async def test_a_node_that_is_about_to_report_is_waited_for(ctx: Context, actor: Actor) -> None:
    async with ctx.db.write() as tx:
        await nodes.register(tx, ctx.new_id(), "local", "key of local", ctx.clock())
    creating = asyncio.create_task(environments.create(ctx, actor, wish()))
    await asyncio.sleep(0)
    await add_node(ctx)
    ctx.wakes.changed.ring()
    assert await creating


async def test_a_node_that_never_reports_is_named(
    ctx: Context, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("venvoy.controller.placements._FACTS_SECONDS", 0.01)
    async with ctx.db.write() as tx:
        await nodes.register(tx, ctx.new_id(), "local", "key of local", ctx.clock())
    with pytest.raises(Unavailable) as refused:
        await environments.create(ctx, actor, wish())
    assert refused.value.code == "node-facts-missing"
    assert refused.value.params["nodes"] == ["local"]


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (wish(name="../x"), "name-invalid"),
        (wish(name=""), "name-empty"),
        (wish(title="a\x00b"), "text-control-characters"),
        (wish(description="a\x1b[31m"), "text-control-characters"),
        (wish(labels={"a": "\x07"}), "text-control-characters"),
        (wish(python="abc"), "python-invalid"),
    ],
)
async def test_bad_input_is_refused_by_name(
    ctx: Context, actor: Actor, node: str, bad: EnvironmentCreate, code: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await environments.create(ctx, actor, bad)
    assert refused.value.code == code


async def test_a_message_that_no_database_takes_is_refused(
    ctx: Context, actor: Actor, web: str
) -> None:
    for command in (
        environments.edit(ctx, actor, "web", EnvironmentEdit(add=["six"], message="a\x00b")),
        environments.upgrade(ctx, actor, "web", EnvironmentUpgrade(message="\x1b[2J")),
    ):
        with pytest.raises(InvalidInput, match="text-control-characters"):
            await command


async def test_viewers_change_nothing(ctx: Context, web: str) -> None:
    viewer = await add_actor(ctx, "eve", Role.VIEWER)
    before = await queries.show_environment(ctx, "web")
    assert before.operation is not None
    for command in (
        environments.create(ctx, viewer, wish(name="other")),
        environments.edit(ctx, viewer, "web", EnvironmentEdit(title="mine")),
        environments.upgrade(ctx, viewer, "web", EnvironmentUpgrade()),
        environments.delete(ctx, viewer, "web"),
        operations.cancel(ctx, viewer, before.operation),
        operations.retry(ctx, viewer, before.operation),
    ):
        with pytest.raises(Forbidden):
            await command
    assert await queries.show_environment(ctx, "web") == before


async def test_a_taken_name_is_refused_also_at_the_same_time(
    ctx: Context, actor: Actor, node: str
) -> None:
    tries = [environments.create(ctx, actor, wish()) for _ in range(8)]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(result, str) for result in results) == 1
    refused = [result for result in results if isinstance(result, Conflict)]
    assert [error.code for error in refused] == ["environment-exists"] * 7


async def test_a_request_sent_again_gets_the_same_operation(
    ctx: Context, actor: Actor, other: Actor, node: str
) -> None:
    claim = Claim(actor.user_id, "key-1", "POST /api/v1/environments", "d" * 64)
    tries = [environments.create(ctx, actor, wish(), claim) for _ in range(6)]
    results = await asyncio.gather(*tries)
    assert len(set(results)) == 1
    another = Claim(actor.user_id, "key-1", "POST /api/v1/environments", "e" * 64)
    with pytest.raises(Conflict) as refused:
        await environments.create(ctx, actor, wish(name="other"), another)
    assert refused.value.code == "idempotency-key-reused"
    theirs = Claim(other.user_id, "key-1", "POST /api/v1/environments", "e" * 64)
    assert await environments.create(ctx, other, wish(name="other"), theirs) not in results


async def test_a_refused_request_does_not_use_its_key_up(
    ctx: Context, actor: Actor, node: str
) -> None:
    await environments.create(ctx, actor, wish())
    claim = Claim(actor.user_id, "key-1", "POST /api/v1/environments", "d" * 64)
    with pytest.raises(Conflict):
        await environments.create(ctx, actor, wish(), claim)
    assert await environments.create(ctx, actor, wish(name="other"), claim)


async def test_a_first_resolution_that_fails_frees_the_name(
    ctx: Context,
    actor: Actor,
    node: str,
    loop: None,
    ended: Any,
    resolver: ScriptedResolver,
    logs: MemoryLogs,
) -> None:
    resolver.unknown = {"flask"}
    operation = await environments.create(ctx, actor, wish())
    row = await ended(operation)
    assert row.state is FAILED
    with pytest.raises(NotFound):
        await queries.show_environment(ctx, "web")
    shown = await queries.show_operation(ctx, operation)
    assert shown.cause is not None
    assert (shown.cause.code, shown.cause.params) == ("package-not-found", {"packages": ["flask"]})
    assert shown.cause.message == "the index does not have: flask"
    assert shown.environment == "web"
    assert operation in logs.closed
    listed = await queries.list_operations(ctx, Paging(), environment="web")
    assert [each.id for each in listed.items] == [operation]
    assert "environment-abandoned" in await codes(ctx)
    resolver.unknown = set()
    assert (await ended(await environments.create(ctx, actor, wish()))).state is SUCCEEDED


async def test_an_edit_makes_the_next_revision(
    ctx: Context, actor: Actor, web: str, ended: Any, resolver: ScriptedResolver, node: str
) -> None:
    async with ctx.db.read() as tx:
        first = await replicas.get(tx, web, node)
    change = EnvironmentEdit(add=["six"], drop=["flask"], title="New", message="why")
    operation = await environments.edit(ctx, actor, "web", change)
    assert operation is not None
    assert (await ended(operation)).revision == 2
    shown = await queries.show_environment(ctx, "web")
    assert (shown.requirements, shown.title) == (["requests", "six"], "New")
    assert resolver.requests[-1].live is not None
    assert [each.name for each in resolver.requests[-1].live.packages] == ["flask", "requests"]
    async with ctx.db.read() as tx:
        second = await replicas.get(tx, web, node)
    assert first is not None
    assert second is not None
    assert (second.generation, second.revision) == (2, 2)
    stopped = await queries.show_operation(ctx, first.operation_id)
    assert stopped.state is CANCELLED
    assert stopped.cause is not None
    assert stopped.cause.params == {"operation": second.operation_id}
    revisions = await queries.list_revisions(ctx, "web", Paging())
    assert [(each.number, each.message) for each in revisions.items] == [(2, "why"), (1, "")]
    detail = await queries.show_revision(ctx, "web", 2)
    assert [(each.name, each.requested) for each in detail.packages] == [
        ("requests", True),
        ("six", True),
    ]


async def test_an_edit_whose_resolution_fails_changes_nothing(
    ctx: Context, actor: Actor, web: str, ended: Any, resolver: ScriptedResolver
) -> None:
    before = await queries.show_environment(ctx, "web")
    resolver.unknown = {"six"}
    change = EnvironmentEdit(add=["six"], title="New")
    operation = await environments.edit(ctx, actor, "web", change)
    assert (await ended(str(operation))).state is FAILED
    after = await queries.show_environment(ctx, "web")
    same = {"version", "updated_at", "operation"}
    assert after.model_dump(exclude=same) == before.model_dump(exclude=same)


async def test_what_people_read_is_changed_without_a_resolution(
    ctx: Context, actor: Actor, web: str
) -> None:
    before = await queries.show_environment(ctx, "web")
    change = EnvironmentEdit(title="Das Netz", labels={"team": "b"})
    assert await environments.edit(ctx, actor, "web", change) is None
    after = await queries.show_environment(ctx, "web")
    assert (after.title, after.labels, after.revision) == ("Das Netz", {"team": "b"}, 1)
    assert after.version != before.version


async def test_an_edit_that_changes_nothing_leaves_no_trace(
    ctx: Context, actor: Actor, web: str
) -> None:
    before, heard = await queries.show_environment(ctx, "web"), await codes(ctx)
    change = EnvironmentEdit(title="", requirements="requests\nFlask  # the same")
    assert await environments.edit(ctx, actor, "web", change) is None
    assert await queries.show_environment(ctx, "web") == before
    assert await codes(ctx) == heard


async def test_of_two_edits_from_one_version_the_second_is_refused_with_the_difference(
    ctx: Context, actor: Actor, other: Actor, web: str, ended: Any
) -> None:
    version = (await queries.show_environment(ctx, "web")).version
    first = await environments.edit(ctx, actor, "web", EnvironmentEdit(add=["six"]), version)
    with pytest.raises(StaleVersion) as refused:
        await environments.edit(ctx, other, "web", EnvironmentEdit(add=["attrs"]), version)
    assert refused.value.code == "stale-version"
    assert refused.value.params["by"] == ["ada"]
    assert refused.value.params["changed"] == ["requirements: + six"]
    await ended(str(first))
    with pytest.raises(StaleVersion):
        await environments.delete(ctx, other, "web", version)
    assert (await queries.show_environment(ctx, "web")).requirements == [
        "flask",
        "requests",
        "six",
    ]


async def test_of_many_edits_at_once_from_one_version_exactly_one_is_taken(
    ctx: Context, actor: Actor, web: str
) -> None:
    version = (await queries.show_environment(ctx, "web")).version
    tries = [
        environments.edit(ctx, actor, "web", EnvironmentEdit(title=f"title {n}"), version)
        for n in range(12)
    ]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(result is None for result in results) == 1
    assert sum(isinstance(result, StaleVersion) for result in results) == 11


async def test_edits_without_a_version_all_go_through(
    ctx: Context, actor: Actor, web: str, ended: Any
) -> None:
    """Each starts from what was asked last, so none is lost though all are at once."""
    packages = ["six", "attrs", "idna", "rich", "click"]
    tries = [environments.edit(ctx, actor, "web", EnvironmentEdit(add=[name])) for name in packages]
    for operation in await asyncio.gather(*tries):
        await ended(operation)
    shown = await queries.show_environment(ctx, "web")
    assert shown.requirements == sorted(["flask", "requests", *packages])


async def test_the_newest_edit_ends_a_resolution_that_is_under_way(
    ctx: Context, actor: Actor, web: str, ended: Any, resolver: ScriptedResolver, logs: MemoryLogs
) -> None:
    resolver.gate.clear()
    older = await environments.edit(ctx, actor, "web", EnvironmentEdit(add=["six"], title="Old"))
    await until(lambda: len(resolver.requests) == 2)
    newer = await environments.edit(ctx, actor, "web", EnvironmentEdit(add=["attrs"]))
    row = await ended(str(older))
    assert row.state is CANCELLED
    assert row.cause is not None
    assert (row.cause["code"], row.cause["params"]) == ("superseded", {"operation": newer})
    await until(lambda: resolver.cut_short == 1)
    resolver.gate.set()
    assert (await ended(str(newer))).revision == 2
    shown = await queries.show_environment(ctx, "web")
    assert (shown.requirements, shown.title) == (["attrs", "flask", "requests", "six"], "Old")
    assert older in logs.closed


async def test_an_upgrade_lets_pins_go(
    ctx: Context, actor: Actor, web: str, ended: Any, resolver: ScriptedResolver
) -> None:
    resolver.versions = {"flask": "2.0"}
    wanted = EnvironmentUpgrade(packages=["Flask"])
    row = await ended(await environments.upgrade(ctx, actor, "web", wanted))
    assert row.revision == 2
    assert resolver.requests[-1].upgrade == frozenset({"flask"})
    detail = await queries.show_revision(ctx, "web", 2)
    assert [each.version for each in detail.packages] == ["2.0", "1.0"]


async def test_an_upgrade_that_finds_nothing_makes_no_revision(
    ctx: Context, actor: Actor, web: str, ended: Any, resolver: ScriptedResolver, node: str
) -> None:
    row = await ended(await environments.upgrade(ctx, actor, "web", EnvironmentUpgrade()))
    assert (row.state, row.revision) == (SUCCEEDED, 1)
    assert resolver.requests[-1].upgrade == frozenset()
    async with ctx.db.read() as tx:
        replica = await replicas.get(tx, web, node)
    assert replica is not None
    assert replica.generation == 1


async def test_an_upgrade_of_what_is_not_locked_is_refused(
    ctx: Context, actor: Actor, web: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await environments.upgrade(ctx, actor, "web", EnvironmentUpgrade(packages=["nope"]))
    assert refused.value.params == {"packages": ["nope"]}


async def test_deleting_tells_the_nodes_and_frees_the_name(
    ctx: Context, actor: Actor, web: str, node: str, ended: Any
) -> None:
    async with ctx.db.read() as tx:
        build = await replicas.get(tx, web, node)
    (removal,) = await environments.delete(ctx, actor, "web")
    with pytest.raises(NotFound):
        await queries.show_environment(ctx, "web")
    async with ctx.db.read() as tx:
        (document,) = await replicas.desired_of_node(tx, node)
    assert (document.action, document.generation) == (Aim.REMOVE, 2)
    assert (document.operation_id, document.revision) == (removal, None)
    shown = await queries.show_operation(ctx, removal)
    assert (shown.kind, shown.environment) == (OperationKind.REMOVE, "web")
    assert build is not None
    stopped = await queries.show_operation(ctx, build.operation_id)
    assert (stopped.state, stopped.cause and stopped.cause.code) == (
        CANCELLED,
        "environment-deleted",
    )
    await ended(await environments.create(ctx, actor, wish()))
    assert (await queries.show_environment(ctx, "web")).id != web


async def test_deleting_ends_a_resolution_that_is_under_way(
    ctx: Context, actor: Actor, node: str, loop: None, ended: Any, resolver: ScriptedResolver
) -> None:
    resolver.gate.clear()
    operation = await environments.create(ctx, actor, wish())
    assert await environments.delete(ctx, actor, "web") == []
    assert (await ended(operation)).state is CANCELLED
    resolver.gate.set()
    async with ctx.db.read() as tx:
        assert await replicas.desired_of_node(tx, node) == []


async def test_every_change_is_in_the_audit_with_before_and_after(
    ctx: Context, actor: Actor, other: Actor, web: str, ended: Any
) -> None:
    await ended(await environments.edit(ctx, other, "web", EnvironmentEdit(add=["six"])))
    await environments.delete(ctx, actor, "web")
    async with ctx.db.read() as tx:
        rows, _ = await audit.list_page(tx, Paging(sort="at"), subject="web")
    assert [(row.action, row.username) for row in rows] == [
        ("environment-created", "ada"),
        ("environment-revised", None),
        ("environment-edited", "grace"),
        ("environment-revised", None),
        ("environment-deleted", "ada"),
    ]
    edited = rows[2]
    assert edited.before is not None
    assert edited.after is not None
    assert edited.before["requirements"] == ["flask", "requests"]
    assert edited.after["requirements"] == ["flask", "requests", "six"]


async def test_waiting_has_an_end(ctx: Context, actor: Actor, node: str) -> None:
    operation = await environments.create(ctx, actor, wish())
    row = await wait_ended(ctx, operation, 0.05)
    assert row.state is OperationState.QUEUED
