"""Preflights and plans with the real uv, the real gateway and a local index."""

import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from uv import find_uv_bin

from venvoy.controller.context import Actor, Context
from venvoy.controller.preflights import preflight
from venvoy.controller.resolver import ResolverSettings, UvResolver
from venvoy.controller.resolver_index import GatewayIndex
from venvoy.domain.errors import Forbidden, InvalidInput
from venvoy.domain.offer import Has
from venvoy.domain.platform import Platform
from venvoy.domain.role import Role
from venvoy.index.catalogue import Catalogue
from venvoy.index.gateway import Gateway
from venvoy.index.server import GatewayServer
from venvoy.index.settings import GatewaySettings
from venvoy.index.store import FileStore
from venvoy.index.upstream import FixedRoute
from venvoy.store.session import Database
from venvoy.testing.controller import add_actor, add_node, context
from venvoy.testing.index import Behaviour, LocalIndex
from venvoy.testing.wheels import make_sdist, make_wheel
from venvoy.wire.plans import Preflight, PreflightPackage, PreflightWish

EVERYWHERE = (
    "cp312-cp312-manylinux_2_17_x86_64",
    "cp312-cp312-manylinux_2_28_aarch64",
    "cp312-cp312-musllinux_1_2_x86_64",
    "cp312-cp312-musllinux_1_2_aarch64",
    "cp312-cp312-win_amd64",
)
LINUX, WINDOWS = Platform.LINUX_X86_64, Platform.WINDOWS_X86_64


@pytest.fixture
async def index() -> AsyncIterator[LocalIndex]:
    async with LocalIndex(Behaviour(metadata=True)) as serving:
        yield serving


@pytest.fixture
async def ctx(tmp_path: Path, index: LocalIndex, db: Database) -> AsyncIterator[Context]:
    limits = GatewaySettings(attempts=1, backoff_s=0.01)
    store = FileStore(tmp_path / "files", limits.retention)
    gateway = Gateway(tmp_path / "gateway", store, FixedRoute.to(index.simple), limits)
    server = GatewayServer(gateway, tmp_path / "address.json")
    address = await server.start()
    settings = ResolverSettings(Path(find_uv_bin()), Path(sys.executable), tmp_path / "uv", 60.0)
    made = context(db, tmp_path)
    resolver = UvResolver(settings, GatewayIndex(gateway, address))
    yield replace(made, resolver=resolver, catalogue=Catalogue(gateway))
    await server.stop()


@pytest.fixture
async def actor(ctx: Context) -> Actor:
    return await add_actor(ctx, "ada")


@pytest.fixture
async def node(ctx: Context) -> str:
    return await add_node(ctx)


async def ask(
    ctx: Context,
    actor: Actor,
    *lines: str,
    python: str | None = None,
    platforms: Sequence[Platform] = (),
) -> Preflight:
    text = "\n".join(lines)
    wish = PreflightWish(requirements=text, python=python, platforms=list(platforms))
    return await preflight(ctx, actor, wish)


def by_name(found: Preflight) -> dict[str, PreflightPackage]:
    return {package.name: package for package in found.packages}


def on(found: Preflight, package: str, platform: Platform, python: str = "3.12") -> Has:
    places = [(target.platform, target.python) for target in found.targets]
    return by_name(found)[package].has[places.index((platform, python))]


async def test_what_is_there_for_whom(
    ctx: Context, actor: Actor, node: str, index: LocalIndex
) -> None:
    native = [make_wheel("native", tag=tag) for tag in EVERYWHERE[:2]]
    index.add(*native, make_sdist("native"), make_wheel("winpart"))
    index.add(make_wheel("top", requires=("native>=1", 'winpart; sys_platform == "win32"')))

    found = await ask(ctx, actor, "top", "# a word", "native")

    assert (found.resolved, found.python, found.cause) == (True, "==3.12.*", None)
    assert {target.platform for target in found.targets} == set(Platform)
    assert [target.platform for target in found.targets if target.required] == [LINUX]
    assert on(found, "native", LINUX) is Has.WHEEL
    assert on(found, "native", WINDOWS) is Has.SOURCE
    assert on(found, "winpart", LINUX) is Has.NOT_NEEDED
    assert on(found, "winpart", WINDOWS) is Has.WHEEL
    packages = by_name(found)
    assert [packages[name].requested for name in ("native", "top", "winpart")] == [
        True,
        True,
        False,
    ]
    asked = [(each.by, each.specifier) for each in packages["native"].required_by]
    assert asked == [(None, ""), ("top", ">=1")]
    assert packages["winpart"].required_by[0].marker == 'sys_platform == "win32"'
    linux = next(target for target in found.targets if target.platform is LINUX)
    top = make_wheel("top", requires=("native>=1", 'winpart; sys_platform == "win32"'))
    assert linux.download_bytes == len(native[0].data) + len(top.data)
    assert linux.disk_bytes > linux.download_bytes
    assert (linux.wheels, linux.sources, linux.missing, linux.nodes) == (2, 0, 0, ["local"])
    (shown,) = found.nodes
    assert (shown.node, shown.python) == ("local", "3.12.4")


