"""Reading RECORD, the list of files that an installed package leaves behind.

https://packaging.python.org/specifications/recording-installed-packages/
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass


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
    """Yield the entries of a RECORD; lines that are none are left out."""
    for row in csv.reader(text.splitlines()):
        if not row or not row[0]:
            continue
        size = row[2] if len(row) > 2 else ""  # noqa: PLR2004 - path, hash, size
        yield Entry(row[0], int(size) if size.isascii() and size.isdigit() else None)
