"""What the index says of a lock's packages, gathered at once."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from venvoy.controller.context import Catalogue
from venvoy.domain.dependency import Edge, edges
from venvoy.domain.lock import Lock
from venvoy.domain.offer import Offers
from venvoy.domain.plan import View, view
from venvoy.domain.wheel import Target
from venvoy.domain.wheel_choice import Machine

Requires = Mapping[tuple[str, str], tuple[str, ...]]
"""`Requires-Dist` lines by name and version, as far as known."""


@dataclass(frozen=True, slots=True)
class Known:
    """What was gathered.

    Attributes:
        requires: of a lock's packages.
        offers: of projects, by normalised name.
        unknown: projects of which the index could not be asked, sorted.
    """

    requires: Requires = field(default_factory=dict)
    offers: Mapping[str, Offers] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()

    def demands(
        self, requirements: Collection[str], view: View, target: Target
    ) -> tuple[Edge, ...]:
        """Return who asks for what on a machine that installs `view`."""
        lines = {
            name: self.requires.get((name, package.version), ()) for name, package in view.items()
        }
        return edges(requirements, lines, target)

    def demands_by_package(
        self, requirements: Collection[str], lock: Lock, machines: Iterable[Machine]
    ) -> defaultdict[str, list[Edge]]:
        """Return who asks for what on any of the machines, by package."""
        found: set[Edge] = set()
        for machine in machines:
            found.update(self.demands(requirements, view(lock, machine), machine.target))
        by_package: defaultdict[str, list[Edge]] = defaultdict(list)
        for edge in sorted(found):
            by_package[edge.package].append(edge)
        return by_package


async def gather_soon(catalogue: Catalogue, lock: Lock, limit_s: float) -> Known:
    """Return what can be known of the packages' requirements within a time.

    What takes longer is left out of this answer; the index is asked on, so that the
    next one has it.
    """
    asked = {
        asyncio.create_task(catalogue.requires(package)): (package.name, package.version)
        for package in lock.packages
    }
    try:
        done = (await asyncio.wait(asked, timeout=limit_s))[0] if asked else set()
    finally:
        for task in asked:
            task.cancel()
    lines = {asked[task]: task.result() for task in done}
    return Known(requires={key: found for key, found in lines.items() if found is not None})


async def gather(catalogue: Catalogue, lock: Lock, projects: Collection[str]) -> Known:
    """Ask for the requirements of a lock's packages and the releases of projects."""
    names = sorted(projects)
    lines, offers = await asyncio.gather(
        asyncio.gather(*(catalogue.requires(package) for package in lock.packages)),
        asyncio.gather(*(catalogue.offers(name) for name in names)),
    )
    requires = {
        (package.name, package.version): found
        for package, found in zip(lock.packages, lines, strict=True)
        if found is not None
    }
    by_name = dict(zip(names, offers, strict=True))
    return Known(
        requires=requires,
        offers={name: found for name, found in by_name.items() if found is not None},
        unknown=tuple(name for name, found in by_name.items() if found is None),
    )
