"""Which run of an agent acts as a node, where two claim to be it.

A machine that was copied as an image has the key of its original. Nothing in a key
tells the two apart, so each run of an agent takes a random name, an instance, and keeps
the list of those it had before. A run that continues the one that acts is a restart; one
that does not is a copy, or was forgotten. Whoever acts stays for as long as it lives:
which of two machines the operator means to keep is the operator's to say.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

REFUSED_KEPT = 32
"""Refused instances that are remembered of a node; a copy that waits makes one a start."""


@dataclass(frozen=True, slots=True)
class Tenure:
    """The run that acts as a node.

    Attributes:
        instance: its name.
        since: when it began to.
        refused: instances that were turned away while others acted, newest first.
    """

    instance: str
    since: datetime
    refused: tuple[str, ...] = ()


class Claim(StrEnum):
    """What a claim to be a node is."""

    HELD = "held"
    RESTART = "restart"
    STRANGER = "stranger"


def claim(tenure: Tenure | None, instance: str, lineage: Sequence[str]) -> Claim:
    """Tell a restart of the run that acts from a stranger.

    A copy's list goes back to the same instances as its original's, up to where they
    parted: the newest known entry decides, so that a copy once turned away stays one,
    however often it is started.

    Args:
        instance: of the run that claims.
        lineage: those that its machine had before, newest first.
    """
    if tenure is None:
        return Claim.RESTART
    if tenure.instance == instance:
        return Claim.HELD
    for known in (instance, *lineage):
        if known == tenure.instance:
            return Claim.RESTART
        if known in tenure.refused:
            return Claim.STRANGER
    return Claim.STRANGER


def may_take_over(claim: Claim, *, alive: bool, silent: bool) -> bool:
    """Decide whether a run may act from now on.

    Args:
        alive: whether the run that acted answers at this moment.
        silent: whether it has given no sign of life for so long that it counts as gone. A
            restart need not wait for that: its machine has ended the old run itself.
    """
    if claim is Claim.HELD:
        return True
    return not alive and (claim is Claim.RESTART or silent)


def taken_over(
    tenure: Tenure | None, instance: str, lineage: Sequence[str], now: datetime
) -> Tenure:
    """Return the tenure of a run that takes over; its own line is not refused any more."""
    own = {instance, *lineage}
    refused = tuple(each for each in tenure.refused if each not in own) if tenure else ()
    return Tenure(instance, now, refused)


def turned_away(tenure: Tenure, instance: str) -> Tenure:
    """Return the tenure that remembers a refused run."""
    if instance in tenure.refused:
        return tenure
    return replace(tenure, refused=(instance, *tenure.refused)[:REFUSED_KEPT])
