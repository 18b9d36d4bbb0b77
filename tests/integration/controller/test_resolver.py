"""Specs are resolved by the real uv into locks, or refused with a cause that helps."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest
from uv import find_uv_bin

from venvoy.controller.context import ResolveRequest
from venvoy.controller.resolver import ResolveFailed, ResolverSettings, UvResolver
from venvoy.controller.resolver_index import GatewayIndex, Witness
from venvoy.domain.block import Block
from venvoy.domain.cause import Cause, Hop, Step
from venvoy.domain.cooling import CoolDown
from venvoy.domain.lock import Lock
from venvoy.domain.platform import Platform
from venvoy.domain.python import cover
from venvoy.domain.requirement import parse_requirement_list
from venvoy.domain.spec import Spec
from venvoy.domain.wheel import Target, missing_wheels
from venvoy.index.gateway import Gateway
from venvoy.index.problem import Problem
from venvoy.index.server import GatewayServer
from venvoy.index.settings import GatewaySettings
from venvoy.index.store import FileStore
from venvoy.index.upstream import FixedRoute
from venvoy.testing.index import Behaviour, Fault, LocalIndex
from venvoy.testing.wheels import make_sdist, make_wheel

LINUX = Target(Platform.LINUX_X86_64, "3.12.1")
WINDOWS = Target(Platform.WINDOWS_X86_64, "3.12.9")
MUSL = Target(Platform.MUSLLINUX_X86_64, "3.12.1")
EVERYWHERE = (
    "cp312-cp312-manylinux_2_17_x86_64",
    "cp312-cp312-manylinux_2_28_aarch64",
    "cp312-cp312-musllinux_1_2_x86_64",
    "cp312-cp312-win_amd64",
)
ELSEWHERE = ("cp312-cp312-macosx_11_0_arm64", "cp311-cp311-win_amd64", "cp312-cp312-win_arm64")


class Unwatched:
    problems: tuple[Problem, ...] = ()


class PlainIndex:
    """An index without a gateway in front, whose file addresses are its own."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.secrets: tuple[str, ...] = ()

    @contextmanager
    def watch(self) -> Iterator[Witness]:
        yield Unwatched()

    async def with_paths(self, lock: Lock, live: Lock | None = None) -> Lock:
        return lock


def settings(folder: Path, limit_s: float = 60.0) -> ResolverSettings:
    return ResolverSettings(Path(find_uv_bin()), Path(sys.executable), folder / "uv", limit_s)


@pytest.fixture
async def index() -> AsyncIterator[LocalIndex]:
    async with LocalIndex(Behaviour(metadata=True)) as serving:
        yield serving


@pytest.fixture
def resolver(tmp_path: Path, index: LocalIndex) -> UvResolver:
    return UvResolver(settings(tmp_path), PlainIndex(index.simple))


def request(
    *requirements: str,
    python: str = "==3.12.*",
    platforms: tuple[Platform, ...] = (),
    live: Lock | None = None,
    upgrade: frozenset[str] | None = None,
    targets: tuple[Target, ...] = (),
) -> ResolveRequest:
    spec = Spec(parse_requirement_list(requirements), python, platforms)
    return ResolveRequest(spec=spec, live=live, upgrade=upgrade, targets=targets)


def silent(_line: str) -> None:
    return


def versions(lock: Lock) -> dict[str, str]:
    return {package.name: package.version for package in lock.packages}


async def cause_of(resolver: UvResolver, asked: ResolveRequest) -> Cause:
    with pytest.raises(ResolveFailed) as caught:
        await resolver.resolve(asked, silent)
    assert caught.value.cause.step is Step.RESOLVE
    return caught.value.cause


async def test_a_lock_holds_for_every_platform_at_once(
    resolver: UvResolver, index: LocalIndex
) -> None:
    wheels = [make_wheel("native", tag=tag) for tag in (*EVERYWHERE, *ELSEWHERE)]
    index.add(*wheels, make_sdist("native"), make_wheel("winpart"))
    index.add(make_wheel("top", requires=("native", 'winpart; sys_platform == "win32"')))

    lock = await resolver.resolve(request("top", targets=(LINUX, WINDOWS)), silent)

    native, top, winpart = lock.packages
    assert (top.marker, native.marker) == (None, None)
    assert winpart.marker == "sys_platform == 'win32'"
    assert [file.name for file in native.files] == sorted(
        wheel.name for wheel in wheels[: len(EVERYWHERE)]
    )
    made = {wheel.name: wheel for wheel in wheels}
    for file in native.files:
        wheel = made[file.name]
        assert (file.sha256, file.size) == (wheel.sha256, len(wheel.data))
        assert file.path == index.path(wheel)
        assert file.url is None
    assert str(index.port).encode() not in lock.to_bytes()


