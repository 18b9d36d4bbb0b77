"""Which builds of a replica may be deleted.

The live prefix is never in the answer; whether a process uses one of the others is
for the collector to find out. Of what is whole the newest few stay, and beside them one
for each lock that somebody gave a name to, so that a rollback is a switch and not a build.
"""

from collections.abc import Collection, Iterable, Mapping
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


class Fate(StrEnum):
    """What a collection does with a build, and why."""

    FREE = "free"
    """It is deleted."""
    IN_USE = "in-use"
    """It would be, but processes work in it."""
    LIVE = "live"
    KEPT = "kept"
    """One of the newest few, for a rollback."""
    TAGGED = "tagged"
    BUSY = "busy"
    """It is being made, or its environment is being changed: it is judged afterwards."""


def judged(
    builds: Iterable[Build],
    *,
    live: str | None,
    keep: int,
    tagged: Collection[str] = (),
    drifted: Collection[str] = (),
    used: Mapping[str, int],
    busy: bool = False,
) -> dict[str, Fate]:
    """Return what a collection does with each build, by id.

    Args:
        builds: all builds of one replica.
        live: id of the build behind the stable path, whatever its phase says.
        keep, tagged, drifted: as for `surplus`.
        used: builds that processes work in, with how many; 0 for a pin that nobody is
            seen to hold.
        busy: whether work on the replica is under way; then only what is doomed goes.
    """
    there = list(builds)
    gone = set(rubbish(there, live=live))
    if not busy:
        gone |= set(surplus(there, live=live, keep=keep, tagged=tagged, drifted=drifted))

    def fate(build: Build) -> Fate:
        if build.id in gone:
            return Fate.IN_USE if build.id in used else Fate.FREE
        if build.id == live:
            return Fate.LIVE
        if busy or build.phase is not Phase.COMPLETE:
            return Fate.BUSY
        return Fate.TAGGED if build.lock in tagged else Fate.KEPT

    return {build.id: fate(build) for build in there}


def surplus(
    builds: Iterable[Build],
    *,
    live: str | None,
    keep: int,
    tagged: Collection[str] = (),
    drifted: Collection[str] = (),
) -> tuple[str, ...]:
    """Return the complete builds beyond those kept for a rollback, oldest first.

    What drifted is kept for nothing: nobody goes back to it.

    Args:
        builds: all builds of one replica.
        live: id of the build behind the stable path, whatever its phase says.
        keep: how many complete builds that are not live stay.
        tagged: digests of locks whose newest build by each Python stays beside those.
        drifted: ids of builds that are not what was put into them any more.
    """
    every = sorted(builds, key=lambda b: b.id)
    there = [b for b in every if b.id == live or b.id not in drifted]
    idle = [b for b in there if b.phase is Phase.COMPLETE and b.id != live]
    # The live build holds its lock already, so that no older one has to.
    newest = {(b.lock, b.python): b.id for b in [*idle, *(b for b in there if b.id == live)]}
    named = {found for (lock, _), found in newest.items() if lock in tagged}
    rest = [b.id for b in idle if b.id not in named]
    gone = {b.id for b in every if b.phase is Phase.COMPLETE} - {b.id for b in there}
    return tuple(sorted(gone.union(rest[: max(0, len(rest) - keep)])))


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
