"""When a failed build is tried again.

A cause says by itself whether trying again unchanged may help. The first few tries
come quickly, for most such causes pass within seconds. After them the replica is
`failed`; where somebody mends the cause without a word to Venvoy (the network, a
mirror, a full disk) it is tried on, slowly and without end, because the environment
must become ready by itself once that is done. Pure: the randomness that keeps a fleet
from knocking at the same moment comes in as an argument.
"""

from dataclasses import dataclass

from venvoy.domain.cause import Cause, Hop

_OUTSIDE = frozenset({Hop.CONTROLLER, Hop.GATEWAY, Hop.PROXY, Hop.MIRROR})
# A disk does not recover within seconds, so a lasting fault of it skips the quick tries.
_MENDED_SILENTLY = frozenset({Hop.DISK})


@dataclass(frozen=True, slots=True)
class Backoff:
    """The waiting times between tries.

    Attributes:
        first_s: seconds before the second try; doubled for each further one.
        tries: quick tries before the replica is called `failed`.
        slow_s: seconds before the first slow try; doubled up to `longest_s`.
        longest_s: the longest wait, so that a fleet is whole minutes after an outage.
        spread: the share of a wait that is left to chance, 0 to 1.
    """

    first_s: float = 1.0
    tries: int = 5
    slow_s: float = 30.0
    longest_s: float = 300.0
    spread: float = 0.3


@dataclass(frozen=True, slots=True)
class Again:
    """Try once more.

    Attributes:
        after_s: seconds to wait.
        failed: whether the replica counts as failed meanwhile.
    """

    after_s: float
    failed: bool


def next_try(cause: Cause, attempt: int, jitter: float, backoff: Backoff) -> Again | None:
    """Return when to try again, or None if only a new desired state can help.

    Args:
        cause: why the last try failed.
        attempt: how many tries have failed since the agent took this up, 1 or more.
        jitter: uniformly random, 0 to 1.
        backoff: the waiting times.
    """
    quick = backoff.tries - 1 if cause.transient else 0
    if attempt <= quick:
        wait = backoff.first_s * _doubled(attempt - 1)
        return Again(_spread(min(wait, backoff.longest_s), jitter, backoff), failed=False)
    mended = cause.hop in _MENDED_SILENTLY or (cause.transient and cause.hop in _OUTSIDE)
    if not mended:
        return None
    wait = backoff.slow_s * _doubled(attempt - 1 - quick)
    return Again(_spread(min(wait, backoff.longest_s), jitter, backoff), failed=True)


def reconnect_delay(attempt: int, jitter: float, longest_s: float = 15.0) -> float:
    """Return seconds to wait before connection attempt number `attempt` (from 1)."""
    return min(0.25 * _doubled(attempt - 1), longest_s) * (0.5 + jitter / 2)


def _doubled(times: int) -> float:
    # Beyond this every limit is reached, and the power would outgrow a float.
    return float(2 ** min(times, 30))


def _spread(wait: float, jitter: float, backoff: Backoff) -> float:
    return wait * (1 - backoff.spread + backoff.spread * jitter)