@pytest.mark.parametrize("python", ["==3.9.*", "==3.14.*", "==3.12.4"])
async def test_the_python_asked_for_need_not_be_here(
    resolver: UvResolver, index: LocalIndex, python: str
) -> None:
    index.add(make_wheel("six"))
    assert (await resolver.resolve(request("six", python=python), silent)).python == python


async def test_an_environment_may_be_empty(resolver: UvResolver) -> None:
    assert await resolver.resolve(request(), silent) == Lock("==3.12.*", ())


async def test_adding_one_package_changes_one_package(
    resolver: UvResolver, index: LocalIndex
) -> None:
    index.add(make_wheel("leaf", "1.0"), make_wheel("tree", "1.0", requires=("leaf",)))
    first = await resolver.resolve(request("tree"), silent)
    index.add(make_wheel("leaf", "2.0"), make_wheel("tree", "2.0", requires=("leaf",)))
    index.add(make_wheel("new", "1.0", requires=("leaf",)))

    second = await resolver.resolve(request("tree", "new", live=first), silent)

    assert versions(second) == {"leaf": "1.0", "new": "1.0", "tree": "1.0"}
    assert set(first.packages) <= set(second.packages)


async def test_pins_are_let_go_on_purpose_or_when_they_must(
    resolver: UvResolver, index: LocalIndex
) -> None:
    index.add(make_wheel("leaf", "1.0"), make_wheel("tree", "1.0", requires=("leaf",)))
    live = await resolver.resolve(request("tree"), silent)
    index.add(make_wheel("leaf", "2.0"), make_wheel("tree", "2.0", requires=("leaf",)))
    index.add(make_wheel("strict", "1.0", requires=("leaf>=2",)))

    named = request("tree", live=live, upgrade=frozenset({"leaf"}))
    every = request("tree", live=live, upgrade=frozenset())
    forced = request("tree", "strict", live=live)

    assert versions(await resolver.resolve(named, silent)) == {"leaf": "2.0", "tree": "1.0"}
    assert versions(await resolver.resolve(every, silent)) == {"leaf": "2.0", "tree": "2.0"}
    assert versions(await resolver.resolve(forced, silent)) == {
        "leaf": "2.0",
        "strict": "1.0",
        "tree": "1.0",
    }


async def test_the_same_again_is_the_same_lock(resolver: UvResolver, index: LocalIndex) -> None:
    index.add(make_wheel("a", requires=("b",)), make_wheel("b"), make_wheel("c"))
    first = await resolver.resolve(request("c", "a"), silent)
    again = await resolver.resolve(request("a", "c", live=first), silent)
    assert again.digest == first.digest


async def test_a_range_of_pythons_may_need_several_versions(
    resolver: UvResolver, index: LocalIndex
) -> None:
    index.add(make_wheel("six", "1.0"), make_wheel("six", "2.0", requires_python=">=3.12"))
    asked = request("six", python="<3.14,>=3.11")

    lock = await resolver.resolve(asked, silent)

    assert [(each.version, each.marker) for each in lock.packages] == [
        ("1.0", "python_full_version < '3.12'"),
        ("2.0", "python_full_version >= '3.12'"),
    ]
    kept = await resolver.resolve(request("six", python="<3.14,>=3.11", live=lock), silent)
    assert kept == lock


