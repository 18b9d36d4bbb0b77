"""Where environments go: by name, by label, later too; what waits, and what is taken away."""

from typing import Any

import pytest

from venvoy.controller import environments, inventory, plans, preflights, queries
from venvoy.controller.context import Actor, Context
from venvoy.controller.placing import Placing
from venvoy.domain.errors import InvalidInput, StaleVersion
from venvoy.domain.lock import LockedFile
from venvoy.domain.placement import Reason
from venvoy.domain.plan import Because
from venvoy.domain.reconcile import Aim
from venvoy.domain.state import EnvironmentState, OperationKind, OperationState, ReplicaState
from venvoy.store import environments as environment_rows
from venvoy.store import events, nodes, operations, replicas
from venvoy.store.session import Transaction
from venvoy.testing.controller import ScriptedResolver, add_node, heartbeat
from venvoy.wire.environments import EnvironmentCreate, EnvironmentEdit, PlacementWish
from venvoy.wire.nodes import NodeEdit
from venvoy.wire.plans import EnvironmentPlan, PreflightWish

GPU = PlacementWish(select={"gpu": "yes"})
LINUX_ONLY = LockedFile(
    "torch-1.0-cp312-cp312-manylinux_2_17_x86_64.whl", "b" * 64, 9_000, "packages/bb/cc/torch"
)


async def label(ctx: Context, actor: Actor, node: str, **labels: str | None) -> None:
    await inventory.edit(ctx, actor, node, NodeEdit(labels=labels))


async def cordon(ctx: Context, actor: Actor, node: str, *, cordoned: bool = True) -> None:
    await inventory.edit(ctx, actor, node, NodeEdit(cordoned=cordoned))


async def has(ctx: Context, node: str, pythons: list[str], platform: str = "linux-x86_64") -> None:
    """Let a node report other interpreters."""
    async with ctx.db.write() as tx:
        row = await nodes.get(tx, node)
        assert row is not None
        facts = heartbeat(row.id, ctx.clock(), pythons, platform).model_dump(mode="json")
        await nodes.keep_beats(tx, [nodes.Beat(row.id, 2, facts, {}, ctx.clock())])


async def goals(ctx: Context, name: str = "web") -> dict[str, tuple[Aim, int | None]]:
    """What each node should do with an environment, by the node's name."""
    async with ctx.db.read() as tx:
        row = await environment_rows.get(tx, name)
        assert row is not None
        rows = await replicas.of_environments(tx, [row.id])
        names = await nodes.names(tx, [each.node_id for each in rows])
    return {names[each.node_id]: (each.action, each.revision) for each in rows}


async def shown(ctx: Context, name: str = "web") -> dict[str, ReplicaState]:
    found = await queries.show_environment(ctx, name)
    return {replica.node: replica.state for replica in found.replicas}


@pytest.fixture
async def fleet(ctx: Context, actor: Actor) -> list[str]:
    """`local`, `alpha` and `beta` with a GPU, `gamma` without."""
    made = [await add_node(ctx, name) for name in ("local", "alpha", "beta", "gamma")]
    for name in ("alpha", "beta"):
        await label(ctx, actor, name, gpu="yes")
    await label(ctx, actor, "gamma", gpu="no")
    return made


@pytest.fixture
def make(ctx: Context, actor: Actor, fleet: list[str], loop: None, ended: Any) -> Any:
    """Creates an environment and waits for its first revision."""

    async def create(requirements: str = "flask", **more: Any) -> None:
        made = EnvironmentCreate(name="web", requirements=requirements, **more)
        row = await ended(await environments.create(ctx, actor, made))
        assert row.state is OperationState.SUCCEEDED

    return create


async def test_it_goes_to_the_nodes_that_are_named_and_to_those_that_match(
    ctx: Context, make: Any
) -> None:
    await make(placement=PlacementWish(nodes=["gamma"], select={"gpu": "yes"}))
    install = (Aim.INSTALL, 1)
    assert await goals(ctx) == dict.fromkeys(("alpha", "beta", "gamma"), install)
    view = await queries.show_placement(ctx, "web")
    assert view.counts == {Reason.SELECTED: 2, Reason.NAMED: 1, Reason.LABEL_MISSING: 1}
    (local,) = [each for each in view.nodes if each.node == "local"]
    assert (local.placed, local.key, local.wanted, local.has) == (False, "gpu", "yes", None)


async def test_one_that_names_no_place_is_on_local(ctx: Context, make: Any) -> None:
    await make()
    assert list(await goals(ctx)) == ["local"]
    view = await queries.show_placement(ctx, "web")
    assert view.counts == {Reason.LOCAL: 1, Reason.NOT_LOCAL: 3}


