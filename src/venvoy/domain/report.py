"""Fold what a node reports into what the controller keeps of a replica.

Reports come late, twice and out of order. Each is numbered by (epoch, generation,
sequence), and what is kept is a function of the newest one alone, so that every
order and every repetition ends the same. A report about an older generation still
tells what is on the disk, but not how the present wish is doing. A report about a
generation that was never given out says that the database was restored.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from venvoy.domain.state import OperationState, ReplicaState

MAX_EPOCH_AHEAD = 1_000
"""How far ahead a node's epoch may claim to be; what is further is a lie or a fault."""


@dataclass(frozen=True, slots=True, order=True)
class Stamp:
    """Which report is newer."""

    epoch: int
    generation: int
    sequence: int = 0

    @property
    def wish(self) -> tuple[int, int]:
        """The desired document that the report is about."""
        return (self.epoch, self.generation)


@dataclass(frozen=True, slots=True)
class OnDisk:
    """What is live on the node, whatever is being brought in."""

    live_revision: int | None = None
    prefix: str | None = None
    path: str | None = None
    python_version: str | None = None


@dataclass(frozen=True, slots=True)
class Doing:
    """How a wish is doing."""

    state: ReplicaState
    revision: int | None = None
    step: str | None = None
    attempt: int = 1
    progress: Mapping[str, Any] | None = None
    cause: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """One report, already checked to be about a replica of the node that sent it.

    Attributes:
        understood: whether the node's word for the state is known; where it is not,
            what is kept stays, whatever `doing.state` says.
    """

    stamp: Stamp
    operation: str
    disk: OnDisk
    doing: Doing
    removed: bool
    at: datetime
    understood: bool = True


@dataclass(frozen=True, slots=True)
class Held:
    """What the controller keeps of the replica.

    Attributes:
        wish: the newest (epoch, generation) that was given out.
        removing: whether that wish is a tombstone.
        operation: the operation of that wish.
        seen: the newest report that was folded.
    """

    wish: tuple[int, int]
    removing: bool
    operation: str
    seen: Stamp
    disk: OnDisk
    doing: Doing
    reported_at: datetime | None = None


class Verdict(StrEnum):
    """What a report turned out to be."""

    STALE = "stale"
    REFUSED = "refused"
    AHEAD = "ahead"
    BEHIND = "behind"
    CURRENT = "current"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Folded:
    """What a report changes.

    Attributes:
        verdict: `stale`, `refused` and `ahead` change nothing; `gone` ends the replica.
        held: the replica after it.
        operation: the new state of the report's operation, or None to leave it.
    """

    verdict: Verdict
    held: Held
    operation: OperationState | None = None


def fold(held: Held, report: Report) -> Folded:
    """Decide what a report changes.

    A report that names another operation than the wish's is refused: a node never
    learns of an operation but from the signed document.
    """
    if report.stamp <= held.seen:
        return Folded(Verdict.STALE, held)
    if report.stamp.wish > held.wish:
        absurd = report.stamp.epoch > held.wish[0] + MAX_EPOCH_AHEAD
        return Folded(Verdict.REFUSED if absurd else Verdict.AHEAD, held)
    if not report.understood:
        report = replace(report, doing=replace(report.doing, state=held.doing.state))
    after = replace(held, seen=report.stamp, disk=report.disk, reported_at=report.at)
    if report.stamp.wish < held.wish:
        # The state that is kept is the newer wish's: it tells nothing of this one.
        operation = operation_state(report) if report.understood else None
        return Folded(Verdict.BEHIND, after, operation)
    if report.operation != held.operation:
        return Folded(Verdict.REFUSED, held)
    after = replace(after, doing=report.doing)
    gone = report.removed and held.removing
    return Folded(Verdict.GONE if gone else Verdict.CURRENT, after, operation_state(report))


_STATES = {
    ReplicaState.PENDING: OperationState.QUEUED,
    ReplicaState.WAITING: OperationState.QUEUED,
    ReplicaState.READY: OperationState.SUCCEEDED,
    ReplicaState.DRIFTED: OperationState.SUCCEEDED,
    ReplicaState.FAILED: OperationState.FAILED,
    ReplicaState.CANCELLED: OperationState.CANCELLED,
}


def operation_state(report: Report) -> OperationState:
    """Return what a report says of its operation.

    A wait between two attempts is part of the work; before the first one it is not.
    """
    if report.removed:
        return OperationState.SUCCEEDED
    if report.doing.state is ReplicaState.WAITING and report.doing.attempt > 1:
        return OperationState.RUNNING
    return _STATES.get(report.doing.state, OperationState.RUNNING)


def next_epoch(own: int, seen: int) -> int:
    """Return the epoch that is newer than all that was ever given out."""
    return max(own, seen) + 1
