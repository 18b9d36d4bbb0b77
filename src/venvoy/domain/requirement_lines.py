"""The lines of a `requirements.txt`: where one begins, ends and is continued.

Line numbers are those that an editor shows, counted from 1; a continued line has
the number of its first part.
"""

import re
from collections.abc import Iterator

_LINE_END = re.compile(r"\r\n|\n|\r")
_COMMENT = re.compile(r"(^|\s)#.*$")


def logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield each line's number and its text without comment, joined and stripped.

    Only CR, LF and CRLF end a line: `str.splitlines` would also split at control
    characters, which then could not be refused.
    """
    parts: list[str] = []
    start = 1
    for number, line in enumerate(_LINE_END.split(text.removeprefix("\ufeff")), start=1):
        if not parts:
            start = number
        # As pip: a comment ends a continuation, for its own backslash is comment too.
        bare = _COMMENT.sub("", line)
        if bare == line and line.endswith("\\"):
            parts.append(line[:-1])
            continue
        parts.append(bare)
        yield start, "".join(parts).strip()
        parts = []
    if parts:
        yield start, "".join(parts).strip()
