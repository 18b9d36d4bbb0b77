"""Lists: paged without gaps, searched, filtered and sorted in SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement, product
from pathlib import Path

import pytest

from venvoy.controller import releases
from venvoy.controller.context import Context
from venvoy.domain.errors import InvalidInput
from venvoy.domain.generation import Goal
from venvoy.domain.reconcile import Aim, Version
from venvoy.domain.requirement import parse_requirements
from venvoy.domain.rollout import Phase, Reason
from venvoy.domain.state import (
    EnvironmentState,
    OperationKind,
    OperationState,
    ReplicaState,
    environment_state,
)
from venvoy.store import (
    environment_lists,
    environments,
    locks,
    operations,
    replicas,
    revisions,
    rollouts,
)
from venvoy.store.environment_lists import Filter
from venvoy.store.environments import EnvironmentRow
from venvoy.store.pages import Paging
from venvoy.store.revisions import RevisionRow
from venvoy.store.rollouts import RolloutRow
from venvoy.store.session import Database, Transaction
from venvoy.testing.controller import Clock, add_node, context, locked


@pytest.fixture
def ctx(db: Database, tmp_path: Path) -> Context:
    return context(db, tmp_path)


async def add(
    ctx: Context, tx: Transaction, name: str, *, nodes: Sequence[str] = (), **more: object
) -> EnvironmentRow:
    """Insert an environment that is placed on nodes."""
    values: dict[str, object] = {
        "title": "",
        "description": "",
        "labels": {},
        "owner_id": None,
        "version": 1,
    }
    now = ctx.clock()
    row = EnvironmentRow(
        id=ctx.new_id(),
        name=name,
        revision=None,
        operation_id=None,
        created_at=now,
        updated_at=now,
        **(values | more),  # type: ignore[arg-type]
    )
    assert await environments.add(tx, row)
    await environments.place(tx, row.id, nodes)
    return row


async def revise(
    ctx: Context,
    tx: Transaction,
    row: EnvironmentRow,
    packages: dict[str, str],
    requirements: Sequence[str] = (),
) -> None:
    digest = await locks.add(tx, locked("==3.12.*", packages), ctx.clock())
    spec: dict[str, object] = {
        "requirements": list(requirements),
        "python": "==3.12.*",
        "wish": None,
        "platforms": [],
    }
    revision = RevisionRow(ctx.new_id(), row.id, 1, spec, digest, None, "", ctx.clock())
    await revisions.add(tx, revision)
    await environments.change(tx, row.id, ctx.clock(), revision=1)
    await releases.install(ctx, tx, row, 1, None)


async def names(ctx: Context, wanted: Filter, paging: Paging = Paging()) -> list[str]:  # noqa: B008 - frozen
    async with ctx.db.read() as tx:
        rows, _ = await environment_lists.list_page(tx, paging, wanted)
    return [row.name for row, _ in rows]


async def walk(ctx: Context, sort: str, limit: int) -> list[str]:
    seen: list[str] = []
    cursor: str | None = None
    while True:
        async with ctx.db.read() as tx:
            paging = Paging(sort, cursor, limit)
            rows, cursor = await environment_lists.list_page(tx, paging, Filter())
        seen += [row.name for row, _ in rows]
        if cursor is None:
            return seen


@dataclass(frozen=True)
class Rolled:
    """A rollout in some phase, for some reason."""

    phase: Phase
    reason: Reason
    held: bool = False


ROLLOUTS = [
    Rolled(Phase.RUNNING, Reason.WAVE_BUSY),
    Rolled(Phase.RUNNING, Reason.NOT_RELEASED, held=True),
    Rolled(Phase.RUNNING, Reason.WINDOW_CLOSED, held=True),
    Rolled(Phase.STOPPED, Reason.STOPPED, held=True),
    Rolled(Phase.DONE, Reason.FINISHED),
]


async def roll_out(ctx: Context, tx: Transaction, row: EnvironmentRow, how: Rolled) -> None:
    now = ctx.clock()
    await rollouts.add(
        tx,
        RolloutRow(
            id=ctx.new_id(),
            environment_id=row.id,
            to=2,
            back=1,
            waves=[],
            pause_s=0,
            budget=None,
            returns=True,
            phase=how.phase,
            wave=0,
            reason=how.reason.value,
            until=None,
            released=False,
            requested_by=None,
            created_at=now,
            ended_at=now if how.phase.ended else None,
        ),
    )


async def resolution(ctx: Context, tx: Transaction, row: EnvironmentRow) -> str:
    made, kind = ctx.new_id(), OperationKind.RESOLVE
    await operations.add(tx, operation_id=made, kind=kind, now=ctx.clock(), environment_id=row.id)
    return made


@pytest.mark.parametrize("sort", ["name", "title", "state", "created_at", "updated_at"])
@pytest.mark.parametrize("limit", [1, 3, 7, 50])
async def test_pages_hold_every_row_once_in_order(ctx: Context, sort: str, limit: int) -> None:
    wanted = ["b-2", "a", "b_1", "b1", "z9", "0", "c"]
    async with ctx.db.write() as tx:
        for name in wanted:
            await add(ctx, tx, name, title=name[0])
    seen = await walk(ctx, sort, limit)
    assert sorted(seen) == sorted(wanted)
    assert await walk(ctx, f"-{sort}", limit) == seen[::-1]
    if sort == "name":
        assert seen == sorted(wanted)


async def test_times_as_cursors_survive_their_text_form(ctx: Context) -> None:
    clock = ctx.clock
    assert isinstance(clock, Clock)
    async with ctx.db.write() as tx:
        for number in range(6):
            await add(ctx, tx, f"e{number}")
            clock.advance(0.000_001 if number % 2 else 86_400)
    assert await walk(ctx, "created_at", 2) == [f"e{number}" for number in range(6)]


async def test_rows_that_come_and_go_between_pages_disturb_nobody(ctx: Context) -> None:
    async with ctx.db.write() as tx:
        rows = {name: await add(ctx, tx, name) for name in "acegi"}
    async with ctx.db.read() as tx:
        _, cursor = await environment_lists.list_page(tx, Paging("name", None, 2), Filter())
    async with ctx.db.write() as tx:
        await environments.change(tx, rows["c"].id, ctx.clock(), deleted_at=ctx.clock())
        await add(ctx, tx, "b")
        await add(ctx, tx, "d")
    async with ctx.db.read() as tx:
        found, _ = await environment_lists.list_page(tx, Paging("name", cursor, 10), Filter())
    assert [row.name for row, _ in found] == ["d", "e", "g", "i"]


@pytest.mark.parametrize(
    "paging",
    [
        Paging(cursor="nonsense"),
        Paging(cursor="W10"),
        Paging(cursor="WyJuYW1lIiwgZmFsc2UsIHsiYSI6IDF9LCAieCJd"),
        Paging(sort="nothing"),
        Paging(sort="-"),
    ],
)
async def test_a_cursor_or_order_that_is_none_is_refused(ctx: Context, paging: Paging) -> None:
    with pytest.raises(InvalidInput) as refused:
        await names(ctx, Filter(), paging)
    assert refused.value.code in {"cursor-invalid", "sort-unknown"}


async def test_a_cursor_belongs_to_its_order(ctx: Context) -> None:
    async with ctx.db.write() as tx:
        for name in "abc":
            await add(ctx, tx, name)
    async with ctx.db.read() as tx:
        _, cursor = await environment_lists.list_page(tx, Paging("name", None, 1), Filter())
    with pytest.raises(InvalidInput):
        await names(ctx, Filter(), Paging("title", cursor, 1))


async def test_a_search_looks_at_names_titles_and_packages(ctx: Context) -> None:
    node = await add_node(ctx)
    async with ctx.db.write() as tx:
        await add(ctx, tx, "crawler")
        await add(ctx, tx, "x1", title="Price CRAWL 价格抓取")
        web = await add(ctx, tx, "web", nodes=[node])
        await revise(ctx, tx, web, {"typing-extensions": "4.0", "flask": "2.0"})
        await add(ctx, tx, "per_cent%")  # no name that is allowed; a pattern to be taken as it is
    assert await names(ctx, Filter(search="Crawl")) == ["crawler", "x1"]
    assert await names(ctx, Filter(search="价格")) == ["x1"]
    assert await names(ctx, Filter(search="typing_ext")) == ["web"]
    assert await names(ctx, Filter(search="flask")) == ["web"]
    assert await names(ctx, Filter(search="%")) == ["per_cent%"]
    assert await names(ctx, Filter(search="' OR 1=1 --")) == []


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("fastapi[standard]", ["web"]),
        ("FastAPI[Standard]", ["web"]),
        ("fastapi[stan", ["web"]),
        ("fastapi[all]", []),
        ("numpy>=2", ["etl", "web"]),
        ("NumPy >= 2, < 3", ["web"]),
        ("numpy<3", ["web"]),
        ("numpy>=1", []),
        ("num", ["etl", "web"]),
        ("Scikit_Learn==1.5.*", ["etl"]),
        ("scikit.lea", ["etl"]),
        ("sci.kit", []),
        ("2.32", ["etl"]),
        ("win32", ["etl"]),
        ("tool @ https://example.org/Tool-1.0-py3-none-any.whl", ["web"]),
        ("example.org/tool", ["web"]),
        ("0_0", []),
        ('"]', []),
        ("%", []),
    ],
)
async def test_a_search_looks_at_requirements_as_they_were_typed(
    ctx: Context, search: str, found: list[str]
) -> None:
    async with ctx.db.write() as tx:
        web, etl = await add(ctx, tx, "web"), await add(ctx, tx, "etl")
        lines = """fastapi[standard]
            NumPy <3, >=2
            tool @ https://example.org/Tool-1.0-py3-none-any.whl"""
        await revise(ctx, tx, web, {}, parse_requirements(lines))
        lines = """numpy-financial<3; sys_platform == "win32"
            numpy>=2.1
            requests>=2.32.1
            Scikit_Learn==1.5.*"""
        await revise(ctx, tx, etl, {}, parse_requirements(lines))
    assert await names(ctx, Filter(search=search)) == found


