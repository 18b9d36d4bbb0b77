"""Text from outside, made fit for an error's parameters and evidence.

What users paste and what tools print may hold control characters and credentials;
neither may get any further than this module.
"""

import re
from collections.abc import Iterable

from venvoy.domain.errors import InvalidInput
from venvoy.domain.logtext import clean

# Up to the last `@` before the path, since a password may hold an `@` too.
_USER_INFO = re.compile(r"(?<=//)[^/\s]*@")
_MASK = "***"


def printable(text: str, limit: int, secrets: Iterable[str] = ()) -> str:
    """Return `text` as one harmless line without credentials.

    Args:
        text: anything.
        limit: characters; a longer text is cut and ends in `…`.
        secrets: words that are masked wherever they stand.
    """
    line = without_credentials(clean(text.replace("\t", " ")), secrets)
    return line if len(line) <= limit else line[: limit - 1] + "…"


def check_text(field: str, text: str, allowed: str = "") -> str:
    """Return what people wrote unchanged if every database and terminal can take it.

    Args:
        field: its name, for the error.
        allowed: control characters that may stand in it.

    Raises:
        InvalidInput: `text-control-characters`.
    """
    # The ideographic space is white space that people in China type.
    if any(not c.isprintable() and c not in allowed and c != "\u3000" for c in text):
        raise InvalidInput("text-control-characters", field=field)
    return text


def without_credentials(text: str, secrets: Iterable[str] = ()) -> str:
    """Return `text` with the user part of URLs and each of `secrets` masked."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, _MASK)
    return _USER_INFO.sub(f"{_MASK}@", text)
