"""Which nodes move to a new revision now: decided purely, as often as anybody asks.

A rollout brings one revision to all nodes of an environment, wave by wave. `decide`
looks at what is wanted, at the nodes as they are and at the time, and says what is to
be done next and why; it remembers nothing, and what it said once more changes nothing.

A wave is filled from nodes that are online, for one that is away proves nothing, and
is over when each of them has an end and one at least is good. A node that goes away
in the middle of a wave holds nobody up. The last wave takes all that is left, also who
is away: such a node catches up when it returns, and is told as behind until then.

Nodes that failed beyond the budget stop everything, and those that were told of the
revision go back to the one before. A node that is new in the middle of a rollout gets
the old revision until its wave comes, as every other has it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from venvoy.domain.share import Share, bounds


class Mode(StrEnum):
    """The kinds of sync policy."""

    AUTO = "auto"
    MANUAL = "manual"
    WINDOW = "window"


class Outcome(StrEnum):
    """How a node is doing with the revision that it was last told."""

    BUSY = "busy"
    GOOD = "good"
    FAILED = "failed"
    LEFT = "left"
    """A person cancelled it: neither good nor a failure, and nobody waits for it."""


class Phase(StrEnum):
    """What people and earlier decisions made of a rollout."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    RETURNING = "returning"
    DONE = "done"
    RETURNED = "returned"
    SUPERSEDED = "superseded"
    """A newer revision, a rollback or the end of its environment took its place."""

    @property
    def ended(self) -> bool:
        """Whether nothing will come of it by itself or by a person."""
        return self in {Phase.DONE, Phase.RETURNED, Phase.SUPERSEDED}


class Reason(StrEnum):
    """The rule that decided; `budget-exceeded` stops, `finished` and `returned` end."""

    WAVE_OPEN = "wave-open"
    WAVE_BUSY = "wave-busy"
    BETWEEN_WAVES = "between-waves"
    NOBODY_ONLINE = "nobody-online"
    NOBODY_GOOD = "nobody-good"
    NOT_RELEASED = "not-released"
    WINDOW_CLOSED = "window-closed"
    PAUSED = "paused"
    BUDGET_EXCEEDED = "budget-exceeded"
    STOPPED = "stopped"
    GOING_BACK = "going-back"
    FINISHED = "finished"
    RETURNED = "returned"


HELD_PHASES = frozenset({Phase.PAUSED, Phase.STOPPED})
HELD_REASONS = frozenset({Reason.NOT_RELEASED, Reason.WINDOW_CLOSED})
"""With these nothing moves until a person says so, or a window opens."""


@dataclass(frozen=True, slots=True)
class Member:
    """One node that the environment is placed on and that can have the revision.

    Attributes:
        goal: the revision that it was last told, None for none.
        outcome: how that is doing.
        since: when that outcome began.
    """

    id: str
    name: str
    online: bool
    goal: int | None
    outcome: Outcome
    since: datetime


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether the environment's sync policy lets nodes move now.

    Attributes:
        closed: why not; None where it does.
        until: when it opens by itself, None where a person has to.
    """

    closed: Reason | None = None
    until: datetime | None = None


OPEN = Gate()


@dataclass(frozen=True, slots=True)
class Rollout:
    """What is wanted, and how far it is.

    Attributes:
        to: the number of the revision that goes out.
        back: that of the one that held before, None where there was none.
        waves: sizes; what they leave over is the last wave.
        pause: between the end of a wave and the next.
        budget: how many nodes may fail; None where failures stop nothing.
        returns: whether a stop brings back those that were moved.
        wave: the number of the wave that is open, from 0.
    """

    to: int
    back: int | None
    waves: tuple[Share, ...] = ()
    pause: timedelta = timedelta()
    budget: Share | None = None
    returns: bool = True
    phase: Phase = Phase.RUNNING
    wave: int = 0

    def waves_of(self, nodes: int) -> int:
        """Return in how many waves it reaches so many nodes."""
        return len(bounds(self.waves, nodes))


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be done now, and why; applied as it is, the next one says nothing new.

    Attributes:
        phase, wave: of the rollout from now on.
        reason: the rule that decided.
        forward: ids of the nodes that are to have the new revision now.
        backward: ids of those that are to have the one before now.
        until: when to look again at the latest; None where something has to happen.
        waits_for: names of the nodes that are waited for.
        behind: names of the nodes that are away and have not got the revision.
        failed: names of the nodes that failed with it.
        allowed: how many may.
    """

    phase: Phase
    wave: int
    reason: Reason
    forward: tuple[str, ...] = ()
    backward: tuple[str, ...] = ()
    until: datetime | None = None
    waits_for: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    allowed: int = 0


