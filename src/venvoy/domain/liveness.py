"""When a silent node counts as offline, and how wrong its clock is.

Silence proves something only while somebody listens: a controller that was down, or
cut off from NATS, first listens for as long as a node may be silent.
"""

from datetime import datetime, timedelta


def silent_before(now: datetime, listening_since: datetime, limit_s: float) -> datetime | None:
    """Return the time before which a last sign of life means offline.

    Args:
        now: the same clock's time as the signs of life were noted by.
        listening_since: since when signs of life reach this controller.
        limit_s: seconds that a node may be silent.

    Returns:
        The time, or None while nobody listened long enough to tell.
    """
    limit = timedelta(seconds=limit_s)
    return now - limit if now - listening_since >= limit else None


CLOCK_TOLERATED_S = 60.0
"""Past this a clock is called wrong; soon after it signed requests are refused."""


def skew(said: datetime, received: datetime) -> float:
    """Return by how many seconds a node's clock is ahead; behind is negative.

    The way of the message counts as being behind. A beat waits for nothing on its way,
    so on a working network that is milliseconds.

    Args:
        said: the node's time when it sent.
        received: the controller's time when it arrived.
    """
    return (said - received).total_seconds()
