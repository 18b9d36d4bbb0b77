"""A number of nodes as people write it: `3`, or `10%` of those that there are.

The same words give the sizes of waves and the budget of failures; a size is rounded up,
so that a wave moves somebody, a budget down, so that it is never larger than was said.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from venvoy.domain.errors import InvalidInput

MOST_WAVES = 20
_MOST_NODES = 1_000_000
_SHARE = re.compile(r"([0-9]{1,7})\s*(%?)", re.ASCII)
_SHOWN = 40
_WHOLE = 100


@dataclass(frozen=True, slots=True)
class Share:
    """So many nodes, or so many of a hundred.

    Attributes:
        amount: nodes, or percent.
        percent: which of both.
    """

    amount: int
    percent: bool = False

    def __str__(self) -> str:
        return f"{self.amount}%" if self.percent else str(self.amount)

    def up(self, total: int) -> int:
        """Return how many of `total` nodes it is, a part of one counted as a whole."""
        return -(-total * self.amount // _WHOLE) if self.percent else self.amount

    def down(self, total: int) -> int:
        """Return how many of `total` nodes it is, a part of one left out."""
        return total * self.amount // _WHOLE if self.percent else self.amount


def parse_share(text: str) -> Share | None:
    """Return what was written, or None where it is no number and no percentage."""
    found = _SHARE.fullmatch(text.strip())
    if found is None:
        return None
    share = Share(int(found[1]), found[2] == "%")
    return share if share.amount <= (_WHOLE if share.percent else _MOST_NODES) else None


def parse_waves(texts: Sequence[str]) -> tuple[Share, ...]:
    """Return the sizes of waves.

    Raises:
        InvalidInput: `wave-invalid` or `waves-too-many`.
    """
    if len(texts) > MOST_WAVES:
        raise InvalidInput("waves-too-many", count=len(texts), most=MOST_WAVES)
    found = []
    for text in texts:
        share = parse_share(text)
        if share is None or share.amount == 0:
            raise InvalidInput("wave-invalid", wave=text[:_SHOWN])
        found.append(share)
    return tuple(found)


def parse_budget(text: str) -> Share:
    """Return how many nodes may fail.

    Raises:
        InvalidInput: `failures-invalid`.
    """
    share = parse_share(text)
    if share is None:
        raise InvalidInput("failures-invalid", failures=text[:_SHOWN])
    return share


def bounds(waves: Sequence[Share], total: int) -> tuple[int, ...]:
    """Return how many nodes may have moved by the end of each wave.

    Each size is that of its wave alone, a percentage that of all nodes; what the waves
    leave over is the last one, so the last bound is always `total`.

    Args:
        waves: sizes, in order; none means all nodes at once.
        total: nodes that are to have the revision.
    """
    sums = accumulate(wave.up(total) for wave in waves)
    inner = [bound for bound in sums if bound < total]
    return (*inner, total)
