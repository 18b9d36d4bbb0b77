"""Which reports of a node tell of a switch that a webhook is sent for.

What a node holds moves before it is known whether it stays: a revision on trial may go
back. So the prefix that was told last is noted when it first moves, and a settled report
that shows another one is a switch. Of the switches that nobody could be told of yet,
the newest counts.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from venvoy.domain.report import Held
from venvoy.domain.state import SETTLED, ReplicaState

MOST_TRIES = 10
SECONDS = 10.0
"""For one try, all of it."""
_FIRST_S = 5
_LONGEST_S = 3600


class Code(StrEnum):
    """What is told."""

    SWITCHED = "replica-switched"
    GONE_BACK = "replica-gone-back"


@dataclass(frozen=True, slots=True)
class Told:
    """What a node's replica was told to be.

    Attributes:
        prefix: None for none.
        revision: that it stood for.
        wish: (epoch, generation) of the report that told it; None for what was there
            before anything was told.
        previous: the revision before.
        code: None where nothing is to be told.
        reason: code of what went wrong beside it, empty for nothing.
    """

    prefix: str | None
    revision: int | None = None
    wish: tuple[int, int] | None = None
    previous: int | None = None
    code: Code | None = None
    reason: str = ""


def follow(told: Told | None, before: Held, after: Held) -> Told | None:
    """Return what is noted after a report about the newest wish; None for nothing.

    Args:
        told: what is noted so far.
        before: the replica as it was.
        after: as the report says that it is.
    """
    if told is None:
        if after.disk.prefix == before.disk.prefix:
            return None
        told = Told(before.disk.prefix, before.disk.live_revision)
    if after.disk.prefix is None or after.doing.state not in SETTLED:
        return told
    cause: dict[str, Any] = dict(after.doing.cause or {})
    reason = str(cause.get("code", ""))
    back = after.doing.state is ReplicaState.FAILED and reason == "gone-back"
    if after.seen.wish == told.wish or (after.disk.prefix == told.prefix and not back):
        return told
    previous = after.doing.revision if back else told.revision
    return Told(
        prefix=after.disk.prefix,
        revision=after.disk.live_revision,
        wish=after.seen.wish,
        previous=previous,
        code=Code.GONE_BACK if back else Code.SWITCHED,
        reason=reason,
    )


def wait(tries: int) -> timedelta | None:
    """Return how long to wait after so many tries that failed; None to give up."""
    if tries >= MOST_TRIES:
        return None
    return timedelta(seconds=min(_FIRST_S * 3 ** (tries - 1), _LONGEST_S))
