"""Where a new prefix gets its pip from: uv's cache first, the gateway once a week.

Every prefix has pip, so that `pip install` by hand works. Asking an index for the
newest pip at each build would cost a round trip, and fail without a network; so the
cached one is taken while it is fresh enough, and the other way is tried second.
"""

import time
from pathlib import Path

_FRESH_S = 7 * 24 * 3600.0


class Seeding:
    """Remembers when pip was last taken from an index.

    Args:
        stamp: a file whose time says so.
        now: seconds since 1970, as file times have it.
    """

    def __init__(self, stamp: Path, now: float | None = None) -> None:
        self._stamp = stamp
        self._now = now

    def order(self) -> tuple[bool, bool]:
        """Return the ways to try, True for offline."""
        now = time.time() if self._now is None else self._now
        try:
            fresh = 0 <= now - self._stamp.stat().st_mtime < _FRESH_S
        except OSError:
            fresh = False
        return (True, False) if fresh else (False, True)

    def done(self, *, offline: bool) -> None:
        """Note that a prefix got its pip."""
        if not offline:
            self._stamp.touch()