async def test_only_the_newest_revision_is_searched(ctx: Context) -> None:
    async with ctx.db.write() as tx:
        web = await add(ctx, tx, "web")
        await revise(ctx, tx, web, {"old-thing": "1.0"})
        digest = await locks.add(tx, locked("==3.12.*", {"new-thing": "1"}), ctx.clock())
        revision = RevisionRow(ctx.new_id(), web.id, 2, {}, digest, None, "", ctx.clock())
        await revisions.add(tx, revision)
        await environments.change(tx, web.id, ctx.clock(), revision=2)
    assert await names(ctx, Filter(search="old-thing")) == []
    assert await names(ctx, Filter(search="new-thing")) == ["web"]


async def test_filters_hold_together(ctx: Context) -> None:
    near, far = await add_node(ctx), await add_node(ctx, "far")
    async with ctx.db.write() as tx:
        await add(ctx, tx, "a", nodes=[near], labels={"team": "x", "app.io/tier": "1"})
        await add(ctx, tx, "b", nodes=[near, far], labels={"team": "x"})
        await add(ctx, tx, "c", nodes=[far], labels={"team": "y"})
    assert await names(ctx, Filter(node_id=near)) == ["a", "b"]
    assert await names(ctx, Filter(labels={"team": ["x"]})) == ["a", "b"]
    assert await names(ctx, Filter(labels={"team": ["x"]}, node_id=far)) == ["b"]
    assert await names(ctx, Filter(labels={"team": ["x", "y"]})) == ["a", "b", "c"]
    assert await names(ctx, Filter(labels={"team": ["x", "y"], "app.io/tier": ["1"]})) == ["a"]
    assert await names(ctx, Filter(labels={"absent": ["x"]})) == []


