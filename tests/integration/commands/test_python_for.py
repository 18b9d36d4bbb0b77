"""One environment, several Pythons: chosen, locked together, given to each node, changed."""

from collections.abc import Awaitable, Callable

import pytest

from venvoy.controller import environments, inventory, plans, preflights, queries
from venvoy.controller.context import Actor, Context
from venvoy.controller.placing import Placing
from venvoy.domain.errors import InvalidInput
from venvoy.store import environments as rows
from venvoy.store import nodes, replicas
from venvoy.store.operations import OperationRow
from venvoy.testing.controller import ScriptedResolver, add_node
from venvoy.wire.environments import (
    EnvironmentCreate,
    EnvironmentEdit,
    PlacementWish,
    PythonForWish,
)
from venvoy.wire.nodes import NodeEdit
from venvoy.wire.plans import EnvironmentPlan, PreflightWish

Ended = Callable[[str], Awaitable[OperationRow]]
EVERYWHERE = PlacementWish(nodes=["local", "old", "gpu"])
OLD = PythonForWish(node="old", python="3.10")
GPU = PythonForWish(select={"gpu": "yes"}, python="3.11")


pytestmark = pytest.mark.usefixtures("loop")


@pytest.fixture(autouse=True)
async def fleet(ctx: Context, actor: Actor) -> None:
    await add_node(ctx, "local", ("3.11.7", "3.12.4"))
    await add_node(ctx, "old", ("3.10.2", "3.12.1"))
    await add_node(ctx, "gpu", ("3.11.2", "3.12.3"))
    await inventory.edit(ctx, actor, "gpu", NodeEdit(labels={"gpu": "yes"}))


def wish(*others: PythonForWish, python: str | None = "3.12") -> EnvironmentCreate:
    return EnvironmentCreate(
        name="web",
        requirements="one",
        python=python,
        python_for=list(others),
        placement=EVERYWHERE,
    )


async def desired(ctx: Context) -> dict[str, str | None]:
    """What each node is told, by its name."""
    async with ctx.db.read() as tx:
        row = await rows.get(tx, "web")
        assert row is not None
        there = await nodes.candidates(tx)
        found = {}
        for node in there:
            told = await replicas.desired(tx, row.id, node.id)
            if told is not None:
                found[node.name] = told.python
    return found


async def created(ctx: Context, actor: Actor, ended: Ended) -> None:
    await ended(await environments.create(ctx, actor, wish(OLD, GPU)))


async def test_each_node_is_told_its_own_python_and_one_lock_holds_for_all(
    ctx: Context, actor: Actor, resolver: ScriptedResolver, ended: Ended
) -> None:
    await created(ctx, actor, ended)
    told = {"local": "==3.12.*", "old": "==3.10.*", "gpu": "==3.11.*"}
    assert await desired(ctx) == told
    request = resolver.requests[-1]
    assert request.spec.python == "<3.13,>=3.10"
    assert {target.python for target in request.targets} == {"3.12.4", "3.10.2", "3.11.2"}
    shown = await queries.show_environment(ctx, "web")
    assert shown.python == "==3.12.*"
    assert [(each.node, each.select, each.python) for each in shown.python_for] == [
        ("", {"gpu": "yes"}, "==3.11.*"),
        ("old", {}, "==3.10.*"),
    ]


