"""A lock keeps the wheels that its machines can install, and no others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.tags import Tag, cpython_tags

from venvoy.domain.lock import Lock, LockedFile, LockedPackage
from venvoy.domain.platform import Platform
from venvoy.domain.wheel import MissingWheel, Target, is_usable, missing_wheels, needed

ALL = tuple(Platform)
TARGETS = [Target(platform, "3.12.4") for platform in ALL]
LINUX, WINDOWS = TARGETS[0], TARGETS[-1]


def file(tag: str, name: str = "six") -> LockedFile:
    return LockedFile(f"{name}-1.0-{tag}.whl", "0" * 64)


def package(*tags: str, name: str = "six", marker: str | None = None) -> LockedPackage:
    return LockedPackage(name, "1.0", marker, tuple(file(tag, name) for tag in tags))


@pytest.mark.parametrize(
    "tag",
    [
        "py3-none-any",
        "py2.py3-none-any",
        "py312-none-any",
        "py39-none-any",
        "cp312-none-any",
        "cp312-cp312-manylinux_2_17_x86_64",
        "cp312-cp312-manylinux_2_39_x86_64",
        "cp312-cp312-manylinux1_x86_64",
        "cp312-cp312-manylinux2014_aarch64.manylinux_2_17_aarch64",
        "cp312-cp312-musllinux_1_2_aarch64",
        "cp312-cp312-linux_x86_64",
        "cp312-cp312-win_amd64",
        "cp39-abi3-win_amd64",
        "cp312-abi3-win_amd64",
        "py3-none-win_amd64",
        "cp311.cp312-cp311.cp312-win_amd64",
    ],
)
def test_kept(tag: str) -> None:
    assert is_usable(file(tag).name, ALL, (12,))


@pytest.mark.parametrize(
    "tag",
    [
        "cp312-cp312-macosx_11_0_arm64",
        "cp312-cp312-macosx_10_9_universal2",
        "cp312-cp312-ios_13_0_arm64_iphoneos",
        "cp312-cp312-android_21_x86_64",
        "cp312-cp312-win32",
        "cp312-cp312-win_arm64",
        "cp312-cp312-manylinux_2_17_armv7l",
        "cp312-cp312-manylinux_2_17_i686",
        "cp312-cp312-manylinux_2_17_ppc64le",
        "cp311-cp311-win_amd64",
        "cp313-cp313-win_amd64",
        "cp313-abi3-win_amd64",
        "cp312-cp312t-win_amd64",
        "pp310-pypy310_pp73-win_amd64",
        "py2-none-any",
        "py313-none-any",
    ],
)
def test_dropped(tag: str) -> None:
    assert not is_usable(file(tag).name, ALL, (12,))


@pytest.mark.parametrize("name", ["", "six", "six-1.0.tar.gz", "six-1.0.whl", "../x-1-a-b-c.whl"])
def test_what_is_no_wheel_is_unusable(name: str) -> None:
    assert not is_usable(name, ALL, (12,))


def test_a_range_keeps_all_its_pythons() -> None:
    kept = [
        m
        for m in range(9, 16)
        if is_usable(file(f"cp3{m}-cp3{m}-win_amd64").name, ALL, (11, 12, 13))
    ]
    assert kept == [11, 12, 13]


@given(
    st.integers(9, 20),
    st.sampled_from(["manylinux_2_17_x86_64", "win_amd64", "any", "musllinux_1_1_x86_64"]),
    st.data(),
)
def test_every_tag_that_an_interpreter_accepts_is_kept(
    minor: int, platform: str, data: st.DataObject
) -> None:
    accepted = list(cpython_tags((3, minor), [f"cp3{minor}"], [platform]))
    tag: Tag = data.draw(st.sampled_from(accepted))
    assert is_usable(file(str(tag)).name, ALL, (minor,))


@given(st.sets(st.sampled_from(ALL), min_size=1), st.sets(st.integers(9, 16), min_size=1))
def test_more_machines_keep_no_fewer_wheels(platforms: set[Platform], minors: set[int]) -> None:
    for tag in ("cp312-cp312-win_amd64", "cp310-abi3-manylinux_2_28_aarch64", "py3-none-any"):
        name = file(tag).name
        alone = any(is_usable(name, (p,), (m,)) for p in platforms for m in minors)
        assert is_usable(name, tuple(platforms), tuple(sorted(minors))) is alone


def test_a_package_is_missing_only_where_it_is_needed() -> None:
    lock = Lock(
        "==3.12.*",
        (
            package("cp312-cp312-manylinux_2_17_x86_64", name="linuxonly"),
            package("cp312-cp312-win_amd64", name="pywin", marker="sys_platform == 'win32'"),
            package("py3-none-any", name="pure"),
            package(name="nothing", marker="python_version < '3.10'"),
        ),
    )
    assert [each.name for each in needed(lock, LINUX)] == ["linuxonly", "pure"]
    assert missing_wheels(lock, [LINUX]) == ()
    assert missing_wheels(lock, [LINUX, WINDOWS, WINDOWS]) == (
        MissingWheel("linuxonly", "1.0", WINDOWS),
    )
    assert {each.target.platform for each in missing_wheels(lock, TARGETS)} == set(ALL[1:])
