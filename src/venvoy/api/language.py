"""Which language a request is answered in.

`Accept-Language` with its weights (RFC 9110, section 12.5.4) decides; a language
that the catalogue does not have is passed over, and English is the last resort.
"""

from starlette.datastructures import Headers

from venvoy.texts import pick_language


def language_of(headers: Headers) -> str:
    """Return one of `venvoy.texts.LANGUAGES` for a request's headers."""
    wishes = [_wish(part) for part in headers.get("accept-language", "").split(",")]
    wanted = sorted((wish for wish in wishes if wish[0] > 0), key=lambda wish: -wish[0])
    return pick_language(*(tag for _, tag in wanted))


def _wish(part: str) -> tuple[float, str]:
    """Split `zh-CN;q=0.8` into its weight and tag; a broken weight counts as none."""
    tag, _, parameters = part.strip().partition(";")
    name, _, value = parameters.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0, tag
    try:
        return float(value), tag
    except ValueError:
        return 0.0, tag
