"""Which builds of a replica may be deleted.

A prefix that is live, or used by a process, is never in the answer. Of the others
the newest few stay, so that a rollback is a switch and not a build.
"""

from collections.abc import Collection, Iterable
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


def deletable(
    builds: Iterable[Build], *, live: str | None, in_use: Collection[str]
) -> tuple[str, ...]:
    """Return the doomed builds that nothing holds any more, oldest first.

    Args:
        builds: all builds of one replica.
        live: id of the build behind the stable path, whatever its phase says.
        in_use: ids that are pinned or that a process works in.
    """
    return tuple(
        sorted(
            b.id for b in builds if b.phase is Phase.DOOMED and b.id != live and b.id not in in_use
        )
    )
