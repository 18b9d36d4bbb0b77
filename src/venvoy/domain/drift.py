"""What differs between a prefix and what was put into it.

A baseline is taken when a build goes live, right after it was checked against its lock.
What is seen later is compared with it: first the packages, by what their `.dist-info`
says; then their files, by what RECORD says of each. Wheels with a wrong RECORD exist, so
a file that differed from the first moment is known by how it was then (`Baseline.marks`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

_DAY_S = 86_400.0
_NIGHT_S = 4 * 3_600
"""Full looks of a fleet are spread over the first four hours of a day, UTC."""


class Origin(StrEnum):
    """Where a package came from that no index gave, after `direct_url.json` (PEP 610)."""

    EDITABLE = "editable"
    DIRECTORY = "directory"
    FILE = "file"
    VCS = "vcs"
    ARCHIVE = "archive"


class DriftPolicy(StrEnum):
    """What is done about what was done by hand."""

    ALERT = "alert"
    """It is shown and told of."""
    HEAL = "heal"
    """It is built anew beside, then switched to."""
    IGNORE = "ignore"
    """It is shown where somebody asks for it, and counts as ready."""


class Kind(StrEnum):
    """How something differs."""

    STRAY = "stray"
    MISSING = "missing"
    OTHER_VERSION = "other-version"
    REINSTALLED = "reinstalled"
    EDITABLE = "editable"
    EDITED = "edited"
    RESIZED = "resized"
    FILE_MISSING = "file-missing"


@dataclass(frozen=True, slots=True)
class Package:
    """One installed package.

    Attributes:
        name: normalised.
        version: as a lock has it.
        installer: what INSTALLER says, such as `uv` or `pip`; empty where it is missing.
        record: sha256 of RECORD; empty where it is missing.
        editable: whether it stands for a directory elsewhere (`direct_url.json`, PEP 610).
        origin: an `Origin`; empty where an index gave it.
        requested: whether somebody asked for it by name (`REQUESTED`, PEP 376); what came
            along with another was not.
    """

    name: str
    version: str
    installer: str = ""
    record: str = ""
    editable: bool = False
    # What RECORD tells already; a baseline of old does not say it.
    origin: str = field(default="", compare=False)
    requested: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Mark:
    """How a file is, or should be.

    Attributes:
        there: whether it is a file at all.
        size: bytes; None where that is not known.
        sha256: in hexadecimal digits; None where it was not read.
    """

    there: bool = True
    size: int | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a prefix held when it went live.

    Attributes:
        packages: by name.
        marks: by path, how files were that differed from RECORD; None until all files
            were read once.
        read_at: when all files were read last, seconds since 1970.
    """

    packages: Mapping[str, Package]
    marks: Mapping[str, Mark] | None = None
    read_at: float = 0.0


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One difference.

    Attributes:
        package: the normalised name of the package that it is about.
        path: of the file, relative to the directory of packages; empty for a package.
        wanted: the version that should be there, empty for none.
        found: the version that is, empty for none.
    """

    package: str
    path: str
    kind: Kind
    wanted: str = ""
    found: str = ""


@dataclass(frozen=True, slots=True)
class Observation:
    """What one live prefix holds, and how that differs from what was put there."""

    packages: tuple[Package, ...] = ()
    findings: tuple[Finding, ...] = field(default=())


def compare(wanted: Mapping[str, Package], seen: Mapping[str, Package]) -> tuple[Finding, ...]:
    """Compare packages by name; at most one finding for each."""
    found = (_differs(wanted.get(name), seen.get(name)) for name in sorted({*wanted, *seen}))
    return tuple(finding for finding in found if finding is not None)


def _differs(wanted: Package | None, seen: Package | None) -> Finding | None:
    if wanted == seen:
        return None
    if wanted is None and seen is not None:
        kind = Kind.EDITABLE if seen.editable else Kind.STRAY
        return Finding(seen.name, "", kind, found=seen.version)
    if wanted is not None and seen is None:
        return Finding(wanted.name, "", Kind.MISSING, wanted=wanted.version)
    return _changed(wanted, seen) if wanted and seen else None


def _changed(wanted: Package, seen: Package) -> Finding:
    if seen.editable and not wanted.editable:
        kind = Kind.EDITABLE
    elif seen.version != wanted.version:
        kind = Kind.OTHER_VERSION
    else:
        kind = Kind.REINSTALLED
    return Finding(seen.name, "", kind, wanted.version, seen.version)


def judge(package: str, path: str, wanted: Mark, seen: Mark) -> Finding | None:
    """Compare one file; what is not known on either side is no difference."""
    if not seen.there:
        return Finding(package, path, Kind.FILE_MISSING) if wanted.there else None
    if _unlike(wanted.size, seen.size):
        return Finding(package, path, Kind.RESIZED)
    if _unlike(wanted.sha256, seen.sha256):
        return Finding(package, path, Kind.EDITED)
    return None


def _unlike(wanted: object, seen: object) -> bool:
    return wanted is not None and seen is not None and wanted != seen


def together(packages: Iterable[Finding], files: Iterable[Finding]) -> tuple[Finding, ...]:
    """Join what was found of packages and of files.

    Files of a package that is another one now are left out: they are another's.
    """
    whole = list(packages)
    other = {finding.package for finding in whole}
    return tuple(sorted([*whole, *(each for each in files if each.package not in other)]))


def night_passed(last: float, now: float, node: str) -> bool:
    """Whether the hour at which a node reads all its files has come since `last`.

    Args:
        last, now: seconds since 1970.
        node: id, a UUID; it decides the hour, so that a fleet does not read at once.
    """
    hour = int(node.replace("-", ""), 16) % _NIGHT_S
    return (now - hour) // _DAY_S > (last - hour) // _DAY_S
