"""Markers are evaluated for machines that are elsewhere, and said shortly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.markers import Marker

from venvoy.domain.marker import Reach, applies, environment, for_platforms, reach, simplified
from venvoy.domain.platform import Platform

ALL = tuple(Platform)
LINUX = (Platform.LINUX_X86_64, Platform.MUSLLINUX_AARCH64)
WINDOWS = (Platform.WINDOWS_X86_64,)


@pytest.mark.parametrize(
    ("marker", "platforms", "python", "expected"),
    [
        (None, ALL, ">=3.9", Reach.ALWAYS),
        ("sys_platform == 'win32'", ALL, ">=3.9", Reach.SOMETIMES),
        ("sys_platform == 'win32'", WINDOWS, ">=3.9", Reach.ALWAYS),
        ("sys_platform == 'win32'", LINUX, ">=3.9", Reach.NEVER),
        ("os_name == 'nt' or platform_system == 'Linux'", ALL, ">=3.9", Reach.ALWAYS),
        ("platform_machine == 'aarch64'", LINUX, ">=3.9", Reach.SOMETIMES),
        ("platform_machine == 'AMD64'", WINDOWS, ">=3.9", Reach.ALWAYS),
        ("sys_platform == 'darwin'", ALL, ">=3.9", Reach.NEVER),
        ("platform_python_implementation == 'PyPy'", ALL, ">=3.9", Reach.NEVER),
        ("python_version < '3.13'", ALL, "==3.12.*", Reach.ALWAYS),
        ("python_version < '3.13'", ALL, ">=3.12", Reach.SOMETIMES),
        ("python_version >= '3.13'", ALL, "==3.12.*", Reach.NEVER),
        ("python_full_version < '3.12.4'", ALL, "==3.12.*", Reach.SOMETIMES),
        ("python_full_version != '3.12.4'", ALL, "==3.12.*", Reach.SOMETIMES),
        ("python_full_version != '3.12.4'", ALL, "==3.12.5", Reach.ALWAYS),
        ("python_version == '3.11'", ALL, "<3.14,>=3.11", Reach.SOMETIMES),
    ],
)
def test_where_a_marker_is_true(
    marker: str | None, platforms: tuple[Platform, ...], python: str, expected: Reach
) -> None:
    assert reach(marker, platforms, python) is expected


LIMITS = (
    "python_full_version < '3.13' and ((platform_machine == 'aarch64' and sys_platform =="
    " 'linux') or (platform_machine == 'x86_64' and sys_platform == 'linux') or"
    " (platform_machine == 'AMD64' and sys_platform == 'win32'))"
)
BETWEEN = "python_full_version >= '3.12' and python_full_version < '3.13'"


@pytest.mark.parametrize(
    ("marker", "python", "short"),
    [
        (LIMITS, "==3.12.*", None),
        (f"{LIMITS} and sys_platform == 'win32'", "==3.12.*", "sys_platform == 'win32'"),
        (f"{LIMITS} and sys_platform != 'win32'", "==3.12.*", "sys_platform == 'linux'"),
        (LIMITS, ">=3.11", "python_full_version < '3.13'"),
        (
            f"{LIMITS} and python_full_version >= '3.12' and os_name == 'nt'",
            ">=3.11",
            f"{BETWEEN} and sys_platform == 'win32'",
        ),
        ("platform_machine == 'aarch64'", "==3.12.*", "platform_machine == 'aarch64'"),
        ("python_full_version < '3.12.4'", "==3.12.*", "python_full_version < '3.12.4'"),
    ],
)
def test_what_the_lock_says_is_not_said_again(marker: str, python: str, short: str | None) -> None:
    assert simplified(marker, ALL, python) == short


VERSIONS = st.sampled_from(["3.10", "3.11", "3.11.5", "3.12", "3.12.0", "3.13"])
PYTHON = st.builds(
    "{} {} '{}'".format,
    st.sampled_from(["python_full_version", "python_version"]),
    st.sampled_from(["<", "<=", ">", ">=", "==", "!="]),
    VERSIONS,
)
MACHINE = st.sampled_from(
    ["sys_platform == 'win32'", "sys_platform != 'win32'", "platform_machine == 'x86_64'"]
)
MARKERS = st.recursive(
    PYTHON | MACHINE,
    lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner),
    max_leaves=5,
)


@given(MARKERS, st.sampled_from(ALL), st.sampled_from(["3.11", "3.12", "3.13"]), st.integers(0, 14))
def test_a_shorter_marker_means_the_same(
    marker: str, platform: Platform, minor: str, patch: int
) -> None:
    version = f"{minor}.{patch}"
    short = simplified(marker, ALL, "<3.14,>=3.11")
    assert applies(short, platform, version) is applies(marker, platform, version)
    where = reach(marker, ALL, "<3.14,>=3.11")
    if where is not Reach.SOMETIMES:
        assert applies(marker, platform, version) is (where is Reach.ALWAYS)


@given(st.sets(st.sampled_from(ALL), min_size=1))
def test_the_marker_of_platforms_is_true_on_those_machines_alone(chosen: set[Platform]) -> None:
    marker = Marker(for_platforms(chosen))
    machines = {(p.name.startswith("WIN"), p.value.partition("-")[2]) for p in chosen}
    for platform in ALL:
        own = (platform.name.startswith("WIN"), platform.value.partition("-")[2])
        assert marker.evaluate(dict(environment(platform, "3.12.1"))) is (own in machines)
    assert not marker.evaluate({"sys_platform": "darwin", "platform_machine": "arm64"})