async def test_pythons_with_a_gap_between_them_share_one_lock(
    resolver: UvResolver, index: LocalIndex
) -> None:
    index.add(make_wheel("old", tag="cp310-none-any"), make_wheel("new", tag="cp312-none-any"))
    index.add(make_wheel("six", "1.0"), make_wheel("six", "2.0", requires_python=">=3.11"))
    python = cover(["==3.10.*", "==3.12.*"])
    only = ("old; python_version == '3.10'", "new; python_version == '3.12'", "six")
    machines = (Target(Platform.LINUX_X86_64, "3.10.2"), Target(Platform.LINUX_X86_64, "3.12.1"))
    asked = ResolveRequest(Spec(only, python), targets=machines)

    lock = await resolver.resolve(asked, silent)

    found = {(each.name, each.version) for each in lock.packages}
    assert found == {("old", "1.0"), ("new", "1.0"), ("six", "1.0"), ("six", "2.0")}
    assert lock.python == python
    assert not missing_wheels(lock, machines)


async def test_other_systems_and_implementations_cannot_spoil_a_resolution(
    resolver: UvResolver, index: LocalIndex
) -> None:
    index.add(
        *(make_wheel("native", tag=tag) for tag in EVERYWHERE),
        make_wheel(
            "top",
            requires=(
                "native",
                'nowhere; sys_platform == "darwin"',
                'nowhere; platform_python_implementation == "PyPy"',
                'nowhere; python_version >= "3.13"',
                'nowhere; python_version < "3.12"',
            ),
        ),
    )
    lock = await resolver.resolve(request("top", targets=(LINUX, WINDOWS)), silent)
    assert versions(lock) == {"native": "1.0", "top": "1.0"}


async def test_a_node_gets_the_newest_version_that_has_its_wheel(
    resolver: UvResolver, index: LocalIndex
) -> None:
    index.add(*(make_wheel("native", "1.0", tag=tag) for tag in EVERYWHERE))
    index.add(make_wheel("native", "2.0", tag=EVERYWHERE[0]), make_sdist("native", "3.0"))

    lock = await resolver.resolve(request("native", targets=(LINUX, WINDOWS)), silent)

    assert [(each.version, each.marker) for each in lock.packages] == [
        ("1.0", "sys_platform == 'win32'"),
        ("2.0", "sys_platform == 'linux'"),
    ]


async def test_platforms_asked_for_must_hold_without_nodes(
    resolver: UvResolver, index: LocalIndex
) -> None:
    index.add(make_wheel("native", tag=EVERYWHERE[0]))
    only_linux = request("native", platforms=(Platform.LINUX_X86_64,))
    with_windows = request("native", platforms=(Platform.LINUX_X86_64, Platform.WINDOWS_X86_64))
    assert versions(await resolver.resolve(only_linux, silent)) == {"native": "1.0"}
    assert (await cause_of(resolver, with_windows)).code == "no-wheel-for-platform"


async def test_all_packages_without_a_wheel_are_named_together(
    resolver: UvResolver, index: LocalIndex
) -> None:
    index.add(make_sdist("source-a"), make_sdist("source-b"), make_wheel("fine"))
    index.add(
        make_wheel("linuxonly", tag=EVERYWHERE[0]),
        make_wheel("old", tag="cp39-cp39-win_amd64"),
        make_wheel("old", tag="cp39-cp39-manylinux_2_17_x86_64"),
    )
    index.add(make_wheel("middle", requires=("source-b",)))
    asked = request("source-a", "middle", "linuxonly", "old", "fine", targets=(LINUX, WINDOWS))

    found = await cause_of(resolver, asked)

    assert found.hop is Hop.PACKAGE
    assert found.params["packages"] == [
        "linuxonly (windows-x86_64)",
        "old",
        "source-a",
        "source-b",
    ]


async def test_a_c_library_without_a_wheel_is_refused(
    resolver: UvResolver, index: LocalIndex
) -> None:
    index.add(make_wheel("native", tag=EVERYWHERE[0]))
    found = await cause_of(resolver, request("native", targets=(LINUX, MUSL)))
    assert found.code == "no-wheel-for-platform"
    assert found.params["packages"] == ["native 1.0 (musllinux-x86_64, Python 3.12)"]


async def test_a_requirement_by_address_is_locked_with_its_hash(
    resolver: UvResolver, index: LocalIndex
) -> None:
    wheel = make_wheel("six", "1.0")
    index.add(wheel, make_wheel("six", "2.0"))
    url = f"{index.root}/{index.path(wheel)}"

    lock = await resolver.resolve(request(f"six @ {url}"), silent)

    (file,) = lock.packages[0].files
    assert (file.url, file.sha256, file.path) == (url, wheel.sha256, None)
    assert versions(await resolver.resolve(request("six", live=lock), silent)) == {"six": "2.0"}


