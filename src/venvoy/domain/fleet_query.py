"""What is looked for over the whole fleet: releases of a package, or one file.

A query is a requirement (PEP 508) reduced to what can be held: a name and the versions
that a specifier (PEP 440) lets in. What a requirement may say beyond that tells how
something is asked for, not what is there, and is refused with the way to ask instead.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from packaging.specifiers import SpecifierSet
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

from venvoy.domain.errors import InvalidInput
from venvoy.domain.printable import printable
from venvoy.domain.requirement_line import RequirementProblem, parse_line

_SHOWN = 200


@dataclass(frozen=True, slots=True)
class FleetQuery:
    """Releases of one package.

    Attributes:
        name: normalised as PEP 503 says.
        specifier: in canonical form, such as `<2.32`; empty for every version.
        file: only where a lock has a file of this name; None for whatever file.
    """

    name: str
    specifier: str = ""
    file: str | None = None

    def __str__(self) -> str:
        """The query as one types it."""
        return self.file or f"{self.name}{self.specifier}"

    def among(self, versions: Iterable[str]) -> list[str]:
        """Return those of the versions that are looked for, in order, each once.

        Pre-releases count like all others. What is no version by PEP 440 is found by
        the name alone and by `===`.
        """
        wanted = SpecifierSet(self.specifier, prereleases=True)
        return sorted({each for each in versions if not self.specifier or _within(each, wanted)})


def fleet_query(requirement: str, file: str) -> FleetQuery:
    """Read what is asked for.

    Args:
        requirement: such as `requests<2.32`; empty where a file is asked for.
        file: the name of a wheel or a source distribution; empty for none.

    Raises:
        InvalidInput: `find-one-of-two` for both or neither, `find-url`, `find-marker`,
            `find-extras`, `find-file-unreadable`, or as `requirement_line` says.
    """
    if bool(requirement.strip()) == bool(file.strip()):
        raise InvalidInput("find-one-of-two")
    return _of_file(file.strip()) if file.strip() else releases(requirement.strip())


def releases(text: str) -> FleetQuery:
    """Read a requirement that names releases.

    Raises:
        InvalidInput: as `fleet_query`.
    """
    parsed = parse_line(1, text)
    if isinstance(parsed, RequirementProblem):
        raise InvalidInput(parsed.code, **parsed.params)
    shown = f"{parsed.name}{parsed.specifier}"
    if parsed.url is not None:
        raise InvalidInput("find-url", name=parsed.name)
    if parsed.marker is not None:
        raise InvalidInput("find-marker", marker=str(parsed.marker)[:_SHOWN], shown=shown)
    if parsed.extras:
        raise InvalidInput("find-extras", extras=sorted(parsed.extras), shown=shown)
    return FleetQuery(parsed.name, str(parsed.specifier))


def same_version(one: str, other: str) -> bool:
    """Whether two spellings mean one version (PEP 440)."""
    try:
        return Version(one) == Version(other)
    except InvalidVersion:
        return one == other


def _within(version: str, wanted: SpecifierSet) -> bool:
    try:
        return wanted.contains(version)
    except InvalidVersion:
        return False


def _of_file(file: str) -> FleetQuery:
    try:
        if file.endswith(".whl"):
            name, version, _, _ = parse_wheel_filename(file)
        else:
            name, version = parse_sdist_filename(file)
    except (InvalidWheelFilename, InvalidSdistFilename, InvalidVersion) as error:
        shown = printable(file, _SHOWN)
        raise InvalidInput("find-file-unreadable", file=shown) from error
    return FleetQuery(canonicalize_name(name), f"=={version}", file)
