"""What was measured, and whether it holds: pairs of seconds, medians, ratios, limits.

Pure. A ratio is the product's time over the other's, so less is better everywhere;
so it is of a figure that has nothing to be compared with.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Limit:
    """What must hold: product ≤ factor × other + seconds.

    Attributes:
        words: the same, as the design says it.
    """

    factor: float
    seconds: float
    words: str

    def holds(self, product: float, other: float) -> bool:
        """Whether two times keep it."""
        return product <= self.factor * other + self.seconds


@dataclass(frozen=True, slots=True)
class Spread:
    """Least, middle and most of some numbers."""

    least: float
    median: float
    most: float

    @classmethod
    def of(cls, numbers: Sequence[float]) -> "Spread":
        """Return the spread of at least one number."""
        return cls(min(numbers), median(numbers), max(numbers))


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    Attributes:
        name: what was measured.
        against: what it was measured against.
        limit: what must hold, or None for a figure that is for information.
        product: seconds of each run.
        other: seconds of each run; the n-th is the pair of the product's n-th.
    """

    name: str
    against: str
    limit: Limit | None
    product: tuple[float, ...]
    other: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """The medians' ratio."""
        return median(self.product) / median(self.other)

    @property
    def ratios(self) -> Spread:
        """The spread of the pairs' ratios."""
        return Spread.of([a / b for a, b in zip(self.product, self.other, strict=True)])

    @property
    def holds(self) -> bool | None:
        """Whether the medians keep the limit."""
        if self.limit is None:
            return None
        return self.limit.holds(median(self.product), median(self.other))


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The most that a number may be.

    Attributes:
        words: the same, as the design says it.
    """

    most: float
    words: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table that has nothing beside it: the number itself is judged.

    Attributes:
        name: what was measured.
        how: what the number means.
        unit: of the values, such as `s`.
        values: of each run.
    """

    name: str
    how: str
    unit: str
    limit: Ceiling
    values: tuple[float, ...]

    @property
    def holds(self) -> bool:
        """Whether the median keeps the limit."""
        return median(self.values) <= self.limit.most