def decide(
    rollout: Rollout, members: Iterable[Member], now: datetime, gate: Gate = OPEN
) -> Decision:
    """Return what is to be done next.

    Args:
        members: all nodes that are to have the revision, in any order.
        now: aware.
        gate: of the environment's sync policy; going back asks nobody.
    """
    return _Case(rollout, _ordered(rollout, members), now, gate).decide()


def _ordered(rollout: Rollout, members: Iterable[Member]) -> tuple[Member, ...]:
    """Return nodes in the order in which they move.

    First come those that hold neither revision: an earlier rollout that this one took
    over had begun with them.
    """
    known = {rollout.to, rollout.back, None}
    return tuple(sorted(members, key=lambda each: (each.goal in known, each.name, each.id)))


@dataclass(frozen=True, slots=True)
class _Case:
    """One question, with what its rules share."""

    rollout: Rollout
    members: tuple[Member, ...]
    now: datetime
    gate: Gate

    def decide(self) -> Decision:
        phase = self.rollout.phase
        if phase.ended or phase is Phase.STOPPED:
            reasons = {Phase.DONE: Reason.FINISHED, Phase.RETURNED: Reason.RETURNED}
            return self._said(phase, reasons.get(phase, Reason.STOPPED), backward=self._new())
        if phase is Phase.RETURNING:
            return self._return()
        if len(self._failed()) > self._allowed():
            return self._stop()
        if phase is Phase.PAUSED:
            return self._said(phase, Reason.PAUSED, backward=self._new())
        return self._advance()

    def _stop(self) -> Decision:
        phase = self.rollout.phase
        if self.rollout.returns and self.rollout.back is not None:
            backward = tuple(each.id for each in self.members if each.goal != self.rollout.back)
            return self._said(Phase.RETURNING, Reason.BUDGET_EXCEEDED, backward=backward)
        stopped = Phase.STOPPED if phase is Phase.RUNNING else phase
        return self._said(stopped, Reason.BUDGET_EXCEEDED, backward=self._new())

    def _return(self) -> Decision:
        back = self.rollout.back
        if back is None:
            return self._said(Phase.RETURNED, Reason.RETURNED)
        away = tuple(each.id for each in self.members if each.goal != back)
        busy = _names(each for each in self.members if each.online and _busy(each))
        if away or busy:
            return self._said(Phase.RETURNING, Reason.GOING_BACK, backward=away, waits_for=busy)
        return self._said(Phase.RETURNED, Reason.RETURNED)

    def _advance(self) -> Decision:
        """Open as many waves as are due; more than one only where a bound is met already."""
        limits = bounds(self.rollout.waves, len(self.members))
        wave = min(self.rollout.wave, len(limits) - 1)
        while True:
            last = wave == len(limits) - 1
            due = self._due(None if last else limits[wave])
            if due:
                return self._open(wave, due)
            wait = self._finish(wave) if last else self._unfinished(wave)
            if wait is not None:
                return wait
            wave += 1

    def _due(self, limit: int | None) -> tuple[Member, ...]:
        """Return the nodes that move in a wave; in the last one, all that are left."""
        left = [each for each in self.members if each.goal != self.rollout.to]
        if limit is None:
            return tuple(left)
        room = max(0, limit - len(self._moved()))
        return tuple(each for each in left if each.online)[:room]

    def _open(self, wave: int, due: tuple[Member, ...]) -> Decision:
        chosen = {each.id for each in due}
        if self.gate.closed is not None:
            held, until = self.gate.closed, self.gate.until
            return self._said(
                Phase.RUNNING, held, wave=self.rollout.wave, until=until, backward=self._new()
            )
        forward = tuple(each.id for each in due)
        backward = tuple(each for each in self._new() if each not in chosen)
        return self._said(
            Phase.RUNNING, Reason.WAVE_OPEN, wave=wave, forward=forward, backward=backward
        )

    def _unfinished(self, wave: int) -> Decision | None:
        """Return why the next wave cannot begin yet, None where it can."""
        moved, new = self._moved(), self._new()
        there = [each for each in moved if each.online]
        busy = _names(each for each in there if _busy(each))
        if busy:
            return self._said(
                Phase.RUNNING, Reason.WAVE_BUSY, wave=wave, waits_for=busy, backward=new
            )
        good = [each for each in moved if each.outcome is Outcome.GOOD]
        if not good:
            reason = Reason.NOBODY_GOOD if there else Reason.NOBODY_ONLINE
            return self._said(Phase.RUNNING, reason, wave=wave, backward=new)
        if not self.rollout.pause:
            return None
        over = max(each.since for each in moved if not _busy(each)) + self.rollout.pause
        if over > self.now:
            return self._said(
                Phase.RUNNING, Reason.BETWEEN_WAVES, wave=wave, until=over, backward=new
            )
        return None

    def _finish(self, wave: int) -> Decision:
        busy = _names(each for each in self.members if each.online and _busy(each))
        if busy:
            return self._said(Phase.RUNNING, Reason.WAVE_BUSY, wave=wave, waits_for=busy)
        if not self.members and self.gate.closed is not None:
            # Who comes later is not to get by itself what nobody let out.
            return self._said(Phase.RUNNING, self.gate.closed, until=self.gate.until)
        return self._said(Phase.DONE, Reason.FINISHED, wave=wave)

    def _said(
        self,
        phase: Phase,
        reason: Reason,
        *,
        wave: int | None = None,
        forward: tuple[str, ...] = (),
        backward: tuple[str, ...] = (),
        until: datetime | None = None,
        waits_for: tuple[str, ...] = (),
    ) -> Decision:
        return Decision(
            phase=phase,
            wave=self.rollout.wave if wave is None else wave,
            reason=reason,
            forward=forward,
            backward=backward,
            until=until,
            waits_for=waits_for,
            behind=_names(each for each in self.members if not each.online and not self._has(each)),
            failed=_names(self._failed()),
            allowed=self._allowed(),
        )

    def _has(self, member: Member) -> bool:
        return member.goal == self.rollout.to and member.outcome is Outcome.GOOD

    def _moved(self) -> tuple[Member, ...]:
        return tuple(each for each in self.members if each.goal == self.rollout.to)

    def _failed(self) -> tuple[Member, ...]:
        return tuple(each for each in self._moved() if each.outcome is Outcome.FAILED)

    def _allowed(self) -> int:
        budget, total = self.rollout.budget, len(self.members)
        return total if budget is None else budget.down(total)

    def _new(self) -> tuple[str, ...]:
        """Return the nodes that have nothing yet, for whom there is an old revision."""
        if self.rollout.phase is Phase.DONE or self.rollout.back is None:
            return ()
        return tuple(each.id for each in self.members if each.goal is None)


def _busy(member: Member) -> bool:
    return member.outcome is Outcome.BUSY


def _names(members: Iterable[Member]) -> tuple[str, ...]:
    return tuple(each.name for each in members)
