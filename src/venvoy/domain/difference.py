"""What differs between two states of a document, in words that both languages share.

Used to show what somebody else changed when an edit is refused as stale.
"""

from collections.abc import Mapping
from typing import Any

_SHOWN = 200
_LIMIT = 20


def describe(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return one line per change, at most 20.

    Lists show what came (`+`) and went (`-`), mappings their keys, other values
    before and after.
    """
    lines: list[str] = []
    for field in sorted(before.keys() | after.keys()):
        lines += _field(field, before.get(field), after.get(field))
    if len(lines) > _LIMIT:
        lines = [*lines[: _LIMIT - 1], f"… +{len(lines) - _LIMIT + 1}"]
    return [line[:_SHOWN] for line in lines]


def _field(field: str, old: Any, new: Any) -> list[str]:
    if old == new:
        return []
    if isinstance(old, list) and isinstance(new, list):
        came = [f"{field}: + {item}" for item in new if item not in old]
        return came + [f"{field}: - {item}" for item in old if item not in new]
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return [
            line
            for key in sorted(old.keys() | new.keys())
            for line in _field(f"{field}.{key}", old.get(key), new.get(key))
        ]
    return [f"{field}: {_word(old)} → {_word(new)}"]


def _word(value: Any) -> str:
    return "–" if value is None or value == "" else str(value)
