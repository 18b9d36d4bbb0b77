"""What may still be done to an operation: cancelling, trying again."""

from enum import StrEnum

from venvoy.domain.cause import Cause, Hop, Step
from venvoy.domain.errors import Conflict
from venvoy.domain.state import ON_REPLICA, OperationKind, OperationState


class Cancelling(StrEnum):
    """How a cancellation takes effect."""

    AT_ONCE = "at-once"
    """Nobody works on it, or whoever does only reports to this controller."""
    ASKED = "asked"
    """Its node is at work and reports when it has stopped."""


def cancelling(
    kind: OperationKind, state: OperationState, *, node_online: bool = False
) -> Cancelling:
    """Decide how an operation is cancelled.

    A build on a node that is offline ends at once: the node is told when it
    returns, and nobody has to wait for that.

    Raises:
        Conflict: `operation-ended`, or `operation-not-cancellable` for a removal,
            which has to be carried through.
    """
    if state.ended:
        raise Conflict("operation-ended", state=state.value)
    if kind in {OperationKind.REMOVE, OperationKind.PYTHON_REMOVE}:
        raise Conflict("operation-not-cancellable", kind=kind.value)
    on_node = kind is OperationKind.PYTHON_INSTALL or kind in ON_REPLICA
    at_work = on_node and state is OperationState.RUNNING and node_online
    return Cancelling.ASKED if at_work else Cancelling.AT_ONCE


def check_retry(state: OperationState, *, newest: bool, deleted: bool = False) -> None:
    """Refuse to try an operation again unless it failed and is still what is wanted.

    Args:
        newest: whether nothing newer was asked of the same replica or environment.
        deleted: whether its environment is gone, and it is no removal.

    Raises:
        Conflict: `operation-not-failed`, `operation-superseded` or
            `operation-environment-deleted`.
    """
    if state not in {OperationState.FAILED, OperationState.CANCELLED}:
        raise Conflict("operation-not-failed", state=state.value)
    if deleted:
        raise Conflict("operation-environment-deleted")
    if not newest:
        raise Conflict("operation-superseded")


def superseded(step: Step, by: str) -> Cause:
    """Return why an operation ended that a newer one took the place of."""
    return Cause("superseded", step, Hop.CONTROLLER, {"operation": by})


def rolled_back(step: Step, number: int) -> Cause:
    """Return why an operation ended whose environment went back to a revision."""
    return Cause("rolled-back", step, Hop.CONTROLLER, {"number": number})


def cancelled_by(step: Step, username: str) -> Cause:
    """Return why an operation ended that somebody cancelled."""
    return Cause("cancelled-by-user", step, Hop.CONTROLLER, {"username": username})


def node_removed(step: Step, node: str) -> Cause:
    """Return why an operation ended whose node was removed from the fleet."""
    return Cause("node-removed", step, Hop.NODE, {"node": node})


def environment_deleted(step: Step, username: str) -> Cause:
    """Return why an operation ended whose environment was deleted."""
    return Cause("environment-deleted", step, Hop.CONTROLLER, {"username": username})