async def test_packages_without_a_wheel_are_listed_and_end_nothing(
    ctx: Context, actor: Actor, node: str, index: LocalIndex
) -> None:
    index.add(make_sdist("source-a"), make_sdist("source-b"), make_wheel("fine"))
    index.add(make_wheel("middle", requires=("source-b>=1",)))
    index.add(make_wheel("linuxonly", tag=EVERYWHERE[0]))
    lines = ("fine", "", "source-a", "middle", "linuxonly")

    found = await ask(ctx, actor, *lines, python="3.12", platforms=[LINUX, WINDOWS])

    assert not found.resolved
    assert on(found, "fine", WINDOWS) is Has.WHEEL
    assert on(found, "source-a", LINUX) is Has.SOURCE
    assert on(found, "linuxonly", LINUX) is Has.WHEEL
    assert on(found, "linuxonly", WINDOWS) is Has.MISSING
    packages = by_name(found)
    assert packages["source-b"].version is None
    assert [each.by for each in packages["source-b"].required_by] == ["middle"]
    assert [(each.line, each.text) for each in found.lines] == [
        (3, "source-a"),
        (5, "linuxonly"),
    ]


async def test_a_line_that_only_source_meets_is_told_as_that(
    ctx: Context, actor: Actor, node: str, index: LocalIndex
) -> None:
    index.add(make_sdist("old", "1.0"), make_wheel("old", "2.0"))
    index.add(make_wheel("user", "1.0", requires=("old>=2",)))
    found = await ask(ctx, actor, "old<2", "user")
    assert on(found, "old", LINUX) is Has.SOURCE
    assert [each.line for each in found.lines] == [1]


async def test_a_conflict_is_explained_with_the_lines_that_take_part(
    ctx: Context, actor: Actor, node: str, index: LocalIndex
) -> None:
    index.add(make_wheel("leaf", "1.0"), make_wheel("leaf", "2.0"), make_wheel("apart"))
    index.add(make_wheel("one", requires=("leaf<2",)), make_wheel("two", requires=("leaf>=2",)))

    found = await ask(ctx, actor, "apart", "one", "", "two")

    assert not found.resolved
    assert found.packages == []
    assert found.cause is not None
    assert found.cause.code == "no-solution"
    assert "leaf" in str(found.cause.params["reason"])
    assert found.cause.remedy
    assert [each.line for each in found.lines] == [2, 4]


async def test_a_package_that_nobody_has(
    ctx: Context, actor: Actor, node: str, index: LocalIndex
) -> None:
    index.add(make_wheel("fine"))
    found = await ask(ctx, actor, "fine", "nosuch")
    assert found.cause is not None
    assert found.cause.code == "package-not-found"
    assert [each.line for each in found.lines] == [2]


async def test_several_pythons_stand_side_by_side(
    ctx: Context, actor: Actor, node: str, index: LocalIndex
) -> None:
    index.add(make_wheel("native", tag="cp312-cp312-manylinux_2_17_x86_64"), make_sdist("native"))
    index.add(make_wheel("pure", requires_python=">=3.9"))
    found = await ask(ctx, actor, "native", "pure", python=">=3.11,<3.14")
    linux = [target for target in found.targets if target.platform is LINUX]
    assert [(target.python, target.required) for target in linux] == [
        ("3.11", False),
        ("3.12", True),
        ("3.13", False),
    ]
    assert [on(found, "native", LINUX, each.python) for each in linux] == [
        Has.SOURCE,
        Has.WHEEL,
        Has.SOURCE,
    ]


async def test_a_python_that_no_node_has_is_told_and_ends_nothing(
    ctx: Context, actor: Actor, node: str, index: LocalIndex
) -> None:
    index.add(make_wheel("fine"))
    found = await ask(ctx, actor, "fine", python="3.14")
    (shown,) = found.nodes
    assert (shown.python, shown.found) == (None, ["3.11.7", "3.12.4"])
    assert found.resolved
    assert {target.python for target in found.targets} == {"3.14"}


async def test_without_a_node_the_python_must_be_given(
    ctx: Context, actor: Actor, index: LocalIndex
) -> None:
    index.add(make_wheel("fine"))
    with pytest.raises(InvalidInput):
        await ask(ctx, actor, "fine")
    found = await ask(ctx, actor, "fine", python="3.12", platforms=[WINDOWS])
    assert (found.resolved, found.nodes) == (True, [])
    assert [target.platform for target in found.targets] == [WINDOWS]


async def test_lines_that_are_none_are_refused_as_everywhere(
    ctx: Context, actor: Actor, node: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await ask(ctx, actor, "fine", "-e .")
    assert refused.value.code == "requirements-invalid"
    viewer = await add_actor(ctx, "eve", Role.VIEWER)
    with pytest.raises(Forbidden):
        await ask(ctx, viewer, "fine")


async def test_the_second_question_asks_the_index_for_nothing_old(
    ctx: Context, actor: Actor, node: str, index: LocalIndex
) -> None:
    names = [f"package{number}" for number in range(20)]
    index.add(*(make_wheel(name) for name in names), make_wheel("new"))
    await ask(ctx, actor, *names)
    before = index.requests.copy()
    found = await ask(ctx, actor, *names, "new")
    assert len(found.packages) == 21
    fresh = index.requests - before
    assert {path for path in fresh if "new" not in path} == set()