async def test_states_in_sql_are_those_of_the_domain(ctx: Context) -> None:
    """Every pair of replica states, with a resolution, a node that waits, a rollout or none."""
    both = [await add_node(ctx), await add_node(ctx, "second")]
    third = await add_node(ctx, "third")
    wanted: dict[str, EnvironmentState] = {}
    cases: list[tuple[ReplicaState, ...]] = [(), *combinations_with_replacement(ReplicaState, 2)]
    cases += [(state,) for state in ReplicaState]
    shown_by = (
        ReplicaState.READY,
        ReplicaState.DRIFTED,
        ReplicaState.FAILED,
        ReplicaState.BUILDING,
    )
    few: list[tuple[ReplicaState, ...]] = [(), *((state,) for state in shown_by)]
    async with ctx.db.write() as tx:
        turns = (False, True)
        kinds = [*product(cases, turns, turns, [None]), *product(few, turns, turns, ROLLOUTS)]
        for number, (states, resolving, waits, rollout) in enumerate(kinds):
            row = await add(ctx, tx, f"e{number}")
            await environments.place(tx, row.id, {third: {"code": "x"} if waits else None})
            made = await resolution(ctx, tx, row)
            if not resolving:
                await operations.end(tx, made, OperationState.FAILED, ctx.clock())
            for node, state in zip(both, states, strict=False):
                goal = Goal(Version(1, 1), Aim.HOLD, made)
                await replicas.set_goals(tx, row.id, {node: goal})
                await replicas.report(tx, row.id, node, state=state.value)
            if rollout is not None:
                await roll_out(ctx, tx, row, rollout)
            wanted[row.name] = environment_state(
                resolving=resolving,
                replicas=states,
                waits=waits,
                rolling=rollout is not None and not rollout.phase.ended,
                held=rollout is not None and rollout.held,
            )
    async with ctx.db.read() as tx:
        rows, _ = await environment_lists.list_page(tx, Paging(limit=500), Filter())
        assert {row.name: state for row, state in rows} == wanted
        listed, shown = rows[17]
        assert await environment_lists.state_of(tx, listed.id) is shown
    for each in EnvironmentState:
        expected = {name for name, state in wanted.items() if state is each}
        assert set(await names(ctx, Filter(states=[each]), Paging(limit=500))) == expected