async def test_a_source_archive_by_address_is_not_built(
    resolver: UvResolver, index: LocalIndex
) -> None:
    archive = make_sdist("six")
    index.add(archive)
    asked = request(f"six @ {index.root}/{index.path(archive)}")
    found = await cause_of(resolver, asked)
    assert (found.code, found.params["packages"]) == ("only-source", ["six"])


async def test_an_index_without_sizes_is_enough(resolver: UvResolver, index: LocalIndex) -> None:
    index.behaviour.html_only = True
    index.behaviour.layout = False
    index.add(make_wheel("six"))
    (file,) = (await resolver.resolve(request("six"), silent)).packages[0].files
    assert (file.size, file.path, len(file.sha256)) == (None, None, 64)


@pytest.mark.parametrize(
    ("requirements", "code", "hop"),
    [
        (("nosuch",), "package-not-found", Hop.REQUIREMENTS),
        (("leaf==9",), "no-solution", Hop.REQUIREMENTS),
        (("a", "b"), "no-solution", Hop.REQUIREMENTS),
        (("late",), "python-excluded", Hop.REQUIREMENTS),
    ],
)
async def test_wishes_that_cannot_be_met_are_explained(
    resolver: UvResolver,
    index: LocalIndex,
    requirements: tuple[str, ...],
    code: str,
    hop: Hop,
) -> None:
    index.add(make_wheel("leaf", "1.0"), make_wheel("leaf", "2.0"))
    index.add(make_wheel("a", requires=("leaf<2",)), make_wheel("b", requires=("leaf>=2",)))
    index.add(make_wheel("late", requires_python=">=3.13"))

    found = await cause_of(resolver, request(*requirements))

    assert (found.code, found.hop) == (code, hop)
    assert str(found.params["reason"]).startswith("Because ")
    assert "sys_platform" not in str(found.params["reason"])
    assert not found.transient


@pytest.mark.parametrize(
    ("fault", "code", "transient"),
    [
        (Fault("/simple/*", status=503), "index-unavailable", True),
        (Fault("/simple/*", status=401), "index-unauthorized", False),
        (Fault("/simple/*", status=403), "index-unauthorized", False),
        (Fault("*.metadata", wrong=True), "hash-mismatch", False),
        (Fault("/simple/*", cut=True, after=10), "download-cut", True),
    ],
)
async def test_faults_of_an_index_are_told_apart(
    resolver: UvResolver, index: LocalIndex, fault: Fault, code: str, transient: bool
) -> None:
    index.add(make_wheel("six"))
    index.faults.append(fault)
    found = await cause_of(resolver, request("six"))
    assert (found.code, found.transient) == (code, transient)
    assert found.evidence


async def test_an_index_that_is_gone(resolver: UvResolver, index: LocalIndex) -> None:
    await index.stop()
    found = await cause_of(resolver, request("six"))
    assert (found.code, found.hop, found.transient) == ("connection-refused", Hop.GATEWAY, True)


def children() -> list[psutil.Process]:
    return [each for each in psutil.Process().children(recursive=True) if each.is_running()]


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - a process and a server have no event here
            await asyncio.sleep(0.01)


async def test_a_resolution_that_takes_too_long_is_ended(tmp_path: Path, index: LocalIndex) -> None:
    index.add(make_wheel("six"))
    index.faults.append(Fault("/simple/*", stall=True))
    before = {each.pid for each in children()}
    resolver = UvResolver(settings(tmp_path, limit_s=1.0), PlainIndex(index.simple))

    found = await cause_of(resolver, request("six"))

    assert (found.code, found.transient, found.params["limit"]) == ("resolve-timeout", True, 1.0)
    assert {each.pid for each in children()} <= before


async def test_a_cancelled_resolution_leaves_nothing_behind(
    resolver: UvResolver, index: LocalIndex, tmp_path: Path
) -> None:
    index.add(make_wheel("six"))
    index.faults.append(Fault("/simple/*", stall=True))
    before = {each.pid for each in children()}
    task = asyncio.create_task(resolver.resolve(request("six"), silent))
    await until(lambda: index.asked("GET /simple/*") > 0)

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert {each.pid for each in children()} <= before
    assert list((tmp_path / "resolving").iterdir()) == []


