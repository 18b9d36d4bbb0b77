"""Text from outside, made fit for a log line, a terminal and an error's parameters.

What users paste and what tools print may hold control characters and credentials;
neither may get any further than this module.
"""

import re
from collections.abc import Iterable

# The longest run up to the last `@` before the path: passwords may hold an `@` too.
_USER_INFO = re.compile(r"(?<=//)[^/\s]*@")
_TERMINAL_CODE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_MASK = "***"


def printable(text: str, limit: int) -> str:
    """Return `text` on one line, without control characters and URLs' credentials.

    Args:
        text: anything.
        limit: characters; a longer text is cut and ends in `…`.
    """
    clean = without_credentials(_TERMINAL_CODE.sub("", text))
    cut = clean if len(clean) <= limit else clean[: limit - 1] + "…"
    return "".join(each if each.isprintable() else "\ufffd" for each in cut.replace("\t", " "))


def without_credentials(text: str, secrets: Iterable[str] = ()) -> str:
    """Return `text` with the user part of URLs and each of `secrets` masked."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, _MASK)
    return _USER_INFO.sub(f"{_MASK}@", text)
