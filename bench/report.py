"""The results as a table for people and as a document for the repository."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from rich import box
from rich.console import Console
from rich.table import Table

from bench.figures import Figure, Row, Spread
from bench.product import Rest

RESULTS = Path(__file__).with_name("results.json")
_MIB = 2**20
_WORDS = {None: "", True: "holds", False: "does not hold"}
_WIDTH = 108
_WHOLE = 100.0
_COLUMNS: dict[str, Literal["left", "right"]] = {
    "measured, against": "left",
    "venvoy": "right",
    "other": "right",
    "ratio": "right",
    "hold": "left",
}


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the figures hold for; no word of which machine it was.

    Attributes:
        versions: by program.
        packages: in the medium set, of this platform.
        wheel_bytes: of their files.
        page_bytes: of the index' pages for them.
        pairs: how many runs of each.
        busy: how busy others kept the processors when runs began, 0 to 1.
        memory_disk: whether the cold runs were on a tmpfs.
    """

    versions: dict[str, str]
    packages: int
    wheel_bytes: int
    page_bytes: int
    pairs: int
    busy: float
    memory_disk: bool


def show(rows: Sequence[Row], figures: Sequence[Figure], rest: Rest, around: Circumstances) -> None:
    """Print the table; below each median the least and the most."""
    table = _table()
    for row in rows:
        product, other = Spread.of(row.product), Spread.of(row.other)
        limit = row.limit.words if row.limit else "for information"
        table.add_row(
            f"{row.name}\n  {row.against}",
            f"{product.median:.2f} s\n{_range(product)}",
            f"{other.median:.2f} s\n{_range(other)}",
            f"{row.ratio:.2f}\n{_range(row.ratios)}",
            f"{limit}\n{_WORDS[row.holds]}",
        )
    _add(table, figures)
    console = _console()
    console.print(table)
    console.print(
        f"{around.packages} packages, {around.wheel_bytes / _MIB:.0f} MiB of wheels, "
        f"{around.page_bytes / _MIB:.0f} MiB of index pages; medians of {around.pairs} pairs, "
        f"below them least and most; others kept the processors {around.busy:.0%} busy"
    )
    console.print(f"agent at rest: {rest.memory / _MIB:.0f} MiB, {rest.cpu:.2%} of a core")


def show_figures(figures: Sequence[Figure]) -> None:
    """Print the lines that have nothing beside them, alone."""
    table = _table()
    _add(table, figures)
    _console().print(table)


def _table() -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name, side in _COLUMNS.items():
        table.add_column(name, justify=side, no_wrap=True)
    return table


def _add(table: Table, figures: Sequence[Figure]) -> None:
    for figure in figures:
        spread = Spread.of(figure.values)
        table.add_row(
            f"{figure.name}\n  {figure.how}",
            f"{_number(spread.median)} {figure.unit}\n{_range(spread)}",
            "–",
            "–",
            f"{figure.limit.words}\n{_WORDS[figure.holds]}",
        )


def _console() -> Console:
    console = Console(highlight=False)
    # Cut columns would be no figures; a narrower terminal breaks the lines.
    console.width = max(console.width, _WIDTH)
    return console


def write(
    rows: Sequence[Row],
    figures: Sequence[Figure],
    rest: Rest,
    around: Circumstances,
    file: Path = RESULTS,
) -> None:
    """Write the document."""
    document = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": {"cpus": os.cpu_count(), "system": platform.system(), "busy": around.busy},
        **{key: value for key, value in asdict(around).items() if key != "busy"},
        "rows": [_row(row) for row in rows],
        "figures": [_figure(figure) for figure in figures],
        "agent_at_rest": {"rss_mib": round(rest.memory / _MIB, 1), "cpu": round(rest.cpu, 4)},
    }
    if file.exists() and (scale := json.loads(file.read_text(encoding="utf-8")).get("scale")):
        document["scale"] = scale  # measured by itself, by `python -m bench.scale`
    file.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _row(row: Row) -> dict[str, Any]:
    return {
        "measured": row.name,
        "against": row.against,
        "ratio": round(row.ratio, 3),
        "ratios": _rounded(row.ratios),
        "venvoy_seconds": _rounded(Spread.of(row.product)),
        "other_seconds": _rounded(Spread.of(row.other)),
        "pairs": len(row.product),
        "hold": row.limit.words if row.limit else None,
        "holds": row.holds,
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "measured": figure.name,
        "unit": figure.unit,
        "values": _rounded(Spread.of(figure.values)),
        "runs": len(figure.values),
        "hold": figure.limit.words,
        "holds": figure.holds,
    }


def _rounded(spread: Spread) -> dict[str, float]:
    return {key: round(value, 3) for key, value in asdict(spread).items()}


def _range(spread: Spread) -> str:
    return f"{_number(spread.least)}-{_number(spread.most)}"


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= _WHOLE else f"{value:.2f}"