async def test_a_node_that_comes_to_match_gets_it_and_one_that_stops_loses_it(
    ctx: Context, actor: Actor, make: Any
) -> None:
    await make(placement=GPU)
    placing = Placing(ctx)
    await label(ctx, actor, "gamma", gpu="yes")
    await label(ctx, actor, "alpha", gpu=None)
    await placing.step()
    assert await goals(ctx) == {
        "alpha": (Aim.REMOVE, None),
        "beta": (Aim.INSTALL, 1),
        "gamma": (Aim.INSTALL, 1),
    }
    async with ctx.db.read() as tx:
        told = [event for event in await events.after(tx, 0) if event.code == "environment-placed"]
        row = await environment_rows.get(tx, "web")
        assert row is not None
        opened = await operations.open_of(tx, row.id, OperationKind.BUILD, OperationKind.REMOVE)
    assert [(event.params["came"], event.params["went"]) for event in told] == [
        (["gamma"], ["alpha"])
    ]
    # What alpha was building is superseded by its removal.
    assert len(opened) == 3
    await placing.step()
    await label(ctx, actor, "alpha", gpu="yes")
    await placing.step()
    assert (await goals(ctx))["alpha"] == (Aim.INSTALL, 1)


async def test_looking_again_changes_nothing(ctx: Context, make: Any) -> None:
    await make(placement=GPU)
    async with ctx.db.read() as tx:
        before = await events.last_id(tx)
    await Placing(ctx).step()
    async with ctx.db.read() as tx:
        assert await events.last_id(tx) == before


async def test_a_cordoned_node_keeps_what_it_has_and_gets_nothing_further(
    ctx: Context, actor: Actor, make: Any, ended: Any
) -> None:
    await cordon(ctx, actor, "beta")
    await make(placement=GPU)
    assert list(await goals(ctx)) == ["alpha"]
    await cordon(ctx, actor, "alpha")
    await Placing(ctx).step()
    change = EnvironmentEdit(add=["requests"])
    await ended(await environments.edit(ctx, actor, "web", change))
    assert await goals(ctx) == {"alpha": (Aim.INSTALL, 2)}
    view = await queries.show_placement(ctx, "web")
    assert view.counts[Reason.CORDONED] == 1
    await cordon(ctx, actor, "beta", cordoned=False)
    await Placing(ctx).step()
    assert (await goals(ctx))["beta"] == (Aim.INSTALL, 2)


async def test_a_node_without_the_python_waits_for_it_and_says_so(ctx: Context, make: Any) -> None:
    await has(ctx, "beta", ["3.9.2"])
    await make(placement=GPU, python="3.12")
    assert list(await goals(ctx)) == ["alpha"]
    found = await queries.show_environment(ctx, "web")
    (beta,) = [replica for replica in found.replicas if replica.node == "beta"]
    assert (beta.state, beta.operation) == (ReplicaState.WAITING, None)
    assert beta.cause is not None
    assert (beta.cause.code, beta.cause.params["found"]) == ("python-not-found", ["3.9.2"])
    await has(ctx, "beta", ["3.9.2", "3.12.1"])
    await Placing(ctx).step()
    assert (await goals(ctx))["beta"] == (Aim.INSTALL, 1)
    assert await shown(ctx) == dict.fromkeys(("alpha", "beta"), ReplicaState.PENDING)


async def test_what_is_locked_is_locked_anew_only_when_somebody_asks(
    ctx: Context, actor: Actor, make: Any, resolver: ScriptedResolver, ended: Any
) -> None:
    resolver.wheels["torch"] = LINUX_ONLY
    await make("torch", placement=GPU, python="3.12")
    await has(ctx, "gamma", ["3.12.4"], "windows-x86_64")
    await label(ctx, actor, "gamma", gpu="yes")
    await Placing(ctx).step()
    view = await queries.show_placement(ctx, "web")
    (gamma,) = [each for each in view.nodes if each.waiting is not None]
    assert (gamma.node, gamma.placed, view.waiting) == ("gamma", True, 1)
    assert gamma.waiting is not None
    assert gamma.waiting.code == "lock-lacks-wheels"
    assert gamma.waiting.params["packages"] == ["torch 1.0"]
    asked = len(resolver.requests)
    await Placing(ctx).step()
    assert len(resolver.requests) == asked
    # The same placement, named again, is the wish to have it there.
    resolver.wheels.pop("torch")
    resolver.versions["torch"] = "1.1"
    operation = await environments.edit(ctx, actor, "web", EnvironmentEdit(placement=GPU))
    assert operation is not None
    await ended(operation)
    assert {str(each.platform) for each in resolver.requests[-1].targets} == {
        "linux-x86_64",
        "windows-x86_64",
    }
    assert set((await goals(ctx)).values()) == {(Aim.INSTALL, 2)}


