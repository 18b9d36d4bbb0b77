"""What a node holds of an environment, as it told last, beside what is live there.

Pip that every prefix gets and no lock names is left out, unless somebody changed it: it
is no part of what the environment's owner asked for.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from venvoy.controller.machines import machine_of
from venvoy.domain.errors import NotFound
from venvoy.domain.wheel_choice import Machine
from venvoy.store import nodes, observations, replicas
from venvoy.store.environments import EnvironmentRow
from venvoy.store.nodes import NodeRow
from venvoy.store.observations import DriftRow, ObservedPackageRow
from venvoy.store.session import Transaction

_SEED = "pip"


@dataclass(frozen=True, slots=True)
class Holding:
    """One replica.

    Attributes:
        live: number of the revision that the node reported as live.
        machine: what the node is with the Python of that, None where it is not known.
        packages: that it holds, by name.
        findings: how they differ from what was put there.
        observed_at: when it told; None where it has not told of this revision yet, and
            nothing is known then.
    """

    node: NodeRow
    live: int
    machine: Machine | None
    packages: tuple[ObservedPackageRow, ...] = ()
    findings: tuple[DriftRow, ...] = ()
    observed_at: datetime | None = None

    def beside(self, locked: Collection[str]) -> tuple[ObservedPackageRow, ...]:
        """Return its packages without what is there for pip's sake only.

        Args:
            locked: names that the live revision has on this machine.
        """
        changed = {each.package for each in self.findings}
        return tuple(
            each
            for each in self.packages
            if each.name != _SEED or each.name in locked or each.name in changed
        )


async def find(tx: Transaction, environment: EnvironmentRow, name: str) -> Holding:
    """Return what a node holds.

    Args:
        name: of the node.

    Raises:
        NotFound: `node-not-found`, or `nothing-live` for a node that has reported none
            of the environment as live.
    """
    node = await nodes.get(tx, name)
    if node is None:
        raise NotFound("node-not-found", name=name)
    replica = await replicas.get(tx, environment.id, node.id)
    if replica is None or replica.live_revision is None:
        raise NotFound("nothing-live", name=environment.name, node=node.name)
    live, machine = replica.live_revision, machine_of(node, replica.python_version)
    seen = await observations.get(tx, environment.id, node.id)
    if seen is None or seen.revision != live:
        return Holding(node, live, machine)
    return Holding(
        node,
        live,
        machine,
        tuple(await observations.packages_of(tx, environment.id, node.id)),
        tuple(await observations.drift_of(tx, environment.id, node.id)),
        seen.observed_at,
    )
