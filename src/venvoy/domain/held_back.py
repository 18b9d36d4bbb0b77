"""Which packages stay older than what the index offers, and why.

A package is held back on a machine when that machine could have a newer version of it.
Why is said from the demands themselves: a newer version that none of them excludes was
kept out by the live lock's pin, or by something that no single demand shows.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from venvoy.domain.dependency import Edge
from venvoy.domain.offer import Offers, newer
from venvoy.domain.plan import View
from venvoy.domain.wheel_choice import Machine


class Reason(StrEnum):
    """Why a package is held back."""

    KEPT = "kept"
    """The live lock's version was kept; an upgrade lets it go."""

    CONSTRAINT = "constraint"
    """Every newer version is excluded by a demand, which is named."""

    INCOMPATIBLE = "incompatible"
    """No single demand excludes it: it fits with no other choice that was made."""


@dataclass(frozen=True, slots=True)
class HeldBack:
    """One package that stays older.

    Attributes:
        newest: that the machine could have.
        by: the demands that exclude `newest`.
    """

    name: str
    version: str
    newest: str
    reason: Reason
    by: tuple[Edge, ...] = ()


def held_back(
    view: View,
    offered: Mapping[str, Offers],
    demands: Iterable[Edge],
    pins: Mapping[str, frozenset[str]],
    machine: Machine,
) -> tuple[HeldBack, ...]:
    """Return what stays older on a machine, by name.

    Args:
        view: what it installs.
        offered: what the index has; packages that are not in it are left out.
        demands: as they hold on the machine.
        pins: versions of the live lock that the resolution was to prefer.
    """
    asked: dict[str, list[Edge]] = {}
    for edge in demands:
        asked.setdefault(edge.package, []).append(edge)
    found = []
    for name, package in sorted(view.items()):
        by_address = package.file is not None and package.file.url is not None
        above = [] if by_address else newer(offered.get(name, ()), package.version, machine)
        if above:
            edges, versions = asked.get(name, []), list(map(str, above))
            excluding = tuple(edge for edge in edges if not edge.admits(versions[0]))
            free = any(all(edge.admits(each) for edge in edges) for each in versions)
            pinned = package.version in pins.get(name, frozenset())
            reason = (Reason.KEPT if pinned else Reason.INCOMPATIBLE) if free else Reason.CONSTRAINT
            found.append(HeldBack(name, package.version, versions[0], reason, excluding))
    return tuple(found)
