"""Where a package is needed: markers, evaluated for machines that are elsewhere.

Markers: https://packaging.python.org/specifications/dependency-specifiers/. A marker
is asked about finitely many machines: the platforms of a lock, and for each those
versions of Python at which its value can change.
"""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import lru_cache
from itertools import combinations, product

from packaging.markers import Marker
from packaging.specifiers import SpecifierSet

from venvoy.domain.platform import Platform
from venvoy.domain.python import lowest, minors

_VERSION = re.compile(r"""['"]3\.(\d{1,3})(?:\.(\d{1,3}))?(?:\.\*)?['"]""", re.ASCII)
_LAST_PATCH = 99


class Reach(StrEnum):
    """On which of a lock's machines something is needed."""

    ALWAYS = "always"
    SOMETIMES = "sometimes"
    NEVER = "never"


def environment(platform: Platform, python: str) -> dict[str, str]:
    """The values of PEP 508 variables on a machine.

    Args:
        platform: the machine's.
        python: a full version of CPython, such as `3.12.4`.
    """
    windows = platform is Platform.WINDOWS_X86_64
    machine = platform.value.partition("-")[2]
    return {
        "implementation_name": "cpython",
        "implementation_version": python,
        "os_name": "nt" if windows else "posix",
        "platform_machine": "AMD64" if windows else machine,
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_system": "Windows" if windows else "Linux",
        "platform_version": "",
        "python_full_version": python,
        "python_version": ".".join(python.split(".")[:2]),
        "sys_platform": "win32" if windows else "linux",
    }


def applies(marker: str | None, platform: Platform, python: str) -> bool:
    """Whether a marker is true on a machine; no marker always is."""
    return marker is None or _parsed(marker).evaluate(dict(environment(platform, python)))


@lru_cache(maxsize=4096)
def reach(marker: str | None, platforms: tuple[Platform, ...], python: str) -> Reach:
    """On which of `platforms`, with the Pythons of a specifier set, a marker is true."""
    if marker is None:
        return Reach.ALWAYS
    values = {
        applies(marker, platform, version)
        for platform in platforms
        for version in _turning_points(marker, python)
    }
    if values == {True}:
        return Reach.ALWAYS
    return Reach.SOMETIMES if True in values else Reach.NEVER


@lru_cache(maxsize=4096)
def simplified(marker: str | None, platforms: tuple[Platform, ...], python: str) -> str | None:
    """The shortest marker found that means the same on a lock's machines.

    uv repeats the limits of the resolution in every marker; a lock says them once.

    Returns:
        None where it is always true; what names only the system, only the Python or
        both where that suffices; else `marker` itself.
    """
    if marker is None or reach(marker, platforms, python) is Reach.ALWAYS:
        return None
    machines = [
        (platform, version) for platform in platforms for version in _turning_points(marker, python)
    ]
    wanted = [applies(marker, *machine) for machine in machines]
    for short in _short_markers(marker):
        if [applies(short, *machine) for machine in machines] == wanted:
            return short
    return marker


def _short_markers(marker: str) -> Iterator[str]:
    """Candidates, the shortest first, made of the versions that a marker names."""
    named = {int(minor) for minor, patch in _VERSION.findall(marker) if not patch}
    bounds = sorted(named | {minor + 1 for minor in named})
    below = [f"python_full_version < '3.{minor}'" for minor in bounds]
    above = [f"python_full_version >= '3.{minor}'" for minor in bounds]
    between = [
        f"python_full_version >= '3.{low}' and python_full_version < '3.{high}'"
        for low, high in combinations(bounds, 2)
    ]
    systems = [f"sys_platform == '{system}'" for system in ("linux", "win32")]
    pythons = [*below, *above, *between]
    yield from systems
    yield from pythons
    yield from (f"{python} and {system}" for python, system in product(pythons, systems))


def for_platforms(platforms: Iterable[Platform]) -> str:
    """A marker that is true on these platforms; the C library has no marker."""
    machines: dict[str, set[str]] = {}
    for each in platforms:
        values = environment(each, "3.12.0")
        machines.setdefault(values["sys_platform"], set()).add(values["platform_machine"])
    return _any(
        f"(sys_platform == '{system}' and {_any(map(_machine, sorted(names)))})"
        for system, names in sorted(machines.items())
    )


def _machine(name: str) -> str:
    return f"platform_machine == '{name}'"


def _any(clauses: Iterable[str]) -> str:
    several = list(clauses)
    return several[0] if len(several) == 1 else f"({' or '.join(several)})"


@lru_cache(maxsize=1024)
def _parsed(marker: str) -> Marker:
    return Marker(marker)


def _turning_points(marker: str, python: str) -> list[str]:
    """Versions of Python between which a marker's value cannot change.

    A marker compares with the versions it names, so those, their neighbours and the
    ends of the range are enough.
    """
    admitted = minors(python)
    points = {(admitted[0], 0), (admitted[0], _LAST_PATCH), (admitted[-1], _LAST_PATCH)}
    for minor_text, patch_text in _VERSION.findall(marker):
        minor, patch = int(minor_text), int(patch_text or 0)
        points |= {(minor - 1, _LAST_PATCH), (minor, 0), (minor, _LAST_PATCH), (minor + 1, 0)}
        points |= {(minor, max(patch - 1, 0)), (minor, patch), (minor, patch + 1)}
    wanted = SpecifierSet(python, prereleases=True)
    versions = [f"3.{minor}.{patch}" for minor, patch in sorted(points)]
    inside = list(wanted.filter(versions))
    return inside or [_full(lowest(python))]


def _full(version: str) -> str:
    return version if version.count(".") >= 2 else f"{version}.0"  # noqa: PLR2004 - X.Y.Z
