"""Who asks for the packages of a revision, as far as that is known."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from venvoy.controller import environments, queries
from venvoy.controller.context import Actor, Context
from venvoy.controller.demands import LIMIT_S
from venvoy.domain.lock import LockedPackage
from venvoy.domain.offer import Offers
from venvoy.store import environments as rows
from venvoy.store import locks, revisions
from venvoy.testing.controller import locked
from venvoy.wire.environments import EnvironmentCreate


@dataclass
class Index:
    """Metadata by package; of one without any the answer never comes."""

    lines: Mapping[str, tuple[str, ...] | None]
    asked: list[str] = field(default_factory=list)
    cancelled: int = 0

    async def requires(self, package: LockedPackage) -> tuple[str, ...] | None:
        self.asked.append(package.name)
        if package.name in self.lines:
            return self.lines[package.name]
        try:
            await asyncio.Event().wait()
        finally:
            self.cancelled += 1
        return None

    async def offers(self, project: str) -> Offers | None:
        return None


@pytest.fixture
async def web(ctx: Context, actor: Actor, node: str, loop: None, ended: Any) -> Context:
    """A controller with an environment whose lock holds four packages."""
    wish = EnvironmentCreate(name="web", requirements="flask\nclick\nwin\nsix")
    await ended(await environments.create(ctx, actor, wish))
    return ctx


async def demands(ctx: Context) -> dict[str, list[tuple[str | None, str, str]] | None]:
    shown = await queries.show_revision(ctx, "web", 1, with_demands=True)
    return {
        each.name: None
        if each.required_by is None
        else [(one.by, one.specifier, one.marker) for one in each.required_by]
        for each in shown.packages
    }


async def test_each_package_tells_who_asks_for_it(web: Context) -> None:
    index = Index(
        {
            "flask": ("click>=0.5", 'win; sys_platform == "win32"', 'six; extra == "old"'),
            "click": (),
            "win": ("six<2",),
            "six": None,
        }
    )
    assert await demands(replace(web, catalogue=index)) == {
        "click": [(None, "", ""), ("flask", ">=0.5", "")],
        "flask": [(None, "", "")],
        "six": [(None, "", ""), ("win", "<2", "")],
        "win": [(None, "", ""), ("flask", "", 'sys_platform == "win32"')],
    }


async def test_who_asks_for_a_package_may_be_unknown(web: Context) -> None:
    async with web.db.write() as tx:
        row = await rows.get(tx, "web")
        assert row is not None
        first = await revisions.get(tx, row.id, 1)
        assert first is not None
        lock = locked("==3.12.*", {"flask": "1.0", "markupsafe": "1.0"})
        digest = await locks.add(tx, lock, web.clock())
        second = replace(first, id=web.new_id(), number=2, lock_digest=digest)
        await revisions.add(tx, second)
    ctx = replace(web, catalogue=Index({"flask": None, "markupsafe": ()}))
    shown = await queries.show_revision(ctx, "web", 2, with_demands=True)
    found = {each.name: each.required_by for each in shown.packages}
    assert found["markupsafe"] is None
    assert found["flask"] is not None


async def test_without_being_asked_nothing_is_looked_up(web: Context) -> None:
    index = Index({})
    shown = await queries.show_revision(replace(web, catalogue=index), "web", 1)
    assert [each.required_by for each in shown.packages] == [None] * 4
    assert index.asked == []


async def test_an_index_that_does_not_answer_delays_and_no_more(web: Context) -> None:
    index = Index({"flask": ("click",), "win": ()})
    began = time.monotonic()
    found = await demands(replace(web, catalogue=index))
    assert time.monotonic() - began < LIMIT_S + 3
    assert found["click"] == [(None, "", ""), ("flask", "", "")]
    await asyncio.sleep(0)
    assert index.cancelled == 2
