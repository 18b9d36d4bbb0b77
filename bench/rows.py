"""The rows of the table: which runs are paired, in which order.

Runs alternate, product, other, product, other, so that a machine that gets slower or
faster meanwhile does so for both. What a run left behind is deleted before the next.
"""

from collections.abc import Callable

from bench.calm import Calm
from bench.figures import Ceiling, Figure, Limit, Row
from bench.gateway import Way
from bench.hand import Hand
from bench.product import Creation, Product

Say = Callable[[str], None]

_PIP_S = 240.0
"""Seconds of pip in all; where it is slow, its row has fewer pairs than the others."""

_INSTALL = Limit(1.3, 0.3, "≤ 1.3 × + 0.3 s")
_RESOLVE = Limit(1.2, 0.2, "≤ 1.2 × + 0.2 s")
_ALL = Limit(1 / 12, 0.0, "≥ 12 × faster")
_ROLLBACK = Ceiling(0.2, "≤ 200 ms")
_GATEWAY = Limit(1.25, 0.0, "≤ 1.25 ×")


def warm(product: Product, hand: Hand, pairs: int, calm: Calm, say: Say) -> list[Row]:
    """Measure creations of the medium set with warm caches; all rows from one create."""
    creations: list[Creation] = []
    compiled, synced, piped = [], [], list[float]()
    for number in range(1, pairs + 1):
        say(f"warm, pair {number} of {pairs}")
        name = f"bench-{number}"
        calm.wait()
        creations.append(product.create(name))
        product.delete(name)
        calm.wait()
        compiled.append(hand.compile())
        calm.wait()
        synced.append(hand.sync())
        if sum(piped) < _PIP_S:
            calm.wait()
            piped.append(hand.pip())
    return [
        Row(
            "released → ready",
            "uv venv --seed + uv pip sync, warm",
            _INSTALL,
            tuple(each.install for each in creations),
            tuple(synced),
        ),
        Row(
            "universal resolution",
            "uv pip compile --universal, warm",
            _RESOLVE,
            tuple(each.resolve for each in creations),
            tuple(compiled),
        ),
        Row(
            "env create --wait, all of it",
            "python -m venv + pip install, warm",
            _ALL,
            tuple(each.all for each in creations[: len(piped)]),
            tuple(piped),
        ),
    ]


def rollback(product: Product, runs: int, calm: Calm, say: Say) -> Figure:
    """Measure going back to a revision whose prefix the node holds."""
    say("rollback")
    calm.wait()
    seconds = product.roll_back("back", runs)
    product.delete("back")
    how = "from the request until `ready` was folded, one node that holds the prefix"
    return Figure("rollback, prefix held", how, "s", _ROLLBACK, tuple(seconds))


def cold(way: Way, pairs: int, calm: Calm, say: Say) -> list[Row]:
    """Measure the gateway with nothing cached.

    The limit is for what an agent does: install a lock. Through index pages go
    resolutions, whose pages are kept afterwards; that row is for information.
    """
    rows = []
    for name, limit, pages in (
        ("gateway, cold, a lock", _GATEWAY, False),
        ("gateway, cold, by index pages", None, True),
    ):
        through, straight = [], []
        for number in range(1, pairs + 1):
            say(f"{name}, pair {number} of {pairs}")
            calm.wait()
            through.append(way.through(pages=pages))
            calm.wait()
            straight.append(way.straight(pages=pages))
        against = "uv straight from the same server"
        rows.append(Row(name, against, limit, tuple(through), tuple(straight)))
    return rows
