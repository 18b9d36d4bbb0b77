"""What the index says of a lock's packages, gathered at once."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from venvoy.controller.context import Catalogue
from venvoy.domain.dependency import Edge, edges
from venvoy.domain.lock import Lock
from venvoy.domain.offer import Offers
from venvoy.domain.plan import View
from venvoy.domain.wheel import Target

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
