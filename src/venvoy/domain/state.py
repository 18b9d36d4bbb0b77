"""The states of replicas, environments, nodes and operations, and how they fold.

The words are fixed in the product's vocabulary: scripts and consoles rely on them.
"""

from collections.abc import Iterable
from enum import StrEnum


class ReplicaState(StrEnum):
    """One environment on one node, as last reported."""

    PENDING = "pending"
    WAITING = "waiting"
    FETCHING = "fetching"
    BUILDING = "building"
    CHECKING = "checking"
    SWITCHING = "switching"
    READY = "ready"
    DRIFTED = "drifted"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REMOVING = "removing"


class EnvironmentState(StrEnum):
    """An environment over all its nodes."""

    RESOLVING = "resolving"
    ROLLING = "rolling"
    READY = "ready"
    DEGRADED = "degraded"
    FAILED = "failed"
    PAUSED = "paused"


class NodeState(StrEnum):
    """A node, by its lease."""

    ONLINE = "online"
    OFFLINE = "offline"
    CORDONED = "cordoned"


def node_state(*, online: bool, cordoned: bool) -> NodeState:
    """Return the one word: an offline node is offline first, as its owner must see that."""
    if not online:
        return NodeState.OFFLINE
    return NodeState.CORDONED if cordoned else NodeState.ONLINE


class OperationKind(StrEnum):
    """What an operation does."""

    RESOLVE = "resolve"
    BUILD = "build"
    REMOVE = "remove"
    HEAL = "heal"
    VERIFY = "verify"
    PYTHON_INSTALL = "python-install"
    PYTHON_REMOVE = "python-remove"


ON_REPLICA = (
    OperationKind.BUILD,
    OperationKind.REMOVE,
    OperationKind.HEAL,
    OperationKind.VERIFY,
)
"""What a node does to a replica; the newest takes the place of those before it."""


class OperationState(StrEnum):
    """How far an operation is."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """Whether nothing will change any more."""
        return self in {
            OperationState.SUCCEEDED,
            OperationState.FAILED,
            OperationState.CANCELLED,
        }


SETTLED = frozenset(
    {
        ReplicaState.READY,
        ReplicaState.DRIFTED,
        ReplicaState.FAILED,
        ReplicaState.CANCELLED,
    }
)
"""Replica states that do not change without a new cause."""

BUILDING = frozenset(
    {
        ReplicaState.FETCHING,
        ReplicaState.BUILDING,
        ReplicaState.CHECKING,
        ReplicaState.SWITCHING,
    }
)
"""Replica states in which a revision is being built on the node."""


def environment_state(
    *,
    resolving: bool,
    replicas: Iterable[ReplicaState],
    waits: bool = False,
    rolling: bool = False,
    held: bool = False,
) -> EnvironmentState:
    """Fold the states of an environment's replicas into one.

    Args:
        resolving: whether a resolution of a new revision is under way.
        replicas: the state of each replica, in any order.
        waits: whether a node is placed that cannot have the environment yet.
        rolling: whether a revision is on its way to nodes.
        held: whether that stands still until a person or a window lets it go on.

    Returns:
        `resolving` first; then `paused` where a rollout is held; then `rolling` while one
        is open or any replica moves; then `ready` if
        all are ready and no node waits, `failed` if none is, else `degraded`. An environment
        without replicas is `ready`, nothing is missing anywhere, or `degraded` where a
        node waits for it.
    """
    if resolving:
        return EnvironmentState.RESOLVING
    if held:
        return EnvironmentState.PAUSED
    states = list(replicas)
    if rolling or any(state not in SETTLED for state in states):
        return EnvironmentState.ROLLING
    ready = sum(state is ReplicaState.READY for state in states)
    if ready == len(states) and not waits:
        return EnvironmentState.READY
    usable = ready + sum(state is ReplicaState.DRIFTED for state in states)
    return EnvironmentState.DEGRADED if usable or not states else EnvironmentState.FAILED
