"""Rollouts in the HTTP API: how far a revision is on its way to an environment's nodes."""

from datetime import datetime

from venvoy.domain.rollout import Phase
from venvoy.wire.schemas import Output


class RolloutBrief(Output):
    """Where a rollout stands.

    Attributes:
        revision: the number of the one that goes out.
        back: of the one that nodes have until then, None where there was none.
        reason: the rule that decided last, such as `between-waves`.
        wave: the one that is open, from 1.
        waves: how many there are.
        until: when it goes on by itself; None where something has to happen.
    """

    revision: int
    back: int | None
    phase: Phase
    reason: str
    wave: int
    waves: int
    until: datetime | None = None


class RolloutStep(Output):
    """One thing that happened to a rollout.

    Attributes:
        event: the rule that decided, or what a person did: `released`, `paused`,
            `resumed`, `aborted`; `superseded` by another revision.
        wave: the one that was open, from 1.
        nodes: names of nodes that were moved, fifty at most.
        count: how many were moved.
        failed: names of nodes that had failed until then, fifty at most.
        by: who did it.
        revision: the one that took the place.
    """

    at: datetime
    event: str
    wave: int | None = None
    nodes: list[str] = []
    count: int | None = None
    failed: list[str] = []
    by: str | None = None
    revision: int | None = None


class Rollout(RolloutBrief):
    """One rollout; what is told of nodes is as it is now, and empty once it has ended.

    Attributes:
        sizes: of the waves as they were asked for; what they leave over is the last.
        pause_seconds: between the end of a wave and the next.
        failures: how many nodes may fail, as it was asked for; None where failures stop
            nothing.
        returns: whether a stop takes back what was moved.
        allowed: how many nodes that is.
        nodes: how many the environment is for.
        moved: how many of them were told of the revision.
        ready: how many of those are ready with it.
        waits_for: names of the nodes whose end is waited for.
        behind: names of the nodes that are away and have not got it.
        failed: names of the nodes that failed with it.
        steps: what happened, in order.
    """

    id: str
    environment: str
    sizes: list[str]
    pause_seconds: int
    failures: str | None
    returns: bool
    requested_by: str | None
    created_at: datetime
    ended_at: datetime | None
    allowed: int | None = None
    nodes: int = 0
    moved: int = 0
    ready: int = 0
    waits_for: list[str] = []
    behind: list[str] = []
    failed: list[str] = []
    steps: list[RolloutStep] = []
