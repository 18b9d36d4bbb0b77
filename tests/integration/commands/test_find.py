"""Where a release is: what nodes saw before what was wished."""

from typing import Any

import pytest

from venvoy.controller import environments, find
from venvoy.controller.context import Actor, Context
from venvoy.controller.observations import Observations
from venvoy.domain.errors import InvalidInput
from venvoy.store import environments as rows
from venvoy.store import replicas
from venvoy.store.pages import Paging
from venvoy.testing.controller import ScriptedResolver, add_node
from venvoy.wire.environments import EnvironmentCreate, EnvironmentEdit, PlacementWish
from venvoy.wire.find import Basis, Found, FoundKind, FoundPage, FoundTotals, FoundUse
from venvoy.wire.observations import ObservedPackage, ObservedRequest, ReplicaObservation

NODES = ("local", "other")


@pytest.fixture
async def fleet(
    ctx: Context, actor: Actor, resolver: ScriptedResolver, loop: None, ended: Any
) -> dict[str, str]:
    """`web` on two nodes: revision 1 with six 1.0 is live, revision 2 with six 2.0 is not yet."""
    ids = {name: await add_node(ctx, name) for name in NODES}
    wish = EnvironmentCreate(
        name="web", requirements="six", placement=PlacementWish(nodes=list(NODES))
    )
    await ended(await environments.create(ctx, actor, wish))
    async with ctx.db.write() as tx:
        row = await rows.get(tx, "web")
        assert row is not None
        for node in ids.values():
            await replicas.report(tx, row.id, node, live_revision=1)
    resolver.versions["six"] = "2.0"
    await ended(await environments.edit(ctx, actor, "web", EnvironmentEdit(add=["rich"])))
    return {**ids, "web": row.id}


async def tell(ctx: Context, fleet: dict[str, str], node: str, version: str) -> None:
    told = ReplicaObservation(
        environment=fleet["web"],
        sequence=1,
        revision=1,
        packages=(ObservedPackage(name="six", version=version, installer="pip"),),
    )
    answered = Observations(ctx)
    await answered.answer(fleet[node], ObservedRequest(told=told).model_dump_json().encode())


async def found(ctx: Context, requirement: str = "", **more: Any) -> FoundPage:
    return await find.find(ctx, more.pop("wish", Paging()), requirement=requirement, **more)


def told(page: FoundPage) -> list[tuple[Any, ...]]:
    return [(each.node, each.revision, each.version, each.basis) for each in page.items]


async def test_what_a_node_saw_comes_before_what_its_lock_says(
    ctx: Context, fleet: dict[str, str]
) -> None:
    page = await found(ctx, "six<2")
    assert told(page) == [
        ("local", 1, "1.0", Basis.LOCKED),
        ("other", 1, "1.0", Basis.LOCKED),
        (None, 1, "1.0", Basis.LOCKED),
    ]
    await tell(ctx, fleet, "local", "1.9")
    await tell(ctx, fleet, "other", "2.5")
    page = await found(ctx, "six<2")
    assert told(page) == [("local", 1, "1.9", Basis.OBSERVED), (None, 1, "1.0", Basis.LOCKED)]
    replica, revision = page.items
    assert (replica.locked, replica.as_locked, replica.installer) == (["1.0"], False, "pip")
    assert replica.observed_at == ctx.clock()
    assert (revision.kind, revision.use, revision.live_on) == (
        FoundKind.REVISION,
        FoundUse.LIVE,
        2,
    )
    assert page.totals == FoundTotals(replicas=1, nodes=1, revisions=1)


async def test_a_wish_that_is_live_nowhere_is_told_from_what_is(
    ctx: Context, fleet: dict[str, str]
) -> None:
    page = await found(ctx, "six>=2")
    assert [(each.revision, each.use, each.live_on) for each in page.items] == [
        (2, FoundUse.WANTED, 0)
    ]


async def test_a_name_alone_finds_all_of_it_page_by_page(
    ctx: Context, fleet: dict[str, str]
) -> None:
    await tell(ctx, fleet, "local", "1.0.0")
    items: list[Found] = []
    cursor: str | None = None
    for _ in range(4):
        page = await found(ctx, "Six", wish=Paging(cursor=cursor, limit=1))
        items += page.items
        cursor = page.next
    assert cursor is None
    assert [(each.node, each.revision) for each in items] == [
        ("local", 1),
        ("other", 1),
        (None, 2),
        (None, 1),
    ]
    assert items[0].as_locked
    only = await found(ctx, "six", kind="revision")
    assert [each.revision for each in only.items] == [2, 1]


async def test_a_file_is_found_by_locks_and_beside_it_what_was_seen(
    ctx: Context, fleet: dict[str, str]
) -> None:
    await tell(ctx, fleet, "local", "2.5")
    page = await found(ctx, file="six-1.0-py3-none-any.whl")
    assert [(each.node, each.version, each.seen) for each in page.items] == [
        ("local", "1.0", "2.5"),
        ("other", "1.0", None),
        (None, "1.0", None),
    ]
    assert page.totals is None
    assert (await found(ctx, file="six-1.0-cp312-cp312-win32.whl")).items == []


async def test_of_a_deleted_environment_what_is_on_nodes_is_still_found(
    ctx: Context, actor: Actor, fleet: dict[str, str]
) -> None:
    await tell(ctx, fleet, "local", "1.0")
    await environments.delete(ctx, actor, "web")
    page = await found(ctx, "six")
    assert {(each.node, each.deleted) for each in page.items} == {("local", True), ("other", True)}


async def test_what_nothing_holds_is_an_empty_page_and_a_bad_question_an_error(
    ctx: Context, fleet: dict[str, str]
) -> None:
    assert (await found(ctx, "numpy")).items == []
    assert (await found(ctx, "six===of-hand")).items == []
    for question in ({"requirement": "six[all]"}, {"requirement": ""}, {"file": "six.zip.exe"}):
        with pytest.raises(InvalidInput):
            await found(ctx, **question)
