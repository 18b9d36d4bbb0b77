"""A node's status message as the value that is folded, checked and bounded.

The one place that knows both forms. What a node may not say is refused here or cut:
it speaks for itself only, in numbers that the database holds and texts that harm no
terminal.
"""

from typing import Any

from pydantic import ValidationError

from venvoy.bus.connection import Message
from venvoy.controller.boundary import (
    NUMBER_LIMIT,
    bounded,
    bounded_number,
    bounded_text,
    bounded_time,
)
from venvoy.domain.errors import InvalidInput
from venvoy.domain.reconcile import Aim
from venvoy.domain.report import Doing, Held, OnDisk, Report, Stamp
from venvoy.domain.state import ReplicaState
from venvoy.domain.uv_output import EVIDENCE_LINES
from venvoy.store.replicas import ReplicaRow
from venvoy.wire.messages import CauseMessage, ReplicaStatus
from venvoy.wire.subjects import parse_status

_INTEGER_LIMIT = 2**31 - 1
"""What an INTEGER of the database holds."""
_VERSION_LIMIT = 63


def read_status(message: Message) -> ReplicaStatus:
    """Return what a message on `up.<node>.status.<environment>` says.

    Raises:
        InvalidInput: `subject-invalid`, `message-unreadable`, or `status-of-another`
            where it speaks for another node or environment than the subject, which
            is all that the node's credentials prove.
    """
    address = parse_status(message.subject)
    try:
        status = ReplicaStatus.model_validate_json(message.data)
    except ValidationError as error:
        raise InvalidInput("message-unreadable", subject=message.subject) from error
    if (status.node, status.environment) != (address.node, address.environment):
        raise InvalidInput("status-of-another", subject=message.subject)
    numbers = (status.epoch, status.generation, status.sequence)
    if min(numbers) < 0 or max(numbers[:2]) > _INTEGER_LIMIT or status.sequence > NUMBER_LIMIT:
        raise InvalidInput("message-unreadable", subject=message.subject)
    return status


def stamp_of(status: ReplicaStatus) -> Stamp:
    """Return which report is newer."""
    return Stamp(status.epoch, status.generation, status.sequence)


def report_of(status: ReplicaStatus) -> Report:
    """Return the value that is folded, within bounds."""
    return Report(
        stamp=stamp_of(status),
        operation=status.operation,
        disk=OnDisk(
            live_revision=_revision(status.live_revision),
            prefix=bounded_text(status.prefix),
            path=bounded_text(status.path),
            python_version=bounded_text(status.python_version, _VERSION_LIMIT),
        ),
        doing=Doing(
            # Not understood, it says nothing; `fold` keeps what was known.
            state=status.state or ReplicaState.PENDING,
            revision=_revision(status.revision),
            step=None if status.step is None else status.step.value,
            attempt=bounded_number(status.attempt, _INTEGER_LIMIT),
            progress=_document(status.progress),
            cause=_cause(status.cause),
        ),
        removed=status.removed,
        at=bounded_time(status.reported_at),
        understood=status.state is not None,
    )


def held_of(row: ReplicaRow) -> Held:
    """Return what is kept of a replica, as the fold compares it."""
    return Held(
        wish=(row.epoch, row.generation),
        removing=row.action is Aim.REMOVE,
        operation=row.operation_id,
        seen=Stamp(row.seen_epoch, row.seen_generation, row.seen_sequence),
        disk=OnDisk(row.live_revision, row.prefix, row.path, row.python_version),
        doing=Doing(row.state, row.seen_revision, row.step, row.attempt, row.progress, row.cause),
        reported_at=row.reported_at,
    )


def columns_of(held: Held) -> dict[str, Any]:
    """Return the columns of a replica that a fold may change."""
    return {
        "seen_epoch": held.seen.epoch,
        "seen_generation": held.seen.generation,
        "seen_sequence": held.seen.sequence,
        "state": held.doing.state.value,
        "seen_revision": held.doing.revision,
        "live_revision": held.disk.live_revision,
        "prefix": held.disk.prefix,
        "path": held.disk.path,
        "python_version": held.disk.python_version,
        "step": held.doing.step,
        "attempt": held.doing.attempt,
        "progress": held.doing.progress,
        "cause": held.doing.cause,
        "reported_at": held.reported_at,
    }


def _revision(number: int | None) -> int | None:
    return None if number is None else bounded_number(number, _INTEGER_LIMIT)


def _cause(cause: CauseMessage | None) -> dict[str, object] | None:
    document = _document(cause)
    if document is not None and cause is not None:
        document["evidence"] = bounded(cause.evidence[:EVIDENCE_LINES])
    return document


def _document(message: object) -> dict[str, object] | None:
    if message is None:
        return None
    dumped = message.model_dump(mode="json", exclude={"v"})  # type: ignore[attr-defined]
    document: dict[str, object] = bounded(dumped)
    return document
