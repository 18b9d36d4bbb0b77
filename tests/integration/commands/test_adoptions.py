"""What a node holds becomes a plan, and with it the next revision."""

import asyncio
from typing import Any

import pytest

from venvoy.controller import adoptions, environments, queries
from venvoy.controller.context import Actor, Context
from venvoy.controller.observations import Observations
from venvoy.domain.errors import Conflict, Forbidden, InvalidInput, NotFound, VenvoyError
from venvoy.domain.role import Role
from venvoy.store import audit, replicas, revisions
from venvoy.store import environments as rows
from venvoy.testing.controller import ScriptedResolver, add_actor, add_node
from venvoy.wire.environments import EnvironmentCreate, EnvironmentEdit
from venvoy.wire.observations import (
    DriftFact,
    ObservedPackage,
    ObservedRequest,
    ReplicaObservation,
)
from venvoy.wire.plans import AdoptionWish, Plan

FLASK = ObservedPackage(name="flask", version="1.0", installer="uv")
RICH = ObservedPackage(name="rich", version="13.9", installer="pip", requested=True)
STRAY = DriftFact(kind="stray", package="rich", found="13.9")


@pytest.fixture
async def web(ctx: Context, actor: Actor, node: str, loop: None, ended: Any) -> str:
    """An environment with flask, live on `local`."""
    await ended(
        await environments.create(ctx, actor, EnvironmentCreate(name="web", requirements="flask"))
    )
    async with ctx.db.write() as tx:
        row = await rows.get(tx, "web")
        assert row is not None
        await replicas.report(tx, row.id, node, live_revision=1, python_version="3.12.4")
    return row.id


async def holds(
    ctx: Context, node: str, environment: str, *packages: ObservedPackage, **fields: Any
) -> None:
    findings = fields.get("findings", ())
    given = {"sequence": 1, "revision": 1, "findings_total": len(findings), **fields}
    told = ReplicaObservation(environment=environment, packages=packages, **given)
    await Observations(ctx).answer(node, ObservedRequest(told=told).model_dump_json().encode())


async def planned(ctx: Context, actor: Actor, **fields: Any) -> Plan:
    return await adoptions.plan(ctx, actor, "web", AdoptionWish(**{"node": "local", **fields}))


async def test_hand_work_is_looked_at_and_then_made_a_revision(
    ctx: Context, actor: Actor, node: str, web: str, resolver: ScriptedResolver
) -> None:
    resolver.versions["rich"] = "13.9"
    await holds(ctx, node, web, FLASK, RICH, findings=(STRAY,))
    plan = await planned(ctx, actor)
    assert plan.requirements == ["flask", "rich==13.9"]
    assert plan.changed == ["requirements: + rich==13.9"]
    assert plan.adoption is not None
    assert (plan.adoption.node, plan.adoption.lost, plan.adoption.restored) == ("local", [], [])
    async with ctx.db.read() as tx:
        assert await revisions.newest(tx, web) == 1, "nothing was changed"
    await environments.edit(ctx, actor, "web", EnvironmentEdit(plan=plan.id), plan.base_version)
    async with ctx.db.read() as tx:
        made = await revisions.get(tx, web, 2)
        entries = await audit.since_version(tx, web, 1)
    assert made is not None
    assert (made.message, made.author_id) == ("adopted from node local", actor.user_id)
    assert entries[0].after is not None
    assert entries[0].after["adopted_from"] == "local"
    detail = await queries.show_revision(ctx, "web", 2)
    assert [(each.name, each.version) for each in detail.packages] == [
        ("flask", "1.0"),
        ("rich", "13.9"),
    ]


async def test_what_the_resolver_chose_otherwise_is_pinned(
    ctx: Context, actor: Actor, node: str, web: str, resolver: ScriptedResolver
) -> None:
    came = ObservedPackage(name="mdurl", version="0.1", installer="pip")
    resolver.versions.update(rich="13.9", mdurl="0.1")
    await holds(ctx, node, web, FLASK, RICH, came, findings=(STRAY,))
    plan = await planned(ctx, actor)
    first, second = resolver.requests[-2:]
    assert first.spec.requirements == ("flask", "rich==13.9")
    assert first.live is not None
    assert ("mdurl", "0.1") in {(each.name, each.version) for each in first.live.packages}
    assert second.spec.requirements == ("flask", "mdurl==0.1", "rich==13.9")
    assert plan.requirements == list(second.spec.requirements)


async def test_what_no_lock_can_hold_is_named_and_refused_where_it_is_all(
    ctx: Context, actor: Actor, node: str, web: str, resolver: ScriptedResolver
) -> None:
    mine = ObservedPackage(name="mine", version="0.1", editable=True, origin="editable")
    editable = DriftFact(kind="editable", package="mine", found="0.1")
    edited = DriftFact(kind="edited", package="flask", path="flask/app.py")
    await holds(ctx, node, web, FLASK, mine, findings=(editable, edited))
    with pytest.raises(Conflict) as refused:
        await planned(ctx, actor)
    assert refused.value.code == "adopt-nothing-lockable"
    assert refused.value.params["packages"] == ["flask", "mine"]
    resolver.versions["rich"] = "13.9"
    found = (editable, edited, STRAY)
    await holds(ctx, node, web, FLASK, mine, RICH, sequence=2, findings=found)
    plan = await planned(ctx, actor)
    assert plan.adoption is not None
    lost = [(each.package, each.reason, each.files, each.instead) for each in plan.adoption.lost]
    assert lost == [("flask", "edited", 1, "1.0"), ("mine", "editable", 0, "")]


async def test_what_cannot_be_adopted_is_refused(
    ctx: Context, actor: Actor, node: str, web: str, resolver: ScriptedResolver
) -> None:
    async def code(**fields: Any) -> str:
        with pytest.raises(VenvoyError) as refused:
            await planned(ctx, actor, **fields)
        return refused.value.code

    await add_node(ctx, "idle", ("3.12.4",))
    assert await code() == "adopt-unobserved"
    await holds(ctx, node, web, FLASK, revision=7)
    assert await code() == "adopt-unobserved"
    await holds(ctx, node, web, FLASK, sequence=2)
    assert await code() == "adopt-nothing"
    assert await code(node="nowhere") == "node-not-found"
    assert await code(node="idle") == "nothing-live"
    assert await code(message="a\x1bb") == "text-control-characters"
    await holds(ctx, node, web, FLASK, RICH, sequence=3, findings=(STRAY,))
    resolver.gate.clear()
    await environments.edit(ctx, actor, "web", EnvironmentEdit(add=["six"]))
    await asyncio.sleep(0)
    assert await code() == "adopt-resolving"
    resolver.gate.set()
    viewer = await add_actor(ctx, "viewer", Role.VIEWER)
    with pytest.raises(Forbidden):
        await planned(ctx, viewer)
    with pytest.raises((NotFound, InvalidInput)):
        await adoptions.plan(ctx, actor, "nothing", AdoptionWish(node="local"))


async def test_an_adoption_of_old_is_refused_once_somebody_edited(
    ctx: Context, actor: Actor, node: str, web: str, resolver: ScriptedResolver, ended: Any
) -> None:
    resolver.versions["rich"] = "13.9"
    await holds(ctx, node, web, FLASK, RICH, findings=(STRAY,))
    plan = await planned(ctx, actor)
    edit = await environments.edit(ctx, actor, "web", EnvironmentEdit(add=["six"]))
    await ended(edit)
    with pytest.raises(Conflict) as refused:
        await environments.edit(ctx, actor, "web", EnvironmentEdit(plan=plan.id), plan.base_version)
    assert refused.value.code == "plan-stale"
