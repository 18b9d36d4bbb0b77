"""Reading RECORD, the list of files that an installed package leaves behind.

https://packaging.python.org/specifications/recording-installed-packages/
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass

_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of an installed package.

    Attributes:
        path: relative to the directory of the `.dist-info`, or absolute.
        size: bytes, or None where RECORD does not say.
    """

    path: str
    size: int | None


def read(text: str) -> Iterator[Entry]:
    """Yield the entries of a RECORD; lines that are none are left out.

    Raises:
        ValueError: it is no table of files.
    """
    if "\0" in text:
        raise ValueError("no file's name holds a NUL")
    try:
        for row in csv.reader(text.splitlines()):
            if row and row[0]:
                yield Entry(row[0], _size(row[2] if len(row) > 2 else ""))  # noqa: PLR2004
    except csv.Error as error:
        raise ValueError(str(error)) from error


def _size(text: str) -> int | None:
    plain = text.isascii() and text.isdigit() and len(text) <= _DIGITS
    return int(text) if plain else None
