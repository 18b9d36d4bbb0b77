"""The next desired state of a replica for each thing that can be asked of it.

Every change raises the generation, whatever the epoch, so that of two states the
newer is known by `(epoch, generation)` alone. A hold keeps the id of the operation
that it stops: the node reports that operation's end.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from venvoy.domain.reconcile import Aim, Version
from venvoy.domain.state import ReplicaState


@dataclass(frozen=True, slots=True)
class Goal:
    """What one replica should be.

    Attributes:
        revision: the number to install; None with a hold or a removal, and of an
            interpreter, which has none.
        operation: id of the operation that this generation is.
        python: the specifier set for this node, None for the revision's own.
        settings: what of the environment's policy the node is told.
    """

    version: Version
    aim: Aim
    operation: str
    revision: int | None = None
    python: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def shown(self) -> ReplicaState:
        """The state that stands until the node reports."""
        return ReplicaState.REMOVING if self.aim is Aim.REMOVE else ReplicaState.PENDING


def install(before: Goal | None, epoch: int, operation: str, revision: int | None = None) -> Goal:
    """Return the goal of having a revision, or an interpreter; also of trying it again."""
    return Goal(_next(before, epoch), Aim.INSTALL, operation, revision)


def hold(before: Goal, epoch: int) -> Goal:
    """Return the goal of stopping work and keeping what is live."""
    return Goal(_next(before, epoch), Aim.HOLD, before.operation, settings=before.settings)


def remove(before: Goal | None, epoch: int, operation: str) -> Goal:
    """Return the goal of being gone from the node."""
    return Goal(_next(before, epoch), Aim.REMOVE, operation)


def _next(before: Goal | None, epoch: int) -> Version:
    if before is None:
        return Version(epoch, 1)
    return Version(max(epoch, before.version.epoch), before.version.generation + 1)
