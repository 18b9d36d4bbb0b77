"""The one catalogue of texts, in English and Chinese, for CLI, API and console.

Each language is a folder of JSON files, one per part of the product, merged by
key; the console bundles the same files. A text refers to parameters as `{name}`.
Parameters are data: they are inserted as they are, so a surface escapes them for
itself (HTML, terminals).
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

LANGUAGES = ("en", "zh-CN")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@cache
def catalogue(language: str) -> dict[str, Any]:
    """Return all texts of one language as nested dictionaries.

    Raises:
        KeyError: the language is not one of `LANGUAGES`.
    """
    if language not in LANGUAGES:
        raise KeyError(language)
    from importlib import resources  # noqa: PLC0415 - slow, and `venvoy run` says nothing

    merged: dict[str, Any] = {}
    folder = resources.files(__name__).joinpath(language)
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".json"):
            _merge(merged, json.loads(file.read_text(encoding="utf-8")))
    return merged


def _merge(into: dict[str, Any], other: dict[str, Any]) -> None:
    for key, value in other.items():
        if isinstance(value, dict):
            _merge(into.setdefault(key, {}), value)
        elif key in into:
            raise ValueError(f"text {key!r} is defined twice")
        else:
            into[key] = value


def pick_language(*wishes: str | None) -> str:
    """Return the first language that can be served, else English.

    Args:
        wishes: `--lang`, `LANG` or `Accept-Language` values, most wanted first,
            such as `zh_CN.UTF-8` or `zh-CN,en;q=0.5`.
    """
    for wish in wishes:
        for part in (wish or "").replace("_", "-").split(","):
            tag = part.split(";")[0].split(".")[0].strip().lower()
            if tag.startswith("zh"):
                return "zh-CN"
            if tag.startswith("en") or tag in {"c", "posix"}:
                return "en"
    return "en"


def text(language: str, key: str, params: Mapping[str, object] | None = None) -> str | None:
    """Return the text at a dotted key with its parameters filled in.

    Args:
        language: one of `LANGUAGES`.
        key: such as `errors.name-empty.message`.
        params: values for the `{name}` marks; one that is missing shows as `?`.

    Returns:
        The text, or None where the catalogue has none under that key.
    """
    node: Any = catalogue(language)
    for part in key.split("."):
        if not isinstance(node, dict) or part not in node:
            return None
        node = node[part]
    if not isinstance(node, str):
        return None
    values = params or {}
    return _PLACEHOLDER.sub(lambda mark: _shown(values.get(mark[1], "?")), node)


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