async def test_what_a_killed_controller_left_is_cleared(
    resolver: UvResolver, index: LocalIndex, tmp_path: Path
) -> None:
    index.add(make_wheel("six"))
    await resolver.resolve(request("six"), silent)
    kept = sorted((tmp_path / "uv").iterdir())
    for left in (tmp_path / "resolving" / "killed", tmp_path / "uv" / ".tmpkilled"):
        left.mkdir()
        (left / "pyproject.toml").write_text("[tool.uv]\n")

    resolver.clear()

    assert not (tmp_path / "resolving").exists()
    assert sorted((tmp_path / "uv").iterdir()) == kept
    assert versions(await resolver.resolve(request("six"), silent)) == {"six": "1.0"}


async def test_nothing_of_the_users_own_settings_is_used(
    resolver: UvResolver, index: LocalIndex, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    index.add(make_wheel("six"))
    configuration = tmp_path / "uv" / "uv.toml"
    configuration.parent.mkdir()
    configuration.write_text('exclude-newer = "2001-01-01T00:00:00Z"\n')
    for name in ("XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "HOME", "APPDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("UV_INDEX", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert versions(await resolver.resolve(request("six"), silent)) == {"six": "1.0"}


async def test_a_missing_uv_is_a_cause(tmp_path: Path, index: LocalIndex) -> None:
    missing = ResolverSettings(tmp_path / "uv", Path(sys.executable), tmp_path / "cache")
    found = await cause_of(UvResolver(missing, PlainIndex(index.simple)), request("six"))
    assert (found.code, found.hop) == ("uv-not-started", Hop.CONTROLLER)


@pytest.fixture
async def behind_gateway(tmp_path: Path, index: LocalIndex) -> AsyncIterator[GatewayIndex]:
    limits = GatewaySettings(attempts=1, backoff_s=0.01)
    store = FileStore(tmp_path / "files", limits.retention)
    gateway = Gateway(tmp_path / "gateway", store, FixedRoute.to(index.simple), limits)
    server = GatewayServer(gateway, tmp_path / "address.json")
    address = await server.start()
    yield GatewayIndex(gateway, address)
    await server.stop()


@pytest.mark.parametrize("sizes", [True, False])
async def test_behind_a_gateway_the_lock_is_as_neutral_and_complete(
    tmp_path: Path, index: LocalIndex, behind_gateway: GatewayIndex, sizes: bool
) -> None:
    index.behaviour.sizes = sizes
    wheel = make_wheel("six")
    index.add(wheel, make_wheel("top", requires=("six",)))
    resolver = UvResolver(settings(tmp_path), behind_gateway)
    lines: list[str] = []

    lock = await resolver.resolve(request("top"), lines.append)

    (file,) = lock.packages[0].files
    assert (file.path, file.sha256) == (index.path(wheel), wheel.sha256)
    assert file.size == (len(wheel.data) if sizes else None)
    (secret,) = behind_gateway.secrets
    assert secret.encode() not in lock.to_bytes()
    assert b"127.0.0.1" not in lock.to_bytes()
    assert any("Resolved 2 packages" in line for line in lines)
    assert await resolver.resolve(request("top", live=lock), silent) == lock


async def test_what_was_published_a_moment_ago_is_found(
    tmp_path: Path, index: LocalIndex, behind_gateway: GatewayIndex
) -> None:
    index.add(make_wheel("leaf", "1.0"), make_wheel("tree", requires=("leaf",)))
    resolver = UvResolver(settings(tmp_path), behind_gateway)
    first = await resolver.resolve(request("tree"), silent)
    index.add(make_wheel("leaf", "2.0"), make_wheel("leaf", "3.0"), make_wheel("new"))

    kept = await resolver.resolve(request("tree", "leaf>=1"), silent)
    exact = await resolver.resolve(request("tree", "leaf==2.0", live=first), silent)
    assert versions(kept) == {"leaf": "1.0", "tree": "1.0"}
    assert versions(exact) == {"leaf": "2.0", "tree": "1.0"}

    index.add(make_wheel("leaf", "4.0"))
    upgraded = request("tree", live=exact, upgrade=frozenset({"leaf"}))
    assert versions(await resolver.resolve(upgraded, silent)) == {"leaf": "4.0", "tree": "1.0"}


async def test_the_gateways_own_record_explains_first(
    tmp_path: Path, index: LocalIndex, behind_gateway: GatewayIndex
) -> None:
    index.faults.append(Fault("/simple/*", status=503))
    resolver = UvResolver(settings(tmp_path), behind_gateway)
    lines: list[str] = []

    with pytest.raises(ResolveFailed) as caught:
        await resolver.resolve(request("six"), lines.append)

    found = caught.value.cause
    assert (found.code, found.hop) == ("mirror-status", Hop.MIRROR)
    assert found.params["status"] == 503
    (secret,) = behind_gateway.secrets
    assert lines
    assert secret not in "".join([*lines, *found.evidence, str(found.params)])


async def test_a_blocked_release_is_gone_round(resolver: UvResolver, index: LocalIndex) -> None:
    index.add(*(make_wheel("leaf", version) for version in ("1.0", "1.1", "2.0rc1")))
    index.add(make_wheel("tree", "1.0", requires=("leaf",)))
    live = await resolver.resolve(request("tree"), silent)
    blocks = (Block("leaf", "==1.1", "bad"), Block("leaf", "==2.0rc1"), Block("other", ""))
    for asked in (request("tree"), request("tree", live=live)):
        lock = await resolver.resolve(replace(asked, blocks=blocks), silent)
        assert versions(lock) == {"leaf": "1.0", "tree": "1.0"}


@pytest.mark.parametrize("asked", ["leaf==1.1", "tree", "leaf>1.0"])
@pytest.mark.parametrize("specifier", ["==1.1", ">1.0", ""])
async def test_what_only_blocked_releases_satisfy_names_the_block(
    resolver: UvResolver, index: LocalIndex, asked: str, specifier: str
) -> None:
    index.add(make_wheel("leaf", "1.0"), make_wheel("leaf", "1.1"))
    index.add(make_wheel("tree", "1.0", requires=("leaf>=1.1",)))
    wish = replace(request(asked), blocks=(Block("leaf", specifier, "steals keys"),))
    cause = await cause_of(resolver, wish)
    assert (cause.code, cause.hop) == ("release-blocked", Hop.REQUIREMENTS)
    assert cause.params["packages"] == ["leaf==1.1"]
    assert cause.params["blocks"] == [f"leaf{specifier} (steals keys)"]
    assert (await resolver.survey(wish, silent)).cause == cause


async def test_what_fails_without_blocks_too_keeps_its_own_cause(
    resolver: UvResolver, index: LocalIndex
) -> None:
    index.add(make_wheel("leaf", "1.0"))
    wish = replace(request("leaf>3"), blocks=(Block("leaf", "==1.0"),))
    assert (await cause_of(resolver, wish)).code == "no-solution"


BEFORE_ALL = CoolDown(7, datetime(2023, 1, 1, tzinfo=UTC))


async def test_what_is_too_young_is_not_chosen_unless_it_is_left_out(
    resolver: UvResolver, index: LocalIndex
) -> None:
    index.add(make_wheel("leaf", "1.0"))
    later = CoolDown(7, datetime(2024, 2, 1, tzinfo=UTC))
    assert versions(await resolver.resolve(replace(request("leaf"), cooling=later), silent))
    cause = await cause_of(resolver, replace(request("leaf"), cooling=BEFORE_ALL))
    assert (cause.code, cause.params["packages"]) == ("cooling-down", ["leaf"])
    exempt = replace(BEFORE_ALL, exempt=("leaf",))
    assert versions(await resolver.resolve(replace(request("leaf"), cooling=exempt), silent))


async def test_an_index_without_upload_times_is_named_as_the_cause(
    resolver: UvResolver, index: LocalIndex
) -> None:
    index.behaviour.uploaded = ""
    index.add(make_wheel("leaf", "1.0"))
    cause = await cause_of(resolver, replace(request("leaf"), cooling=BEFORE_ALL))
    assert (cause.code, cause.params["packages"]) == ("upload-times-missing", ["leaf"])
    exempt = replace(BEFORE_ALL, exempt=("leaf",))
    assert versions(await resolver.resolve(replace(request("leaf"), cooling=exempt), silent))
