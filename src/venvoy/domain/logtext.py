"""Text from outside made fit for a log: one line, no control, no disguise.

What a node ships was printed by programs that nobody here wrote, or by somebody
who took the node over. A log line is shown in terminals and browsers, so escape
sequences, control characters and marks that turn the writing direction go.
"""

import re

LIMIT = 16_384
"""Characters of one line; what is longer is cut."""

# ECMA-48: CSI and OSC sequences whole, then every control character that is left.
_ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\-_]")
# C0 except the tab, DEL, C1, line and paragraph separators, UAX 9's direction marks,
# and lone surrogates, which have no UTF-8 form.
_CONTROLS = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def clean(text: str) -> str:
    """Return the text as one harmless line of at most `LIMIT` characters."""
    return _CONTROLS.sub("", _ESCAPES.sub("", text))[:LIMIT].rstrip()
