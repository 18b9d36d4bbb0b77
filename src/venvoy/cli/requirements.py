"""Requirements from the command line: files, standard input and single ones, as one text.

The controller numbers the lines of the text that it is sent; `Gathered.place` says
in which file such a line stands.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from venvoy.client import RemoteError
from venvoy.domain.errors import InvalidInput

Answer = TypeVar("Answer")

_LIMIT = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Gathered:
    """One text made of several sources.

    Attributes:
        text: what is sent.
        sources: per source its name and how many lines of `text` it takes.
    """

    text: str
    sources: tuple[tuple[str, int], ...]

    def place(self, line: int) -> tuple[str, int]:
        """Return the source and the line in it of line `line` (from 1) of the text."""
        for name, count in self.sources:
            if line <= count:
                return name, line
            line -= count
        return "", line


def gather(files: list[Path], single: list[str]) -> Gathered:
    """Read and join all sources in the order given, files first.

    Raises:
        InvalidInput: `file-unreadable`, `file-not-text` or `file-too-large`.
    """
    parts: list[str] = []
    sources: list[tuple[str, int]] = []
    for file in files:
        lines = _read(file).replace("\r\n", "\n").split("\n")
        parts += lines
        sources.append((str(file), len(lines)))
    for requirement in single:
        lines = requirement.splitlines() or [""]
        parts += lines
        sources.append(("-p", len(lines)))
    return Gathered("\n".join(parts), tuple(sources))


def _read(file: Path) -> str:
    try:
        data = sys.stdin.buffer.read(_LIMIT + 1) if str(file) == "-" else file.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InvalidInput("file-unreadable", path=str(file), reason=reason) from error
    if len(data) > _LIMIT:
        raise InvalidInput("file-too-large", path=str(file), limit=_LIMIT)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput("file-not-text", path=str(file), position=error.start) from error


def in_place(gathered: Gathered | None, send: Callable[[], Answer]) -> Answer:
    """Return what `send` returns; refused lines are named as they stand in their files."""
    try:
        return send()
    except RemoteError as error:
        if gathered is not None:
            error.places = {line.line: gathered.place(line.line) for line in error.problem.lines}
        raise
