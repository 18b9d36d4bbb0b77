"""When the controller has a drifted replica built anew by itself.

A replica that drifts again soon after it was healed is likely to do so for ever: a task
writes into it, or somebody's script installs at every start. So each heal in a row waits
longer than the one before, and after some the controller rests for a day and says so;
people may heal it at any time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

_WAITS = (timedelta(0), timedelta(minutes=5), timedelta(minutes=30))
_REST = timedelta(hours=24)
_ROW = timedelta(hours=2)
"""Heals of which each came within so long after the one before are in a row."""

LOOK_BACK = _REST + _ROW * len(_WAITS)
"""How old a heal may be and still count."""


@dataclass(frozen=True, slots=True)
class Healing:
    """What comes next.

    Attributes:
        at: not before this.
        in_row: how many heals came to nothing before.
    """

    at: datetime
    in_row: int


def next_heal(heals: Sequence[datetime], now: datetime) -> Healing:
    """Decide when a replica that has drifted is healed.

    Args:
        heals: when the controller began to heal it by itself, in any order; those of the
            last `LOOK_BACK` are enough.
        now: aware, as all times here.
    """
    newest_first = sorted(heals, reverse=True)
    in_row = 0
    after = None
    for each in newest_first:
        if after is not None and after - each > _ROW:
            break
        in_row, after = in_row + 1, each
    if not newest_first:
        return Healing(now, 0)
    last = newest_first[0]
    if in_row >= len(_WAITS):
        rested = last + _REST
        return Healing(rested, in_row) if now < rested else Healing(now, 0)
    if now - last > _ROW:
        return Healing(now, 0)
    return Healing(last + _WAITS[in_row], in_row)
