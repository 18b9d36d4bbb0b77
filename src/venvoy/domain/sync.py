"""When new revisions go out to nodes: at once, when somebody says so, or in a window."""

from dataclasses import dataclass
from datetime import datetime

from venvoy.domain.errors import InvalidInput
from venvoy.domain.rollout import OPEN, Gate, Mode, Reason
from venvoy.domain.window import Window, parse_window

_SHOWN = 60
_WINDOW = "window:"


@dataclass(frozen=True, slots=True)
class Sync:
    """A sync policy.

    Attributes:
        window: given if and only if the mode is `window`.
    """

    mode: Mode = Mode.AUTO
    window: Window | None = None

    def gate(self, now: datetime, *, released: bool) -> Gate:
        """Return whether nodes may move now.

        Args:
            now: aware.
            released: whether a person has said that this revision may go out.
        """
        if released or self.mode is Mode.AUTO:
            return OPEN
        if self.window is None:
            return Gate(Reason.NOT_RELEASED)
        if self.window.closes(now) is not None:
            return OPEN
        return Gate(Reason.WINDOW_CLOSED, self.window.opens(now))


def parse_sync(text: str | None) -> Sync:
    """Return the sync policy that was written; None is `auto`.

    Args:
        text: `auto`, `manual` or `window:CRON/DURATION/ZONE`.

    Raises:
        InvalidInput: `sync-invalid`, or as `venvoy.domain.window.parse_window`.
    """
    if text is None or text == Mode.AUTO:
        return Sync()
    if text == Mode.MANUAL:
        return Sync(Mode.MANUAL)
    if text.startswith(_WINDOW):
        return Sync(Mode.WINDOW, parse_window(text.removeprefix(_WINDOW)))
    raise InvalidInput("sync-invalid", sync=text[:_SHOWN])