async def test_an_environment_that_a_node_waits_for_is_not_ready(ctx: Context, make: Any) -> None:
    await has(ctx, "beta", [])
    await make(placement=GPU, python="3.12")
    async with ctx.db.write() as tx:
        row = await environment_rows.get(tx, "web")
        assert row is not None
        for replica in await replicas.of_environments(tx, [row.id]):
            await replicas.report(tx, row.id, replica.node_id, state=ReplicaState.READY.value)
    assert (await queries.show_environment(ctx, "web")).state is EnvironmentState.DEGRADED


async def test_it_may_wait_for_its_first_node(ctx: Context, actor: Actor, make: Any) -> None:
    nowhere = PlacementWish(select={"rack": "9"})
    with pytest.raises(InvalidInput) as refused:
        await make(placement=nowhere)
    assert refused.value.code == "placement-python-needed"
    await make(placement=nowhere, python="3.11")
    assert await goals(ctx) == {}
    await label(ctx, actor, "alpha", rack="9")
    await Placing(ctx).step()
    assert await goals(ctx) == {"alpha": (Aim.INSTALL, 1)}


@pytest.mark.parametrize(
    ("placement", "code"),
    [
        (PlacementWish(nodes=["alpha", "nobody"]), "placement-node-unknown"),
        (PlacementWish(nodes=["../etc"]), "name-invalid"),
        (PlacementWish(select={"gpu": "x" * 65_536}), "label-value-too-long"),
        (PlacementWish(select={"no key": "x"}), "label-key-invalid"),
    ],
)
async def test_a_place_that_cannot_be_is_refused(
    make: Any, placement: PlacementWish, code: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await make(placement=placement)
    assert refused.value.code == code


async def test_an_edit_of_the_place_alone_moves_and_locks_nothing(
    ctx: Context, actor: Actor, make: Any, resolver: ScriptedResolver
) -> None:
    await make(placement=GPU)
    before = await queries.show_environment(ctx, "web")
    asked = len(resolver.requests)
    change = EnvironmentEdit(placement=PlacementWish(nodes=["beta", "gamma"]))
    assert await environments.edit(ctx, actor, "web", change, before.version) is None
    assert len(resolver.requests) == asked
    assert await goals(ctx) == {
        "alpha": (Aim.REMOVE, None),
        "beta": (Aim.INSTALL, 1),
        "gamma": (Aim.INSTALL, 1),
    }
    after = await queries.show_environment(ctx, "web")
    assert (after.placement.nodes, after.revision) == (["beta", "gamma"], 1)
    with pytest.raises(StaleVersion) as stale:
        await environments.edit(ctx, actor, "web", change, before.version)
    changed = stale.value.params["changed"]
    assert isinstance(changed, list)
    assert "placement.nodes: + beta" in changed


async def test_a_plan_says_who_gets_it_and_who_loses_it(
    ctx: Context, actor: Actor, make: Any
) -> None:
    await make(placement=GPU)
    await cordon(ctx, actor, "local")
    wish = EnvironmentPlan(placement=PlacementWish(nodes=["beta", "gamma", "local"]))
    made = await plans.plan(ctx, actor, "web", wish)
    assert (made.revises, made.leaving) == (False, ["alpha"])
    assert {node.node: node.because for node in made.nodes} == {
        "beta": [],
        "gamma": [Because.FIRST],
        "local": [],
    }
    assert list((await goals(ctx)).values()) == [(Aim.INSTALL, 1)] * 2
    await environments.edit(ctx, actor, "web", EnvironmentEdit(plan=made.id))
    assert await goals(ctx) == {
        "alpha": (Aim.REMOVE, None),
        "beta": (Aim.INSTALL, 1),
        "gamma": (Aim.INSTALL, 1),
    }


async def test_a_preflight_says_of_each_node_which_python_it_would_use(
    ctx: Context, actor: Actor, fleet: list[str]
) -> None:
    await has(ctx, "beta", ["3.9.2"])
    wish = PreflightWish(requirements="flask", python="3.12", placement=GPU)
    found = await preflights.preflight(ctx, actor, wish)
    assert {node.node: (node.python, node.found) for node in found.nodes} == {
        "alpha": ("3.12.4", ["3.11.7", "3.12.4"]),
        "beta": (None, ["3.9.2"]),
    }


async def test_what_many_nodes_get_is_written_in_a_handful_of_statements(
    ctx: Context, actor: Actor, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make(placement=GPU)
    for number in range(60):
        await add_node(ctx, f"n{number}")
        await label(ctx, actor, f"n{number}", gpu="yes")
    execute, count = Transaction.execute, 0

    async def counted(self: Transaction, *args: Any) -> Any:
        nonlocal count
        count += 1
        return await execute(self, *args)

    monkeypatch.setattr(Transaction, "execute", counted)
    await Placing(ctx).step()
    assert count < 50
    assert len(await goals(ctx)) == 62
