"""Which builds of a replica may be deleted.

The live prefix is never in the answer; whether a process uses one of the others is
for the collector to find out. Of what is whole the newest few stay, so that a rollback
is a switch and not a build.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    """How far a build is; only a kill or a failure leaves this order.

    `BUILDING` → `COMPLETE` (checked) → `LIVE` (behind the stable path) → `COMPLETE`
    (replaced) → `DOOMED` (to be deleted, never used again).
    """

    BUILDING = "building"
    COMPLETE = "complete"
    LIVE = "live"
    DOOMED = "doomed"


@dataclass(frozen=True, slots=True)
class Build:
    """One prefix of a replica.

    Attributes:
        id: orders builds by the time they were begun (UUIDv7).
        revision: that it was built for.
        lock: digest of the lock it holds.
        python: the specifier set that its interpreter was chosen by.
        phase: how far it is.
    """

    id: str
    revision: int
    lock: str
    python: str
    phase: Phase


def surplus(builds: Iterable[Build], *, live: str | None, keep: int) -> tuple[str, ...]:
    """Return the complete builds beyond those kept for a rollback, oldest first.

    Args:
        builds: all builds of one replica.
        live: id of the build behind the stable path, whatever its phase says.
        keep: how many complete builds that are not live stay.
    """
    idle = sorted(b.id for b in builds if b.phase is Phase.COMPLETE and b.id != live)
    return tuple(idle[: max(0, len(idle) - keep)])


def rubbish(builds: Iterable[Build], *, live: str | None, building: bool = True) -> tuple[str, ...]:
    """Return the builds that will never be used again, oldest first.

    Args:
        builds: all builds of one replica.
        live: id of the build behind the stable path, whatever its phase says.
        building: whether a build may be under way; if not, half-made ones are rubbish
            though nobody could doom them: a full disk does not take the entry.
    """
    phases = {Phase.DOOMED} if building else {Phase.DOOMED, Phase.BUILDING}
    return tuple(sorted(b.id for b in builds if b.phase in phases and b.id != live))
