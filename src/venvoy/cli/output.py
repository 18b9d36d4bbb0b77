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
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from venvoy.cli.words import say

if TYPE_CHECKING:
    from rich.console import Console

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def clean(text: object) -> str:
    """Return `text` on one line without control characters or direction marks."""
    return _CONTROL.sub("", str(text))


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
        from rich.console import Console

        return Console(stderr=True, highlight=False, soft_wrap=True)

    @cached_property
    def out(self) -> "Console":
        """The terminal for tables; only used where stdout takes no JSON."""
        from rich.console import Console

        width = None if sys.stdout.isatty() else 200
        return Console(highlight=False, width=width)

    def words(self, key: str, **params: object) -> str:
        """Return a sentence in the user's language."""
        return say(self.language, key, **{name: clean(value) for name, value in params.items()})

    def say(self, key: str, **params: object) -> None:
        """Tell people something on stderr."""
        self.err.print(self.words(key, **params), markup=False)

    @contextmanager
    def busy(self, key: str, **params: object) -> Iterator[None]:
        """Show that something is under way, on a terminal, while the block runs."""
        if self.as_json or not self.err.is_terminal:
            yield
            return
        from rich.markup import escape

        with self.err.status(escape(self.words(key, **params))):
            yield

    def line(self, text: str) -> None:
        """Print one line of data."""
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()

    def document(self, document: BaseModel | dict[str, Any]) -> None:
        """Print one JSON document."""
        self.line(json.dumps(_plain(document), ensure_ascii=False, indent=2))

    def stream(self, document: BaseModel) -> None:
        """Print one JSON document on a line of its own."""
        self.line(json.dumps(_plain(document), ensure_ascii=False))

    def listing(self, items: Sequence[BaseModel]) -> None:
        """Print a whole list as one JSON document."""
        self.document({"items": [_plain(item) for item in items], "next": None})

    def table(self, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Print a table without lines; `headings` are keys of `cli.say.column`."""
        from rich.table import Table
        from rich.text import Text

        table = Table(box=None, pad_edge=False, header_style="bold", show_edge=False)
        for heading in headings:
            table.add_column(self.words(f"column.{heading}"), overflow="fold")
        for row in rows:
            table.add_row(*(Text(clean(cell), style=state_style(str(cell))) for cell in row))
        self.out.print(table)

    def facts(self, pairs: Iterable[tuple[str, object]]) -> None:
        """Print a column of headings and their values, leaving empty ones out."""
        from rich.table import Table
        from rich.text import Text

        table = Table(box=None, pad_edge=False, show_header=False, show_edge=False)
        for heading, value in pairs:
            if value not in (None, "", [], {}):
                shown = Text(clean(value), style=state_style(str(value)))
                table.add_row(Text(self.words(f"column.{heading}"), style="bold"), shown)
        self.out.print(table)


def state_style(word: str) -> str:
    """Return the terminal style of a state's word, or none."""
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


def _plain(document: BaseModel | dict[str, Any]) -> dict[str, Any]:
    return document.model_dump(mode="json") if isinstance(document, BaseModel) else document
