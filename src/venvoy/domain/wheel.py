"""Which wheels a lock keeps, and whether a machine finds one it can use.

Kept is whatever one of the lock's machines might install: every glibc level of a
processor, stable-ABI wheels, pure ones. Dropped are other systems, processors and
Pythons. Tags: https://packaging.python.org/specifications/platform-compatibility-tags/
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from venvoy.domain.lock import Lock, LockedFile, LockedPackage
from venvoy.domain.marker import applies
from venvoy.domain.platform import Platform, fits


@dataclass(frozen=True, slots=True, order=True)
class Target:
    """A kind of machine that a lock has to hold for.

    Attributes:
        platform: of the node.
        python: full version of the interpreter that is used there.
    """

    platform: Platform
    python: str

    @property
    def minor(self) -> int:
        """The minor version: 12 of `3.12.4`."""
        return int(self.python.split(".")[1])


@dataclass(frozen=True, slots=True, order=True)
class MissingWheel:
    """A package that a target needs and has no usable wheel for."""

    package: str
    version: str
    target: Target


def is_usable(file_name: str, platforms: Iterable[Platform], minors: tuple[int, ...]) -> bool:
    """Whether some machine can install this wheel.

    Args:
        file_name: of a wheel; names that break the rules are unusable.
        platforms: of the machines.
        minors: minor versions of CPython 3 on them.
    """
    try:
        tags = _tags(file_name)
    except (InvalidWheelFilename, ValueError):
        return False
    known = _python_tags(minors)
    return any(
        (tag.interpreter, tag.abi) in known and any(fits(tag.platform, each) for each in platforms)
        for tag in tags
    )


def needed(lock: Lock, target: Target) -> tuple[LockedPackage, ...]:
    """The packages of a lock that a target installs."""
    return tuple(
        package
        for package in lock.packages
        if applies(package.marker, target.platform, target.python)
    )


def usable_files(package: LockedPackage, target: Target) -> tuple[LockedFile, ...]:
    """The files of a package that a target may install; uv takes the best of them.

    Files of a requirement by URL are counted as usable when they are wheels that fit.
    """
    return tuple(
        file for file in package.files if is_usable(file.name, (target.platform,), (target.minor,))
    )


def missing_wheels(lock: Lock, targets: Iterable[Target]) -> tuple[MissingWheel, ...]:
    """Every package that some target needs and cannot install, sorted."""
    return tuple(
        sorted(
            MissingWheel(package.name, package.version, target)
            for target in set(targets)
            for package in needed(lock, target)
            if not usable_files(package, target)
        )
    )


@lru_cache(maxsize=32_768)
def _tags(file_name: str) -> frozenset[Tag]:
    return parse_wheel_filename(file_name)[3]


@lru_cache(maxsize=256)
def _python_tags(minors: tuple[int, ...]) -> frozenset[tuple[str, str]]:
    """Interpreter and ABI tags that plain CPython 3 of these minor versions accepts."""
    return frozenset(
        (tag.interpreter, tag.abi)
        for minor in minors
        for tags in (
            cpython_tags((3, minor), [f"cp3{minor}"], ["any"]),
            compatible_tags((3, minor), f"cp3{minor}", ["any"]),
        )
        for tag in tags
    )
