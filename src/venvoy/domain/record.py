"""Reading RECORD, the list of files that an installed package leaves behind.

https://packaging.python.org/specifications/recording-installed-packages/
"""

import binascii
import csv
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from dataclasses import dataclass, field

_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of an installed package.

    Attributes:
        path: relative to the directory of the `.dist-info`, or absolute.
        size: bytes, or None where RECORD does not say.
        sha256: in hexadecimal digits, or None where RECORD has no such hash.
    """

    path: str
    size: int | None
    sha256: str | None = field(default=None, compare=False)


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
                hashed, size, *_ = [*row[1:3], "", ""]
                yield Entry(row[0], _size(size), _sha256(hashed))
    except csv.Error as error:
        raise ValueError(str(error)) from error


def _size(text: str) -> int | None:
    plain = text.isascii() and text.isdigit() and len(text) <= _DIGITS
    return int(text) if plain else None


def _sha256(text: str) -> str | None:
    """Read `sha256=<urlsafe base64 without padding>`."""
    kind, _, value = text.partition("=")
    if kind != "sha256":
        return None
    try:
        return urlsafe_b64decode(value + "=" * (-len(value) % 4)).hex()
    except (binascii.Error, ValueError):
        return None
