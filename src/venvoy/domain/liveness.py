"""When a silent node counts as offline.

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
