"""How often signing in may fail before it has to wait.

Counts failures, not attempts, in a sliding window: per user name and address, so
that guessing at one account ends soon; per address, so that guessing at many does;
and per user name alone with a wide limit, so that many addresses cannot guess at
one account for ever, and one of them cannot lock its owner out at once. Kept in
memory: a restart forgets, and several controllers count for themselves.
"""

from collections import deque
from dataclasses import dataclass, field

from venvoy.domain.errors import RateLimited

WINDOW_SECONDS = 15 * 60.0
PER_PAIR = 10
PER_ADDRESS = 50
PER_USER = 100
_KEYS = 20_000


@dataclass
class Throttle:
    """The failures of the last quarter of an hour.

    All times are seconds of a monotonic clock.
    """

    _failures: dict[tuple[str, str], deque[float]] = field(default_factory=dict)

    def begin(self, username: str, address: str, now: float) -> None:
        """Count an attempt as failed until `succeeded` takes it back.

        Counted before the password is checked, so that attempts side by side count.

        Raises:
            RateLimited: `sign-in-limited`, with `retry_after` in seconds.
        """
        limits = _limits(username, address)
        if (longest := max(self._wait(key, limit, now) for key, limit in limits)) > 0:
            raise RateLimited("sign-in-limited", retry_after=int(longest) + 1)
        for key, limit in limits:
            self._failures.setdefault(key, deque(maxlen=limit)).append(now)
        if len(self._failures) > _KEYS:
            self._forget(now)

    def succeeded(self, username: str, address: str) -> None:
        """Take an attempt back, and forget that this user failed at this address."""
        for key, _ in _limits(username, address):
            times = self._failures.get(key)
            if times:
                times.pop()
            if not times or key == (username, address):
                self._failures.pop(key, None)

    def _wait(self, key: tuple[str, str], limit: int, now: float) -> float:
        times = self._failures.get(key)
        if times is None or len(times) < limit:
            return 0.0
        return times[0] + WINDOW_SECONDS - now

    def _forget(self, now: float) -> None:
        """Drop what has run out; when that is not enough, the oldest half."""
        live = {
            key: times for key, times in self._failures.items() if times[-1] + WINDOW_SECONDS > now
        }
        if len(live) > _KEYS:
            oldest_first = sorted(live, key=lambda key: live[key][-1])
            live = {key: live[key] for key in oldest_first[_KEYS // 2 :]}
        self._failures = live


def _limits(username: str, address: str) -> list[tuple[tuple[str, str], int]]:
    return [
        ((username, address), PER_PAIR),
        (("", address), PER_ADDRESS),
        ((username, ""), PER_USER),
    ]
