"""The history of nodes: buckets that are added to, read in order, and forgotten.

Adding happens in SQL (`count + …`, the greater peak), so that nothing is read before it
is written and two controllers lose nothing of each other; a test holds this and
`venvoy.domain.history.merge` together.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from venvoy.domain.history import Bucket, Figure, Metric, Resolution
from venvoy.store import tables
from venvoy.store.session import Transaction
from venvoy.store.url import Backend

_samples = tables.node_samples
_KEY = ("node_id", "seconds", "start")
_PARTS = ("count", "total", "peak")
"""The fields of a figure, and how its columns end."""


@dataclass(frozen=True, slots=True)
class Point:
    """One bucket of one metric; `start` is when it began."""

    start: datetime
    figure: Figure


async def add(tx: Transaction, buckets: Collection[Bucket]) -> None:
    """Add to buckets, made where there are none; the nodes must be there."""
    if not buckets:
        return
    dialect: Any = sqlite if tx.backend is Backend.SQLITE else postgresql
    statement = dialect.insert(_samples)
    changes = {
        column.name: _merged(column, statement.excluded[column.name])
        for column in _samples.columns
        if column.name not in _KEY
    }
    await tx.execute(
        statement.on_conflict_do_update(index_elements=_KEY, set_=changes),
        # In one order everywhere, so that nobody waits in a circle.
        sorted(map(_values, buckets), key=lambda row: tuple(row[key] for key in _KEY)),
    )


async def of_node(
    tx: Transaction, node_id: str, metric: Metric, resolution: Resolution, since: datetime
) -> list[Point]:
    """Return one metric's buckets from that moment on, oldest first."""
    count, total, peak = (_samples.c[name] for name in _columns(metric).values())
    rows: Sequence[Any] = await tx.all(
        select(_samples.c.start, count, total, peak)
        .where(
            _samples.c.node_id == node_id,
            _samples.c.seconds == resolution.seconds,
            _samples.c.start >= since,
            count > 0,
        )
        .order_by(_samples.c.start)
    )
    return [Point(row[0], Figure(row[1], row[2], row[3])) for row in rows]


async def forget(tx: Transaction, resolution: Resolution, before: datetime) -> None:
    """Remove the buckets of a resolution that began before that."""
    old = (_samples.c.seconds == resolution.seconds) & (_samples.c.start < before)
    await tx.execute(delete(_samples).where(old))


def _values(bucket: Bucket) -> dict[str, Any]:
    values: dict[str, Any] = {
        "node_id": bucket.node,
        "seconds": bucket.seconds,
        "start": bucket.start,
    }
    for metric in Metric:
        figure = bucket.figures.get(metric, Figure(0, 0.0, 0.0))
        values |= {name: getattr(figure, part) for part, name in _columns(metric).items()}
    return values


def _columns(metric: Metric) -> dict[str, str]:
    return {part: f"{metric.value}_{part}" for part in _PARTS}


def _merged(mine: ColumnElement[Any], new: ColumnElement[Any]) -> ColumnElement[Any]:
    if str(mine.key).endswith("_peak"):
        return case((new > mine, new), else_=mine)
    return mine + new
