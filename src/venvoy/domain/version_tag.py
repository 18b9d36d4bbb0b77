"""The version that an edit started from, as `If-Match` carries it (RFC 9110, 13.1.1)."""

from venvoy.domain.errors import InvalidInput

_SHOWN = 80


def parse_version(if_match: str | None) -> int | None:
    """Return the version, or None when any will do (no header, or `*`).

    Raises:
        InvalidInput: `if-match-invalid`.
    """
    if if_match is None or if_match.strip() == "*":
        return None
    bare = if_match.strip().removeprefix("W/").strip('"')
    if not bare.isascii() or not bare.isdigit() or len(bare) > 9:  # noqa: PLR2004 - 32 bits
        raise InvalidInput("if-match-invalid", given=ascii(if_match)[:_SHOWN])
    return int(bare)
