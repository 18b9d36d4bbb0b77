"""Text in a terminal's cells: how wide it is, and how it wraps.

A Chinese character takes two cells and may stand at the end of any line, which
`textwrap` does not know.
"""

import re
import unicodedata
from collections.abc import Sequence

_PIECE = re.compile(r"\s+|[\u1100-\uffef]|[^\s\u1100-\uffef]+")
_CLOSING = frozenset("，。；：、）》」』！？")
_NARROWEST = 6
_FLOORS = (16, 8, _NARROWEST)
"""How narrow columns may get, in turns."""


def width(text: str) -> int:
    """Return how many cells `text` takes."""
    return sum(_cells(character) for character in text)


def _cells(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def pad(text: str, cells: int) -> str:
    """Return `text` with spaces behind it, at least `cells` wide."""
    return text + " " * (cells - width(text))


def wrap(text: str, cells: int) -> list[str]:
    """Break `text` into lines of at most `cells`, at spaces and between Chinese characters.

    A word that is longer than a line is broken where the line ends.
    """
    lines = [""]
    for piece in _PIECE.findall(text):
        room = cells + (2 if piece in _CLOSING else 0)  # no line begins with a comma
        if width(lines[-1]) + width(piece.rstrip()) > room:
            lines[-1] = lines[-1].rstrip()
            lines.append("")
        if lines[-1] or not piece.isspace():
            lines[-1] += piece
        while width(lines[-1].rstrip()) > room:
            head = _head(lines[-1], cells)
            lines[-1:] = [head, lines[-1][len(head) :]]
    return [line.rstrip() for line in lines if line.strip()] or [""]


def _head(text: str, cells: int) -> str:
    taken = 0
    for index, character in enumerate(text):
        taken += _cells(character)
        if taken > cells:
            return text[: max(1, index)]
    return text


def columns(rows: Sequence[Sequence[str]], room: int, gap: int) -> list[int]:
    """Return each column's width so that a row fits into `room` cells.

    Columns give way from the right, as free text stands there, and the first one, a
    name or an id that people copy, does so last of all.
    """
    widths = [max(width(cell) for cell in column) for column in zip(*rows, strict=True)]
    for floor in _FLOORS:
        for column in reversed(range(1 if floor > _NARROWEST else 0, len(widths))):
            over = sum(widths) + gap * (len(widths) - 1) - room
            if over <= 0:
                return widths
            widths[column] = max(min(widths[column], floor), widths[column] - over)
    return widths


def row_lines(row: Sequence[str], widths: Sequence[int]) -> list[list[str]]:
    """Return the lines that one row takes, each with one text per column."""
    cells = [wrap(cell, limit) for cell, limit in zip(row, widths, strict=True)]
    height = max(len(cell) for cell in cells)
    return [[cell[at] if at < len(cell) else "" for cell in cells] for at in range(height)]
