"""Times in which changes are welcome: `30 2 * * SAT/4h/Asia/Shanghai`.

A window opens whenever its cron expression says so, by the clocks of its zone, and
stays open for its duration. Where clocks are put forward or back it opens as cron on
Debian runs: what falls into the hour that is skipped is opened right after it.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from venvoy.domain import duration
from venvoy.domain.errors import InvalidInput

LONGEST = timedelta(days=7)
SHORTEST = timedelta(minutes=1)
_LENGTH = 200
_SHOWN = 60
_SOME_DAY = datetime(2000, 1, 1, tzinfo=UTC)
"""A day that does not exist, such as the 30th of February, is found out from any time."""
_WINDOW = re.compile(
    r"(?P<cron>\S+(?:\s+\S+){3}\s+\S+?)/(?P<lasts>[0-9]+\s*[smhdw])/(?P<zone>[A-Za-z0-9_+/-]+)",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Window:
    """A window.

    Attributes:
        cron: five fields; when it opens.
        lasts: how long it stays open.
        zone: an IANA name, whose clocks the fields are about.
    """

    cron: str
    lasts: timedelta
    zone: str

    def closes(self, now: datetime) -> datetime | None:
        """Return when the window that is open now closes; None where none is open."""
        opened = self._after(now - self.lasts)
        return opened + self.lasts if opened <= now else None

    def opens(self, now: datetime) -> datetime:
        """Return when it opens next, after now."""
        return self._after(now)

    def _after(self, at: datetime) -> datetime:
        zone = ZoneInfo(self.zone)
        return next(CronSim(self.cron, at.astimezone(zone))).astimezone(at.tzinfo)


def parse_window(text: str) -> Window:
    """Return the window that was written as `CRON/DURATION/ZONE`.

    Raises:
        InvalidInput: `window-invalid`, `window-cron-invalid`, `window-zone-unknown`,
            `window-length-invalid` or `duration-invalid`.
    """
    found = _WINDOW.fullmatch(text.strip()) if len(text) <= _LENGTH else None
    if found is None:
        raise InvalidInput("window-invalid", window=text[:_SHOWN])
    lasts = timedelta(seconds=duration.seconds(found["lasts"]))
    if not SHORTEST <= lasts <= LONGEST:
        raise InvalidInput("window-length-invalid", duration=found["lasts"])
    try:
        ZoneInfo(found["zone"])
    except (ValueError, OSError, KeyError) as error:
        raise InvalidInput("window-zone-unknown", zone=found["zone"][:_SHOWN]) from error
    window = Window(" ".join(found["cron"].split()).upper(), lasts, found["zone"])
    try:
        window.opens(_SOME_DAY)
    except CronSimError as error:
        reason = str(error)
        raise InvalidInput("window-cron-invalid", cron=window.cron, reason=reason) from error
    return window
