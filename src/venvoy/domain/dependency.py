"""Who asks for what: the edges between packages as one machine sees them.

From an owner's own lines on, through the `Requires-Dist` of every package, as far as
markers and extras let it (PEP 508; core metadata). What is not reached is not there.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from packaging.markers import UndefinedEnvironmentName
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from venvoy.domain.marker import environment
from venvoy.domain.wheel import Target


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """One demand.

    Attributes:
        package: normalised name of what is asked for.
        by: normalised name of who asks; empty for the owner's own line.
        specifier: versions that are good enough; empty for any.
        extras: of `package` that are asked for, sorted.
        marker: under which it is asked for, as written; empty for always.
    """

    package: str
    by: str
    specifier: str
    extras: tuple[str, ...] = ()
    marker: str = ""

    def admits(self, version: str) -> bool:
        """Whether a version is good enough."""
        return SpecifierSet(self.specifier).contains(version, prereleases=True)


def edges(
    requirements: Iterable[str], requires: Mapping[str, Sequence[str]], target: Target
) -> tuple[Edge, ...]:
    """Return all demands that hold on a machine, sorted.

    Args:
        requirements: the owner's own lines.
        requires: `Requires-Dist` of packages, by normalised name; those of unknown
            packages are left out.
        target: the machine.
    """
    variables = environment(target.platform, target.python)
    found: set[Edge] = set()
    asked: dict[str, set[str]] = {}
    queue = list(_demands("", tuple(requirements), variables, {""}))
    while queue:
        edge = queue.pop()
        found.add(edge)
        known = asked.get(edge.package)
        wanted = {"", *edge.extras}
        if known is not None and wanted <= known:
            continue
        extras = asked[edge.package] = (known or set()) | wanted
        queue += _demands(edge.package, requires.get(edge.package, ()), variables, extras)
    return tuple(sorted(found))


def _demands(
    by: str, lines: Sequence[str], variables: Mapping[str, str], extras: set[str]
) -> Iterator[Edge]:
    for line in lines:
        requirement = _parsed(line)
        if requirement is not None and any(
            _holds(requirement, variables, extra) for extra in extras
        ):
            yield Edge(
                package=canonicalize_name(requirement.name),
                by=by,
                specifier=str(requirement.specifier),
                extras=tuple(sorted(map(canonicalize_name, requirement.extras))),
                marker=str(requirement.marker or ""),
            )


def _holds(requirement: Requirement, variables: Mapping[str, str], extra: str) -> bool:
    if requirement.marker is None:
        return True
    try:
        return requirement.marker.evaluate({**variables, "extra": extra})
    except (UndefinedEnvironmentName, ValueError):
        return False


@lru_cache(maxsize=16_384)
def _parsed(line: str) -> Requirement | None:
    try:
        return Requirement(line)
    except InvalidRequirement:
        return None  # as uv: what cannot be read asks for nothing
