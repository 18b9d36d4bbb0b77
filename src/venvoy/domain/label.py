"""Labels of nodes: what people say of a machine so that others can ask for it.

A label is small on purpose: it stands in tables, selectors and command lines, not in
the place of a file. What is refused says which label it was and what the bound is.
"""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum

from venvoy.domain.errors import InvalidInput
from venvoy.domain.printable import check_text, printable

VALUE_LIMIT = 255
"""Characters of a value."""
COUNT_LIMIT = 64
"""Labels of one node."""
_KEY = re.compile(r"[a-z0-9][a-z0-9._/-]{0,62}", re.ASCII)
_SHOWN = 80


class Labelled(StrEnum):
    """What labels are asked of."""

    ENVIRONMENTS = "environments"
    NODES = "nodes"


def check_key(key: str) -> str:
    """Return a label's key unchanged if it may be used.

    Raises:
        InvalidInput: `label-key-invalid`.
    """
    if not _KEY.fullmatch(key):
        raise InvalidInput("label-key-invalid", key=printable(key, _SHOWN))
    return key


def check_labels(labels: Mapping[str, str]) -> dict[str, str]:
    """Return labels unchanged if they may be used, sorted by key.

    Raises:
        InvalidInput: `label-key-invalid`, `label-value-too-long`, `labels-too-many` or
            `text-control-characters`.
    """
    if len(labels) > COUNT_LIMIT:
        raise InvalidInput("labels-too-many", count=len(labels), limit=COUNT_LIMIT)
    for key, value in labels.items():
        check_key(key)
        if len(value) > VALUE_LIMIT:
            raise InvalidInput(
                "label-value-too-long", key=key, length=len(value), limit=VALUE_LIMIT
            )
        check_text(f"labels.{key}", value)
    return dict(sorted(labels.items()))


def merged(labels: Mapping[str, str], changes: Mapping[str, str | None]) -> dict[str, str]:
    """Return labels with changes made, as RFC 7396 has it: None takes one away.

    Raises:
        InvalidInput: as `check_labels`.
    """
    kept = {key: value for key, value in labels.items() if key not in changes}
    new = {key: value for key, value in changes.items() if value is not None}
    return check_labels(kept | new)


def label_filter(pairs: Iterable[str]) -> dict[str, list[str]]:
    """Return `key=value` pairs as the labels that are wanted; a value may be empty.

    Of a key that is given more than once, each value is good enough.

    Raises:
        InvalidInput: `label-invalid`.
    """
    wanted: dict[str, list[str]] = {}
    for pair in pairs:
        key, given, value = pair.partition("=")
        if not given or not key:
            raise InvalidInput("label-invalid", label=printable(pair, _SHOWN))
        wanted.setdefault(key, []).append(value)
    return wanted
