"""Where the CLI's data and words go.

Data goes to stdout: tables for people, one JSON document (a line each for streams)
with `--json`. Talk goes to stderr. Text from elsewhere is cleaned of control
characters and never read as markup.
"""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TextIO

from venvoy.cli import cells
from venvoy.cli.terms import Term, term
from venvoy.cli.words import say

if TYPE_CHECKING:
    from pydantic import BaseModel
    from rich.console import Console

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_GAP = 2
_PIPE_WIDTH = 200
"""Cells for tables that no terminal shows."""


class PipeClosed(Exception):
    """Whoever read the output has gone; there is nobody to tell."""


def clean(text: object) -> str:
    """Return `text` on one line without control characters or direction marks."""
    return _CONTROL.sub("", str(text).replace("\t", " "))


@dataclass(frozen=True)
class Output:
    """One call's output.

    Attributes:
        language: language of the words.
        as_json: whether data is printed as JSON.
    """

    language: str
    as_json: bool

    @cached_property
    def err(self) -> "Console":
        """The terminal for people."""
        return _console(sys.stderr)

    @cached_property
    def out(self) -> "Console":
        """The terminal for tables; only used where stdout takes no JSON."""
        return _console(sys.stdout)

    def words(self, key: str, **params: object) -> str:
        """Return a sentence in the user's language."""
        return say(self.language, key, **{name: clean(value) for name, value in params.items()})

    def term(self, section: str, code: str) -> Term:
        """Return a fixed word in the user's language."""
        return term(self.language, section, code)

    def count(self, key: str, number: int | None) -> str:
        """Return a number with its noun: `key.one` or `key.many` of the sentences."""
        return self.words(f"{key}.{'one' if number == 1 else 'many'}", count=number or 0)

    def say(self, key: str, **params: object) -> None:
        """Tell people something on stderr."""
        self.err.print(self.words(key, **params))

    @contextmanager
    def busy(self, key: str, **params: object) -> Iterator[None]:
        """Show that something is under way, on a terminal, while the block runs."""
        if self.as_json or not self.err.is_terminal:
            yield
            return
        from rich.text import Text

        with self.err.status(Text(self.words(key, **params))):
            yield

    def line(self, text: str) -> None:
        """Print one line of data."""
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()

    def document(self, document: "BaseModel | dict[str, Any]") -> None:
        """Print one JSON document."""
        self.line(json.dumps(_plain(document), ensure_ascii=False, indent=2))

    def stream(self, document: "BaseModel") -> None:
        """Print one JSON document on a line of its own."""
        self.line(json.dumps(_plain(document), ensure_ascii=False))

    def listing(self, items: Sequence["BaseModel"]) -> None:
        """Print a whole list as one JSON document."""
        self.document({"items": [_plain(item) for item in items], "next": None})

    def table(self, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Print a table without lines; `headings` are keys of `cli.say.column`."""
        titles = [self.words(f"column.{heading}") for heading in headings]
        filled = [["" if cell is None else cell for cell in row] for row in rows]
        texts = [[clean(cell) for cell in row] for row in filled]
        room = self.out.width if self.out.is_terminal else _PIPE_WIDTH
        widths = cells.columns([titles, *texts], room, _GAP)
        self._row(titles, widths, ["bold"] * len(titles))
        for row, values in zip(texts, filled, strict=True):
            self._row(row, widths, [_style(value) for value in values])

    def facts(self, pairs: Iterable[tuple[str, object]]) -> None:
        """Print a column of headings and their values, leaving empty ones out.

        Values are not wrapped, so that a path can be copied whole.
        """
        shown = [(self.words(f"column.{key}"), value) for key, value in pairs if _is(value)]
        widest = max((cells.width(heading) for heading, _ in shown), default=0)
        for heading, value in shown:
            title = cells.pad(heading, widest + _GAP)
            self._line([(title, "bold"), (clean(value), _style(value))])

    def _row(self, row: Sequence[str], widths: Sequence[int], styles: Sequence[str]) -> None:
        for line in cells.row_lines(row, widths):
            padded = [cells.pad(text, size + _GAP) for text, size in zip(line, widths, strict=True)]
            self._line(list(zip(padded, styles, strict=True)))

    def _line(self, pieces: Sequence[tuple[str, str]]) -> None:
        from rich.text import Text

        line = Text.assemble(*pieces)
        line.rstrip()
        self.out.print(line)


def _console(stream: TextIO) -> "Console":
    from rich.console import Console

    class Piped(Console):
        """Says upwards that its reader has gone; the boundary decides what follows."""

        def on_broken_pipe(self) -> None:
            raise PipeClosed

    return Piped(file=stream, highlight=False, markup=False, emoji=False, soft_wrap=True)


def _style(value: object) -> str:
    """Return the terminal style of a state, or none."""
    word = value.code if isinstance(value, Term) else ""
    if word in {"ready", "succeeded", "online"}:
        return "green"
    if word in {"failed", "degraded", "drifted"}:
        return "red"
    if word in {"resolving", "rolling", "fetching", "building", "checking", "switching"}:
        return "cyan"
    return "yellow" if word in {"pending", "waiting", "queued", "running", "offline"} else ""


def size(count: int | None) -> str:
    """Return a number of bytes for people, such as `12.3 MiB`."""
    if count is None:
        return "?"
    amount = float(count)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if amount < 1024 or unit == "GiB":  # noqa: PLR2004 - the unit's own step
            break
        amount /= 1024
    return f"{int(amount)} B" if unit == "B" else f"{amount:.1f} {unit}"


def _is(value: object) -> bool:
    return value not in (None, "", [], {})


def _plain(document: "BaseModel | dict[str, Any]") -> dict[str, Any]:
    return document if isinstance(document, dict) else document.model_dump(mode="json")
