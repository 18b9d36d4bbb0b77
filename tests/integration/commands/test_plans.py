"""Plans: nothing changes by looking, and what goes out is what was looked at."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from venvoy.controller import environments, plans, queries
from venvoy.controller.context import Actor, Context
from venvoy.controller.logs import LogStore
from venvoy.controller.resolver import ResolveFailed
from venvoy.controller.retention import Retention
from venvoy.domain.errors import Forbidden, InvalidInput, NotFound, StaleVersion, TimedOut
from venvoy.domain.held_back import Reason
from venvoy.domain.lock import LockedFile, LockedPackage
from venvoy.domain.offer import OfferedFile, Offers, offers
from venvoy.domain.plan import Because, Kind
from venvoy.domain.role import Role
from venvoy.domain.state import OperationState
from venvoy.store import environments as rows
from venvoy.store import locks, replicas
from venvoy.store.pages import Paging
from venvoy.testing.controller import Clock, ScriptedResolver, add_actor, add_node
from venvoy.testing.fleet import until
from venvoy.wire.environments import EnvironmentCreate, EnvironmentEdit
from venvoy.wire.plans import EnvironmentPlan, UpgradeWish


class Index:
    """An index of which a test says what it has."""

    def __init__(self, versions: Mapping[str, list[str]]) -> None:
        self.versions = dict(versions)
        self.lines: dict[str, tuple[str, ...]] = {}

    async def requires(self, package: LockedPackage) -> tuple[str, ...] | None:
        return self.lines.get(package.name, ())

    async def offers(self, project: str) -> Offers | None:
        if project not in self.versions:
            return None
        return offers(
            OfferedFile(f"{project}-{version}-py3-none-any.whl")
            for version in self.versions[project]
        )


def wheel(name: str, sha256: str = "d" * 64, size: int | None = 10) -> LockedFile:
    return LockedFile(name, sha256, size, f"packages/aa/bb/{name}")


@pytest.fixture
def index() -> Index:
    return Index({"flask": ["1.0"], "requests": ["1.0"]})


@pytest.fixture
def ctx(ctx: Context, index: Index) -> Context:
    return replace(ctx, catalogue=index)


@pytest.fixture
async def web(ctx: Context, actor: Actor, node: str, loop: None, ended: Any) -> str:
    """The id of an environment whose revision 1 is live on its node."""
    wish = EnvironmentCreate(name="web", requirements="flask\nrequests")
    await ended(await environments.create(ctx, actor, wish))
    id_ = (await queries.show_environment(ctx, "web")).id
    async with ctx.db.write() as tx:
        live = {"live_revision": 1, "python_version": "3.12.4", "state": "ready"}
        await replicas.report(tx, id_, node, **live)
    return id_


async def state(ctx: Context) -> Any:
    async with ctx.db.read() as tx:
        return await rows.get(tx, "web")


async def test_a_plan_changes_nothing(ctx: Context, actor: Actor, web: str) -> None:
    before = await state(ctx)
    shown = await plans.plan(ctx, actor, "web", EnvironmentPlan(add=["httpx"], drop=["flask"]))
    assert await state(ctx) == before
    assert (shown.base_version, shown.base_revision) == (str(before.version), 1)
    assert shown.revises
    assert shown.changed == ["requirements: + httpx", "requirements: - flask"]
    (target,) = shown.targets
    assert [(each.kind, each.name, each.requested) for each in target.changes] == [
        (Kind.REMOVE, "flask", False),
        (Kind.ADD, "httpx", True),
    ]
    assert (target.platform, target.python, target.nodes) == ("linux-x86_64", "3.12.4", ["local"])
    assert target.unchanged == 1
    (node,) = shown.nodes
    assert node.because == [Because.PACKAGES]
    assert (node.counts[Kind.ADD], node.counts[Kind.REMOVE]) == (1, 1)
    assert await plans.show(ctx, "web", shown.id) == shown


async def test_bytes_are_those_that_no_live_revision_of_the_node_has(
    ctx: Context, actor: Actor, web: str, resolver: ScriptedResolver
) -> None:
    resolver.wheels = {
        "httpx": wheel("httpx-1.0-py3-none-any.whl", "b" * 64, 5_000),
        "flask": wheel("flask-1.0-py3-none-any.whl", "c" * 64, None),
    }
    shown = await plans.plan(ctx, actor, "web", EnvironmentPlan(add=["httpx"]))
    (node,) = shown.nodes
    # `requests` has the hash that revision 1 holds; `flask` comes anew without a size.
    assert (node.fetch_files, node.fetch_bytes, node.unknown_sizes) == (2, 5_000, 1)
    assert node.disk_bytes > 5_000
    assert node.disk_free_bytes == 10_000_000_000


async def test_making_a_plan_is_exactly_that_without_resolving(
    ctx: Context, actor: Actor, other: Actor, web: str, resolver: ScriptedResolver
) -> None:
    shown = await plans.plan(ctx, actor, "web", EnvironmentPlan(add=["httpx"], title="The web"))
    asked = len(resolver.requests)
    resolver.versions = {"httpx": "9.9"}
    edit = EnvironmentEdit(plan=shown.id, message="as agreed")
    operation = await environments.edit(ctx, other, "web", edit, shown.base_version)
    assert len(resolver.requests) == asked
    after = await queries.show_environment(ctx, "web")
    assert (after.revision, after.title) == (2, "The web")
    revision = await queries.show_revision(ctx, "web", 2)
    assert revision.lock_digest == shown.lock_digest
    assert (revision.message, revision.author) == ("as agreed", "grace")
    assert operation is not None
    done = await queries.show_operation(ctx, operation)
    assert (done.state, done.revision) == (OperationState.SUCCEEDED, 2)
    assert after.operation == operation
    (replica,) = after.replicas
    assert replica.revision == 2
    changes = [
        entry.action for entry in (await queries.list_audit(ctx, Paging(), subject="web")).items
    ]
    assert changes[:2] == ["environment-revised", "environment-edited"]


async def test_a_plan_is_stale_once_the_environment_has_changed(
    ctx: Context, actor: Actor, other: Actor, web: str, ended: Any
) -> None:
    shown = await plans.plan(ctx, actor, "web", EnvironmentPlan(add=["httpx"]))
    operation = await environments.edit(ctx, other, "web", EnvironmentEdit(drop=["flask"]))
    await ended(operation)
    with pytest.raises(StaleVersion) as refused:
        await environments.edit(ctx, actor, "web", EnvironmentEdit(plan=shown.id))
    assert refused.value.code == "plan-stale"
    assert refused.value.params["by"] == ["grace"]
    assert refused.value.params["changed"] == ["requirements: - flask", "revision: 1 → 2"]
    assert (await queries.show_environment(ctx, "web")).revision == 2


async def test_a_plan_is_made_once(ctx: Context, actor: Actor, web: str) -> None:
    shown = await plans.plan(ctx, actor, "web", EnvironmentPlan(add=["httpx"]))
    await environments.edit(ctx, actor, "web", EnvironmentEdit(plan=shown.id))
    with pytest.raises(StaleVersion):
        await environments.edit(ctx, actor, "web", EnvironmentEdit(plan=shown.id))


async def test_a_plan_that_does_not_fit_a_new_node_is_refused(
    ctx: Context, actor: Actor, web: str, resolver: ScriptedResolver
) -> None:
    resolver.wheels = {"httpx": wheel("httpx-1.0-cp312-cp312-manylinux_2_17_x86_64.whl")}
    shown = await plans.plan(ctx, actor, "web", EnvironmentPlan(add=["httpx"]))
    windows = await add_node(ctx, "win", platform="windows-x86_64")
    async with ctx.db.write() as tx:
        here = [node.id for node in await rows.placed_on(tx, web)]
        await rows.place(tx, web, [*here, windows])
    with pytest.raises(StaleVersion) as refused:
        await environments.edit(ctx, actor, "web", EnvironmentEdit(plan=shown.id))
    assert refused.value.params["changed"] == ["windows-x86_64, Python 3.12.4: httpx 1.0"]
    assert (await queries.show_environment(ctx, "web")).revision == 1


async def test_a_plan_is_gone_after_a_day(
    ctx: Context, actor: Actor, web: str, clock: Clock
) -> None:
    shown = await plans.plan(ctx, actor, "web", EnvironmentPlan(add=["httpx"]))
    assert shown.expires_at - shown.created_at == timedelta(days=1)
    clock.advance(86_400)
    for wish in (shown.id, "no such plan"):
        with pytest.raises(NotFound) as refused:
            await environments.edit(ctx, actor, "web", EnvironmentEdit(plan=wish))
        assert refused.value.code == "plan-not-found"


async def test_expired_plans_are_forgotten_with_their_locks(
    ctx: Context, actor: Actor, web: str, clock: Clock, tmp_path: Path
) -> None:
    shown = await plans.plan(ctx, actor, "web", EnvironmentPlan(add=["httpx"]))
    logs = LogStore(tmp_path / "kept", clock=clock)
    await logs.prepare()
    retention = Retention(ctx.db, logs, clock)
    await retention.step()
    async with ctx.db.read() as tx:
        assert await locks.get(tx, shown.lock_digest) is not None
    clock.advance(86_400)
    await retention.step()
    async with ctx.db.read() as tx:
        assert await locks.get(tx, shown.lock_digest) is None
    assert (await queries.show_revision(ctx, "web", 1)).package_count == 2


async def test_nothing_else_can_come_with_a_plan(ctx: Context, actor: Actor, web: str) -> None:
    shown = await plans.plan(ctx, actor, "web", EnvironmentPlan(add=["httpx"]))
    edit = EnvironmentEdit(plan=shown.id, add=["numpy"])
    with pytest.raises(InvalidInput) as refused:
        await environments.edit(ctx, actor, "web", edit)
    assert refused.value.code == "plan-with-changes"


async def test_what_is_held_back_and_why(
    ctx: Context, actor: Actor, web: str, index: Index
) -> None:
    index.versions = {"flask": ["1.0", "2.0"], "requests": ["1.0", "3.0"]}
    index.lines = {"flask": ("requests<2",)}
    shown = await plans.plan(ctx, actor, "web", EnvironmentPlan(add=["httpx"]))
    held = {each.name: each for each in shown.targets[0].held_back}
    assert (held["flask"].newest, held["flask"].reason) == ("2.0", Reason.KEPT)
    assert held["requests"].reason is Reason.CONSTRAINT
    assert [(each.by, each.specifier) for each in held["requests"].by] == [("flask", "<2")]
    assert shown.offers_unknown == ["httpx"]
    let_go = EnvironmentPlan(upgrade=UpgradeWish(packages=["flask"]))
    (target,) = (await plans.plan(ctx, actor, "web", let_go)).targets
    assert {each.name: each.reason for each in target.held_back}["flask"] is Reason.INCOMPATIBLE


async def test_an_upgrade_is_planned_and_made_too(
    ctx: Context, actor: Actor, web: str, resolver: ScriptedResolver
) -> None:
    resolver.versions = {"flask": "2.0", "requests": "0.9"}
    shown = await plans.plan(ctx, actor, "web", EnvironmentPlan(upgrade=UpgradeWish()))
    assert resolver.requests[-1].upgrade == frozenset()
    kinds = {each.name: (each.kind, each.before, each.after) for each in shown.targets[0].changes}
    assert kinds == {
        "flask": (Kind.UPGRADE, "1.0", "2.0"),
        "requests": (Kind.DOWNGRADE, "1.0", "0.9"),
    }
    await environments.edit(ctx, actor, "web", EnvironmentEdit(plan=shown.id))
    assert (await queries.show_environment(ctx, "web")).revision == 2
    unknown = EnvironmentPlan(upgrade=UpgradeWish(packages=["numpy"]))
    with pytest.raises(InvalidInput) as refused:
        await plans.plan(ctx, actor, "web", unknown)
    assert refused.value.code == "package-not-locked"


async def test_another_python_builds_anew(ctx: Context, actor: Actor, web: str) -> None:
    shown = await plans.plan(ctx, actor, "web", EnvironmentPlan(python="3.11"))
    (node,) = shown.nodes
    assert node.because == [Because.PYTHON]
    assert (node.python_before, node.python) == ("3.12.4", "3.11.7")
    assert shown.targets[0].python_before == "3.12.4"


async def test_a_change_that_changes_nothing_builds_nothing(
    ctx: Context, actor: Actor, web: str, resolver: ScriptedResolver
) -> None:
    asked = len(resolver.requests)
    shown = await plans.plan(ctx, actor, "web", EnvironmentPlan(title="only words"))
    assert (shown.revises, len(resolver.requests)) == (False, asked)
    assert shown.changed == ["title: – → only words"]
    assert shown.nodes[0].because == []
    await environments.edit(ctx, actor, "web", EnvironmentEdit(plan=shown.id))
    after = await queries.show_environment(ctx, "web")
    assert (after.title, after.revision) == ("only words", 1)


async def test_a_plan_takes_up_what_is_being_resolved(
    ctx: Context, actor: Actor, web: str, resolver: ScriptedResolver, ended: Any
) -> None:
    resolver.gate.clear()
    operation = await environments.edit(ctx, actor, "web", EnvironmentEdit(add=["numpy"]))
    planned = asyncio.create_task(plans.plan(ctx, actor, "web", EnvironmentPlan(add=["httpx"])))
    await until(lambda: resolver.at_work == 2)
    resolver.gate.set()
    shown = await planned
    assert shown.requirements == ["flask", "httpx", "numpy", "requests"]
    assert shown.changed == ["requirements: + httpx", "requirements: + numpy"]
    await ended(operation)
    with pytest.raises(StaleVersion) as refused:
        await environments.edit(ctx, actor, "web", EnvironmentEdit(plan=shown.id))
    assert refused.value.params["changed"] == ["revision: 1 → 2"]


async def test_making_a_plan_ends_what_is_being_resolved(
    ctx: Context, actor: Actor, web: str, resolver: ScriptedResolver, ended: Any
) -> None:
    resolver.gate.clear()
    operation = await environments.edit(ctx, actor, "web", EnvironmentEdit(add=["numpy"]))
    await until(lambda: resolver.at_work == 1)
    shown = await plans.plan(ctx, actor, "web", EnvironmentPlan(drop=["numpy"]))
    made = await environments.edit(ctx, actor, "web", EnvironmentEdit(plan=shown.id))
    row = await ended(operation)
    assert (row.state, row.cause["params"]) == (OperationState.CANCELLED, {"operation": made})
    after = await queries.show_environment(ctx, "web")
    assert (after.revision, after.requirements) == (1, ["flask", "requests"])


async def test_what_cannot_be_resolved_is_no_plan(
    ctx: Context, actor: Actor, web: str, resolver: ScriptedResolver
) -> None:
    resolver.unknown = {"nosuch"}
    with pytest.raises(ResolveFailed) as failed:
        await plans.plan(ctx, actor, "web", EnvironmentPlan(add=["nosuch"]))
    assert failed.value.cause.code == "package-not-found"
    with pytest.raises(NotFound):
        await plans.plan(ctx, actor, "nowhere", EnvironmentPlan(add=["httpx"]))


async def test_a_plan_does_not_take_for_ever(
    ctx: Context, actor: Actor, web: str, resolver: ScriptedResolver, monkeypatch: Any
) -> None:
    monkeypatch.setattr(plans, "LIMIT_S", 0.05)
    resolver.gate.clear()
    with pytest.raises(TimedOut):
        await plans.plan(ctx, actor, "web", EnvironmentPlan(add=["httpx"]))
    assert resolver.cut_short == 1


async def test_a_viewer_may_not_make_one(ctx: Context, actor: Actor, web: str) -> None:
    viewer = await add_actor(ctx, "eve", Role.VIEWER)
    with pytest.raises(Forbidden):
        await plans.plan(ctx, viewer, "web", EnvironmentPlan(add=["httpx"]))
    shown = await plans.plan(ctx, actor, "web", EnvironmentPlan(add=["httpx"]))
    with pytest.raises(Forbidden):
        await environments.edit(ctx, viewer, "web", EnvironmentEdit(plan=shown.id))
