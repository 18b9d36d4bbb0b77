"""How a node's figures are kept over time: finely while they are new, coarsely later.

Time is cut into buckets of a minute, a quarter of an hour and six hours, aligned to the
epoch. Each bucket knows how many values fell into it, their sum and the greatest, so
that merging buckets loses nothing but the order of values: the mean of a quarter of an
hour is that of its values, however they came in. The number of buckets that one node
can have is bounded (`Resolution.limit`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Self


class Metric(StrEnum):
    """What is measured."""

    CPU = "cpu"
    """Per cent of all processors that were busy."""
    MEMORY = "memory"
    """Bytes in use."""
    DISK = "disk"
    """Bytes in use on the file system of the node's data."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """One way to cut time.

    Attributes:
        seconds: length of a bucket.
        kept: for how long buckets are kept.
    """

    seconds: int
    kept: timedelta

    @property
    def limit(self) -> int:
        """The most buckets of one node at a time, the one that is being filled included."""
        return int(self.kept.total_seconds()) // self.seconds + 1

    def start(self, at: datetime) -> datetime:
        """Return when the bucket began that a moment falls into."""
        second = int(at.timestamp()) // self.seconds * self.seconds
        return datetime.fromtimestamp(second, UTC)

    def oldest(self, now: datetime) -> datetime:
        """Return the beginning of the oldest bucket that is kept."""
        return self.start(now - self.kept)


MINUTES = Resolution(60, timedelta(days=1))
QUARTERS = Resolution(900, timedelta(days=7))
SIXTHS = Resolution(21_600, timedelta(days=366))
RESOLUTIONS = (MINUTES, QUARTERS, SIXTHS)
"""From fine to coarse."""


def resolution_for(since: datetime, now: datetime) -> Resolution:
    """Return the finest resolution that reaches back far enough, the coarsest if none does."""
    for resolution in RESOLUTIONS:
        if since >= resolution.oldest(now):
            return resolution
    return SIXTHS


@dataclass(frozen=True, slots=True)
class Figure:
    """What values come to: how many, their sum, the greatest."""

    count: int
    total: float
    peak: float

    @classmethod
    def of(cls, value: float) -> Self:
        """Return what one value comes to."""
        return cls(1, value, value)

    @property
    def mean(self) -> float:
        """The mean of the values."""
        return self.total / self.count

    def with_(self, other: Self) -> Self:
        """Return what both sets of values come to together."""
        return type(self)(
            self.count + other.count, self.total + other.total, max(self.peak, other.peak)
        )


Figures = Mapping[Metric, Figure]


def merge(one: Figures, other: Figures) -> dict[Metric, Figure]:
    """Return the figures of both; a metric that only one has is its own."""
    merged = dict(one)
    for metric, figure in other.items():
        merged[metric] = merged[metric].with_(figure) if metric in merged else figure
    return merged


@dataclass(frozen=True, slots=True)
class Bucket:
    """What one node measured in one stretch of time; `seconds` is its resolution's."""

    node: str
    seconds: int
    start: datetime
    figures: Figures


def spread(minute: Bucket) -> list[Bucket]:
    """Return a full minute as what it adds to a bucket of each resolution."""
    return [
        Bucket(minute.node, each.seconds, each.start(minute.start), minute.figures)
        for each in RESOLUTIONS
    ]
