"""What an agent is made of: its own requirements, resolved once per kind of machine."""

import asyncio
from pathlib import Path

import pytest

from venvoy.controller.context import ResolveRequest
from venvoy.controller.install.closure import Closures, Machine, installed, own_requirements
from venvoy.controller.install.own_wheel import OwnWheel
from venvoy.domain.errors import InvalidInput
from venvoy.domain.lock import Lock, LockedFile, LockedPackage
from venvoy.domain.platform import Platform

KIND = Machine(Platform.MUSLLINUX_AARCH64, "3.12.4")


class Resolving:
    """A resolver that keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[ResolveRequest] = []

    async def resolve(self, request: ResolveRequest, on_line: object) -> Lock:
        await asyncio.sleep(0)
        self.asked.append(request)
        file = LockedFile("uv-1-py3-none-any.whl", "ab" * 32)
        return Lock(request.spec.python, (LockedPackage("uv", "1", None, (file,)),))

    async def survey(self, request: ResolveRequest, on_line: object) -> object:
        raise NotImplementedError


def closures(folder: Path, resolver: Resolving, *requirements: str) -> Closures:
    return Closures(
        folder=folder,
        requirements=requirements or ("uv>=0.1",),
        preferred=(("aiohttp", "3.12"),),
        resolver=resolver,  # type: ignore[arg-type]
        own=OwnWheel("1.0", b"bytes"),
    )


def test_extras_are_no_part_of_an_agent() -> None:
    required = [
        "uv>=0.13",
        "fastapi>=0.1; extra == 'controller'",
        "tzdata; sys_platform == 'win32'",
    ]
    assert own_requirements(required) == ('tzdata; sys_platform == "win32"', "uv>=0.13")


def test_what_runs_here_is_preferred() -> None:
    assert "uv" in dict(installed())


async def test_a_kind_of_machine_is_resolved_once_and_kept(tmp_path: Path) -> None:
    resolver = Resolving()
    here = closures(tmp_path / "locks", resolver)
    first, second = await asyncio.gather(here.get(KIND), here.get(KIND))
    assert first == second
    assert [package.name for package in first.packages] == ["uv", "venvoy"]
    assert first.python == "==3.12.4"
    assert len(resolver.asked) == 1
    asked = resolver.asked[0]
    assert asked.spec.platforms == (Platform.MUSLLINUX_AARCH64,)
    assert asked.live is not None
    assert [(each.name, each.version) for each in asked.live.packages] == [("aiohttp", "3.12")]
    assert await closures(tmp_path / "locks", resolver).get(KIND) == first
    assert len(resolver.asked) == 1, "also after a restart"
    await closures(tmp_path / "locks", resolver, "uv>=0.2").get(KIND)
    assert len(resolver.asked) == 2, "another release asks for other things"
    assert len(list((tmp_path / "locks").iterdir())) == 1, "and the one before is forgotten"


async def test_kinds_do_not_wait_for_each_other(tmp_path: Path) -> None:
    resolver = Resolving()
    here = closures(tmp_path, resolver)
    slow = here._kinds.setdefault(KIND, asyncio.Lock())
    async with slow, asyncio.timeout(10):
        await here.get(Machine(Platform.LINUX_X86_64, "3.12.4"))
    assert [each.spec.platforms for each in resolver.asked] == [(Platform.LINUX_X86_64,)]


async def test_a_damaged_lock_is_made_anew(tmp_path: Path) -> None:
    resolver = Resolving()
    here = closures(tmp_path, resolver)
    await here.get(KIND)
    for file in tmp_path.iterdir():
        file.write_bytes(b"{")
    await here.get(KIND)
    assert len(resolver.asked) == 2


@pytest.mark.parametrize(
    "python", ["3.10.9", "2.7.18", "3.99.0", "3.12.999", "3.12", "", "3.12.4\n", "4.1.0"]
)
def test_a_python_that_venvoy_does_not_run_on_is_refused(python: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        Machine(Platform.LINUX_X86_64, python)
    assert refused.value.code == "install-python-unfit"
