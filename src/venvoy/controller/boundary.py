"""Values from nodes made fit to keep: a node may be old, broken or hostile.

What a node says of itself is kept as it said it, within bounds: texts are single
lines without control characters, lists and mappings end somewhere, numbers fit into
the database.
"""

from datetime import UTC, datetime
from typing import Any

from venvoy.domain.logtext import clean

TEXT_LIMIT = 2_000
"""Characters of one text."""
ITEM_LIMIT = 200
"""Entries of one list or mapping."""
NUMBER_LIMIT = 2**63 - 1
"""What a BIGINT holds."""
_DEPTH = 6


def bounded(value: Any, depth: int = _DEPTH) -> Any:
    """Return a JSON value with all its texts cleaned and all its sizes bounded."""
    if isinstance(value, dict) and depth:
        items = list(value.items())[:ITEM_LIMIT]
        return {clean(str(key))[:TEXT_LIMIT]: bounded(item, depth - 1) for key, item in items}
    if isinstance(value, list | tuple) and depth:
        return [bounded(item, depth - 1) for item in value[:ITEM_LIMIT]]
    return _bounded_scalar(value)


def _bounded_scalar(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)[:TEXT_LIMIT]
    if isinstance(value, int) and not isinstance(value, bool):
        return max(-NUMBER_LIMIT, min(value, NUMBER_LIMIT))
    # JSON has no form for infinities and NaN, and PostgreSQL refuses theirs.
    finite = isinstance(value, float) and abs(value) <= NUMBER_LIMIT
    return value if finite or isinstance(value, bool) else None


def bounded_text(value: str | None, limit: int = TEXT_LIMIT) -> str | None:
    """Return a text as one clean line of at most `limit` characters."""
    return None if value is None else clean(value)[:limit]


def bounded_time(value: datetime) -> datetime:
    """Return a time in UTC; one without a zone is taken to be in UTC already."""
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    try:
        return aware.astimezone(UTC)
    except OverflowError:  # the first or the last day of all calendars
        return aware.replace(tzinfo=UTC)


def bounded_number(value: int, limit: int = NUMBER_LIMIT) -> int:
    """Return a count between 0 and `limit`."""
    return max(0, min(value, limit))
