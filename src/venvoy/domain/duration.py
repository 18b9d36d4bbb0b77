"""Spans of time as people write them: `30m`, `24h`, `7d`."""

import re

from venvoy.domain.errors import InvalidInput

_SPAN = re.compile(r"([0-9]{1,9})\s*(s|m|h|d|w)", re.ASCII)
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_SHOWN = 40


def seconds(text: str) -> int:
    """Return a span in seconds.

    Raises:
        InvalidInput: `duration-invalid`.
    """
    found = _SPAN.fullmatch(text.strip().lower())
    if found is None:
        raise InvalidInput("duration-invalid", duration=text[:_SHOWN])
    return int(found[1]) * _SECONDS[found[2]]
