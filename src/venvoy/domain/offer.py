"""What an index offers of a project, and what of that a machine can use.

Read from project pages (PEP 503, 691, 592 yanks, `requires-python`). A release that
was withdrawn counts for nothing; a pre-release counts for those who have one already.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import InvalidSdistFilename, parse_sdist_filename
from packaging.version import InvalidVersion, Version

from venvoy.domain.wheel_choice import Machine, rank_of

_WHEEL = ".whl"


class Has(StrEnum):
    """What a machine finds of a package."""

    WHEEL = "wheel"
    SOURCE = "source"
    MISSING = "missing"
    NOT_NEEDED = "not-needed"


@dataclass(frozen=True, slots=True)
class OfferedFile:
    """One file of a project's page."""

    name: str
    requires_python: str | None = None
    yanked: bool = False


@dataclass(frozen=True, slots=True)
class Release:
    """One version with its files that were not withdrawn."""

    version: Version
    files: tuple[OfferedFile, ...]


Offers = tuple[Release, ...]
"""A project's releases, the newest first."""


def offers(files: Iterable[OfferedFile]) -> Offers:
    """Return the releases of a page; files whose names break the rules are left out."""
    by_version: defaultdict[Version, list[OfferedFile]] = defaultdict(list)
    for file in files:
        version = None if file.yanked else version_of(file.name)
        if version is not None:
            by_version[version].append(file)
    found = (Release(version, tuple(files)) for version, files in by_version.items())
    return tuple(sorted(found, key=lambda release: release.version, reverse=True))


def newer(known: Offers, than: str, machine: Machine) -> tuple[Version, ...]:
    """Return the versions above `than` that a machine could have, the newest first."""
    floor = Version(than)
    return tuple(
        release.version
        for release in known
        if release.version > floor
        and (floor.is_prerelease or not release.version.is_prerelease)
        and has(release, machine) is Has.WHEEL
    )


def has(release: Release, machine: Machine) -> Has:
    """Return what a machine finds of one release."""
    fitting = [file for file in release.files if _admits(file, machine.target.python)]
    if any(file.name.endswith(_WHEEL) and rank_of(file.name, machine) for file in fitting):
        return Has.WHEEL
    source = any(not file.name.endswith(_WHEEL) for file in fitting)
    return Has.SOURCE if source else Has.MISSING


def best(known: Offers, specifier: str, machine: Machine) -> Has:
    """Return what a machine finds of any release that a specifier admits.

    A wheel of an older release is better than the source of the newest.
    """
    wanted = SpecifierSet(specifier)
    admitted = [
        release
        for release in known
        if wanted.contains(release.version, prereleases=wanted.prereleases)
    ]
    found = {has(release, machine) for release in admitted}
    return next((each for each in (Has.WHEEL, Has.SOURCE) if each in found), Has.MISSING)


@lru_cache(maxsize=65_536)
def version_of(file_name: str) -> Version | None:
    """Return the version in a file's name, None where the name breaks the rules."""
    try:
        if file_name.endswith(_WHEEL):
            return Version(file_name.split("-", 2)[1])
        return parse_sdist_filename(file_name)[1]
    except (InvalidVersion, InvalidSdistFilename, IndexError):
        return None


def _admits(file: OfferedFile, python: str) -> bool:
    return file.requires_python is None or _contains(file.requires_python, python)


@lru_cache(maxsize=4096)
def _contains(specifier: str, python: str) -> bool:
    try:
        return SpecifierSet(specifier).contains(python, prereleases=True)
    except InvalidSpecifier:
        return True  # as installers do: the file may be tried