@pytest.mark.parametrize(
    ("others", "code"),
    [
        ([OLD, PythonForWish(node="old", python="3.11")], "python-for-overlapping"),
        ([GPU, PythonForWish(node="gpu", python="3.12")], "python-for-overlapping"),
        ([PythonForWish(node="nobody", python="3.11")], "python-for-elsewhere"),
        ([PythonForWish(node="old", python="3.9")], "python-for-not-found"),
        ([PythonForWish(node="old", select={"a": "b"}, python="3.11")], "python-for-invalid"),
        ([PythonForWish(python="3.11")], "python-for-invalid"),
        ([PythonForWish(node="old", python="snake")], "python-invalid"),
        ([PythonForWish(select={"Not A Key": "x"}, python="3.11")], "label-key-invalid"),
    ],
)
async def test_what_cannot_be_meant_is_refused_before_anything_changes(
    ctx: Context, actor: Actor, others: list[PythonForWish], code: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        await environments.create(ctx, actor, wish(*others))
    assert caught.value.code == code
    async with ctx.db.read() as tx:
        assert await rows.get(tx, "web") is None


async def test_an_edit_changes_them_and_an_empty_list_takes_them_away(
    ctx: Context, actor: Actor, ended: Ended
) -> None:
    await created(ctx, actor, ended)
    only = EnvironmentEdit(python_for=[PythonForWish(node="old", python="3.12")])
    await ended(str(await environments.edit(ctx, actor, "web", only)))
    told = await desired(ctx)
    assert (told["old"], told["gpu"]) == ("==3.12.*", "==3.12.*")
    kept = EnvironmentEdit(add=["two"])
    await ended(str(await environments.edit(ctx, actor, "web", kept)))
    assert len((await queries.show_environment(ctx, "web")).python_for) == 1
    none = EnvironmentEdit(python_for=[])
    await ended(str(await environments.edit(ctx, actor, "web", none)))
    assert (await queries.show_environment(ctx, "web")).python_for == []


async def test_a_node_that_is_labelled_later_gets_the_other_python_by_itself(
    ctx: Context, actor: Actor, ended: Ended
) -> None:
    await created(ctx, actor, ended)
    await Placing(ctx).step()
    before = await desired(ctx)
    await inventory.edit(ctx, actor, "local", NodeEdit(labels={"gpu": "yes"}))
    await Placing(ctx).step()
    after = await desired(ctx)
    assert (before["local"], after["local"]) == ("==3.12.*", "==3.11.*")
    assert after["old"] == before["old"]
    await inventory.edit(ctx, actor, "local", NodeEdit(labels={"gpu": None}))
    await Placing(ctx).step()
    assert await desired(ctx) == before


async def test_a_plan_says_which_interpreter_each_node_would_use(
    ctx: Context, actor: Actor, ended: Ended
) -> None:
    await ended(await environments.create(ctx, actor, wish()))
    made = await plans.plan(ctx, actor, "web", EnvironmentPlan(python_for=[OLD]))
    shown = {node.node: (node.wanted, node.python) for node in made.nodes}
    assert shown["old"] == ("==3.10.*", "3.10.2")
    assert shown["gpu"] == ("==3.12.*", "3.12.3")
    assert any("python_for" in line for line in made.changed)
    edit = EnvironmentEdit(plan=made.id)
    await environments.edit(ctx, actor, "web", edit)
    assert (await desired(ctx))["old"] == "==3.10.*"


async def test_a_preflight_for_an_environment_takes_what_is_its_own(
    ctx: Context, actor: Actor, resolver: ScriptedResolver, ended: Ended
) -> None:
    await created(ctx, actor, ended)
    found = await preflights.preflight(ctx, actor, PreflightWish(environment="web"))
    assert {node.node: node.python for node in found.nodes} == {
        "local": "3.12.4",
        "old": "3.10.2",
        "gpu": "3.11.2",
    }
    request = resolver.requests[-1]
    assert request.spec.requirements == ("one",)
    assert request.live is not None
    other = PreflightWish(environment="web", requirements="two", python_for=[])
    again = await preflights.preflight(ctx, actor, other)
    assert {node.python for node in again.nodes} == {"3.12.4", "3.12.1", "3.12.3"}
    assert resolver.requests[-1].spec.requirements == ("two",)


async def test_a_python_that_is_left_to_venvoy_is_that_of_the_other_nodes(
    ctx: Context, actor: Actor, ended: Ended
) -> None:
    others = [PythonForWish(node=name, python="3.11") for name in ("gpu", "local")]
    await ended(await environments.create(ctx, actor, wish(*others, python=None)))
    assert await desired(ctx) == {"local": "==3.11.*", "old": "==3.12.*", "gpu": "==3.11.*"}
