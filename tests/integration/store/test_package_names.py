"""Names of packages in locks, the likeliest first."""

from pathlib import Path
from typing import Any

import pytest

from venvoy.controller import packages
from venvoy.controller.context import Context
from venvoy.store import environments, locks, revisions
from venvoy.store.environments import EnvironmentRow
from venvoy.store.revisions import RevisionRow
from venvoy.store.session import Database
from venvoy.testing.controller import context, locked


@pytest.fixture
def ctx(db: Database, tmp_path: Path) -> Context:
    return context(db, tmp_path)


async def add(ctx: Context, name: str, *revised: dict[str, str]) -> str:
    """Insert an environment with one revision for each set of packages."""
    now = ctx.clock()
    row = EnvironmentRow(ctx.new_id(), name, "", "", {}, None, 1, len(revised), None, now, now)
    async with ctx.db.write() as tx:
        await environments.add(tx, row)
        for number, held in enumerate(revised, start=1):
            digest = await locks.add(tx, locked("==3.12.*", held), now)
            spec: dict[str, Any] = {}
            made = RevisionRow(ctx.new_id(), row.id, number, spec, digest, None, "", now)
            await revisions.add(tx, made)
    return row.id


async def listed(ctx: Context, search: str, limit: int = 20) -> list[tuple[str, str]]:
    found = await packages.list_names(ctx, search=search, limit=limit)
    return [(item.name, item.version) for item in found.items]


async def test_names_that_begin_so_come_first_then_those_used_most(ctx: Context) -> None:
    await add(ctx, "a", {"numpy": "2.1", "nunavut": "1.0", "pynucastro": "1.0"})
    await add(ctx, "b", {"numpy": "2.1", "pynucastro": "1.0", "annulus": "1.0"})
    await add(ctx, "c", {"pynucastro": "1.0", "six": "1.0"})
    found = [name for name, _ in await listed(ctx, "nu")]
    assert found == ["numpy", "nunavut", "pynucastro", "annulus"]
    assert [name for name, _ in await listed(ctx, "nu", 1)] == ["numpy"]
    assert [name for name, _ in await listed(ctx, "")][:2] == ["pynucastro", "numpy"]
    assert await listed(ctx, "zz") == []


async def test_a_search_is_normalised_as_names_are(ctx: Context) -> None:
    await add(ctx, "a", {"typing-extensions": "4.12.2"})
    for search in ("typing_e", "Typing.Ext", " TYPING-", "typing__"):
        assert await listed(ctx, search) == [("typing-extensions", "4.12.2")], search
    assert await listed(ctx, "%") == []


async def test_the_version_is_the_newest_of_all_locks(ctx: Context) -> None:
    await add(ctx, "a", {"six": "1.10"}, {"six": "1.9"})
    await add(ctx, "b", {"six": "1.10rc1", "odd": "not a version"}, {"odd": "0.1"})
    assert await listed(ctx, "six") == [("six", "1.10")]
    assert await listed(ctx, "odd") == [("odd", "0.1")]


async def test_what_no_environment_uses_now_comes_last(ctx: Context) -> None:
    await add(ctx, "a", {"aaa-old": "1.0"}, {"aaa-used": "1.0"})
    gone = await add(ctx, "b", {"aaa-gone": "1.0"})
    async with ctx.db.write() as tx:
        await environments.change(tx, gone, ctx.clock(), deleted_at=ctx.clock())
    found = [name for name, _ in await listed(ctx, "aaa")]
    assert found == ["aaa-used", "aaa-gone", "aaa-old"]
