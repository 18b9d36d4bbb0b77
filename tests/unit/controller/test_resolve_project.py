"""What uv is given follows from the request alone."""

import tomllib
from pathlib import Path

import pytest
from packaging.markers import Marker

from venvoy.controller.context import ResolveRequest
from venvoy.controller.resolve_project import (
    OUTPUT,
    OVERRIDES,
    arguments,
    isolation,
    platforms_of,
    project_files,
    targets_of,
)
from venvoy.domain.lock import Lock, LockedFile, LockedPackage
from venvoy.domain.marker import environment
from venvoy.domain.platform import Platform
from venvoy.domain.spec import Spec
from venvoy.domain.wheel import Target

LINUX = Target(Platform.LINUX_X86_64, "3.12.1")
WINDOWS = Target(Platform.WINDOWS_X86_64, "3.13.9")


def request(
    python: str = "==3.12.*",
    platforms: tuple[Platform, ...] = (),
    live: Lock | None = None,
    upgrade: frozenset[str] | None = None,
    targets: tuple[Target, ...] = (),
) -> ResolveRequest:
    return ResolveRequest(Spec(("six",), python, platforms), live, upgrade, targets)


def limits(asked: ResolveRequest, key: str) -> list[Marker]:
    document = tomllib.loads(project_files(asked)["pyproject.toml"])
    return [Marker(text) for text in document["tool"]["uv"].get(key, [])]


def test_the_platforms_in_use_belong_to_those_asked_for() -> None:
    assert platforms_of(request()) == tuple(Platform)
    asked = request(platforms=(Platform.MUSLLINUX_AARCH64,), targets=(LINUX,))
    assert set(platforms_of(asked)) == {Platform.MUSLLINUX_AARCH64, Platform.LINUX_X86_64}


@pytest.mark.parametrize(
    ("python", "version"), [("==3.12.*", "3.12.0"), ("==3.12.4", "3.12.4"), ("<3.14", "3.9.0")]
)
def test_a_platform_asked_for_must_hold_for_the_lowest_python(python: str, version: str) -> None:
    asked = request(python, platforms=(Platform.WINDOWS_X86_64,))
    assert targets_of(asked) == (Target(Platform.WINDOWS_X86_64, version),)


def test_a_node_says_more_exactly_what_its_platform_needs() -> None:
    asked = request(platforms=(Platform.LINUX_X86_64,), targets=(LINUX,))
    assert targets_of(asked) == (LINUX,)


@pytest.mark.parametrize("python", ["==3.12.*", "<3.14,>=3.11", ">=3.11"])
def test_the_resolution_is_limited_to_the_machines(python: str) -> None:
    (marker,) = limits(request(python), "environments")
    for platform in Platform:
        inside = environment(platform, "3.12.4")
        assert marker.evaluate(dict(inside))
        assert not marker.evaluate({**inside, "python_full_version": "3.10.1"})
        assert not marker.evaluate({**inside, "platform_python_implementation": "PyPy"})
    other = environment(Platform.LINUX_X86_64, "3.12.4")
    assert not marker.evaluate({**other, "sys_platform": "darwin"})
    assert not marker.evaluate({**other, "platform_machine": "ppc64le"})


def test_what_nodes_need_is_required() -> None:
    assert limits(request(), "required-environments") == []
    required = limits(request(">=3.11", targets=(LINUX, WINDOWS)), "required-environments")
    assert len(required) == 2
    for target in (LINUX, WINDOWS):
        machine = dict(environment(target.platform, target.python))
        assert [marker.evaluate(machine) for marker in required].count(True) == 1


def live(*packages: LockedPackage) -> Lock:
    return Lock("==3.12.*", packages)


def pin(name: str, version: str = "1.0", url: str | None = None) -> LockedPackage:
    file = LockedFile(f"{name}-{version}-py3-none-any.whl", "0" * 64, url=url)
    return LockedPackage(name, version, None, (file,))


def test_pins_are_names_and_versions_only() -> None:
    text = project_files(request(live=live(pin("a"), pin("b", "2.0"))))[OUTPUT]
    assert tomllib.loads(text)["packages"] == [
        {"name": "a", "version": "1.0"},
        {"name": "b", "version": "2.0"},
    ]


def test_pins_are_let_go_by_name_or_all() -> None:
    lock = live(pin("a"), pin("b"))
    some = project_files(request(live=lock, upgrade=frozenset({"a"})))
    assert [each["name"] for each in tomllib.loads(some[OUTPUT])["packages"]] == ["b"]
    assert OUTPUT not in project_files(request(live=lock, upgrade=frozenset()))
    assert OUTPUT not in project_files(request(live=lock, upgrade=frozenset({"a", "b"})))
    assert OUTPUT not in project_files(request())


def test_an_address_is_no_pin() -> None:
    assert OUTPUT not in project_files(request(live=live(pin("a", url="https://example.org/a"))))


def test_packages_are_left_out_by_overrides() -> None:
    files = project_files(request(), without={"b", "a"})
    assert files[OVERRIDES] == "a ; python_version < '0'\nb ; python_version < '0'\n"
    assert OVERRIDES not in project_files(request())


def test_the_arguments_forbid_foreign_code_and_downloads() -> None:
    paths = {"python": Path("/p"), "cache": Path("/c")}
    url = "http://127.0.0.1/simple"
    plain = arguments(request(), index_url=url, overridden=False, fresh=False, **paths)
    assert {"--no-build", "--no-python-downloads", "--universal"} <= set(plain)
    assert plain[plain.index("--default-index") + 1] == url
    assert plain[plain.index("--python-version") + 1] == "3.12"
    assert "--overrides" not in plain
    assert not [option for option in plain if option.startswith("--refresh")]
    left_out = arguments(request(), index_url=url, overridden=True, fresh=True, **paths)
    assert "--refresh" in left_out
    assert left_out[left_out.index("--overrides") + 1] == OVERRIDES


def test_an_upgrade_of_some_asks_anew_for_those() -> None:
    options = arguments(
        request(upgrade=frozenset({"b", "a"})),
        index_url="x",
        python=Path("/p"),
        cache=Path("/c"),
        overridden=False,
        fresh=True,
    )
    assert options[-4:] == ["--refresh-package", "a", "--refresh-package", "b"]


def test_hosts_that_need_no_proxy_are_kept_in_either_spelling() -> None:
    inside = isolation(Path("/private"), {"http_proxy": "http://p", "no_proxy": "corp,lab"})
    assert inside["NO_PROXY"] == inside["no_proxy"] == "127.0.0.1,localhost,corp,lab"
    both = isolation(Path("/private"), {"NO_PROXY": "corp", "no_proxy": "lab"})
    assert both["NO_PROXY"] == "127.0.0.1,localhost,corp,lab"


def test_nothing_of_the_outside_is_inherited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_INDEX", "http://127.0.0.1:9")
    inside = isolation(Path("/private"), {"HTTPS_PROXY": "http://p", "NO_PROXY": "corp"})
    assert "UV_INDEX" not in inside
    assert inside["HTTPS_PROXY"] == "http://p"
    assert inside["NO_PROXY"] == "127.0.0.1,localhost,corp"
    assert inside["HOME"].startswith("/private/")
