"""What is wrong with a document, said as one error with every field in it.

Pydantic's own sentences are English and name its own terms; the kinds that users
meet have texts in the catalogue under `fields.<kind>`, and the value that was sent
is never repeated (it may be a password).
"""

from typing import Any

from fastapi.exceptions import RequestValidationError

from venvoy.domain.errors import InvalidInput
from venvoy.texts import text

_SHOWN = 20
_PLACES = frozenset({"body", "query", "path", "header", "cookie"})


def invalid_input(error: RequestValidationError, language: str) -> InvalidInput:
    """Return `input-invalid` with the names of the fields and the reasons.

    Args:
        error: what FastAPI found.
        language: of the reasons, one of `venvoy.texts.LANGUAGES`.
    """
    found = list(error.errors())[:_SHOWN]
    fields = [_field(entry["loc"], entry["type"]) for entry in found]
    reasons = [
        f"`{field}`: {_reason(entry, language)}" for field, entry in zip(fields, found, strict=True)
    ]
    return InvalidInput("input-invalid", fields=fields, reasons=reasons)


def _field(location: tuple[int | str, ...], kind: str) -> str:
    """Return where a value stands, such as `labels.team`, without the part of the request."""
    parts = location[1:] if location and location[0] in _PLACES else location
    if kind == "json_invalid":  # the rest is a position in the text
        parts = ()
    return ".".join(str(part)[:80] for part in parts) or str(location[0] if location else "body")


def _reason(entry: dict[str, Any], language: str) -> str:
    params = {key: str(value)[:80] for key, value in (entry.get("ctx") or {}).items()}
    known = text(language, f"fields.{entry['type']}", params)
    return known or text(language, "fields.other") or entry["type"]
