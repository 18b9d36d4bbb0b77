"""What an agent does next for one replica: a pure decision.

Level-triggered: the decision follows from what is desired, what the journal holds
and what is running, never from which message came. So documents may come twice, in
any order or not at all, and the process may be killed between any two steps: the
replica ends in the newest desired state that it has seen. `venvoy.agent.reconciler`
carries decisions out.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from venvoy.domain.retention import Build, Phase


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """Which desired state is newer: first by epoch, then by generation."""

    epoch: int
    generation: int


class Aim(StrEnum):
    """What is asked of a replica."""

    INSTALL = "install"
    HOLD = "hold"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Desired:
    """The part of a desired document that decides.

    Attributes:
        lock, python, revision: given if and only if the aim is to install.
        verify: whether a build that is live and just that is only to be read whole.
    """

    version: Version
    aim: Aim
    revision: int | None = None
    lock: str | None = None
    python: str | None = None
    verify: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """What the journal holds of a replica.

    Attributes:
        settled: the newest version that was brought to its end, whatever that was.
        live: id of the build behind the stable path.
        builds: all builds, in any order.
        drifted: ids of those that are not what was put into them any more; none of them
            is brought in again.
    """

    settled: Version | None = None
    live: str | None = None
    builds: tuple[Build, ...] = ()
    drifted: frozenset[str] = frozenset()


class Act(StrEnum):
    """What to do next."""

    REST = "rest"
    """Nothing: the newest desired state is settled, or its work is under way."""
    STOP = "stop"
    """End the work that is under way; it serves an older desired state."""
    BUILD = "build"
    """Build the revision aside, then switch."""
    REUSE = "reuse"
    """Check a build that is there (`Decision.build`), then switch if it is not live."""
    VERIFY = "verify"
    """Read all files of the live build (`Decision.build`) and tell; change nothing."""
    HOLD = "hold"
    """Leave what is live and call the operation cancelled."""
    REMOVE = "remove"
    """Take the replica off the node."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The next act and, for `REUSE` and `VERIFY`, the build's id."""

    act: Act
    build: str | None = None


def newer(offered: Version, newest: Version | None) -> bool:
    """Whether an offered document replaces the newest one that was accepted."""
    return newest is None or offered > newest


def decide(
    desired: Desired | None,
    held: Held,
    running: Version | None,
    broken: Collection[str] = (),
) -> Decision:
    """Return the next act.

    Args:
        desired: the newest that was accepted, or None before the first.
        held: from the journal.
        running: the version that the work under way serves, or None.
        broken: ids of builds that failed a check and must not be used again.
    """
    if desired is None:
        return Decision(Act.STOP if running else Act.REST)
    if running is not None:
        return Decision(Act.REST if running == desired.version else Act.STOP)
    if held.settled is not None and held.settled >= desired.version:
        return Decision(Act.REST)
    if desired.aim is Aim.HOLD:
        return Decision(Act.HOLD)
    if desired.aim is Aim.REMOVE:
        return Decision(Act.REMOVE)
    return _install(desired, held, broken)


def _install(desired: Desired, held: Held, broken: Collection[str]) -> Decision:
    if desired.verify and held.live and _fits(desired, held, held.live):
        return Decision(Act.VERIFY, held.live)
    found = _reusable(desired, held, {*broken, *held.drifted})
    return Decision(Act.BUILD) if found is None else Decision(Act.REUSE, found)


def _fits(desired: Desired, held: Held, build: str) -> bool:
    """Whether a build is whole, or was, and made for what is asked for."""
    wanted = (desired.lock, desired.python)
    return any(each.id == build and (each.lock, each.python) == wanted for each in held.builds)


def _reusable(desired: Desired, held: Held, broken: Collection[str]) -> str | None:
    """The live build if it is what is asked for, else the newest that is."""
    fitting = [
        build
        for build in held.builds
        if build.phase in {Phase.COMPLETE, Phase.LIVE}
        and (build.lock, build.python) == (desired.lock, desired.python)
        and build.id not in broken
    ]
    if not fitting:
        return None
    return max(fitting, key=lambda build: (build.id == held.live, build.id)).id


@dataclass(frozen=True, slots=True)
class Recovery:
    """What a start finds after any kind of end.

    Attributes:
        live: the build behind the stable path.
        relink: whether the stable path must be pointed at it again.
        doomed: builds that are half made, to be deleted and never resumed.
    """

    live: str | None
    relink: bool
    doomed: tuple[str, ...]


def recover(builds: Collection[Build], recorded: str | None, linked: str | None) -> Recovery:
    """Decide what is true after a restart, from the journal and the stable path.

    The path is believed over the journal, for it is what tasks use: a kill between
    the switch and its entry leaves the new build behind it.

    Args:
        builds: all builds of the replica in the journal.
        recorded: id of the build that the journal calls live.
        linked: id of the build that the stable path points at, None if it points
            at none of them or is not there.
    """
    whole = {b.id for b in builds if b.phase in {Phase.COMPLETE, Phase.LIVE}}
    doomed = tuple(sorted(b.id for b in builds if b.phase is Phase.BUILDING))
    if linked in whole:
        return Recovery(linked, relink=False, doomed=doomed)
    live = recorded if recorded in whole else None
    return Recovery(live, relink=live is not None, doomed=doomed)
