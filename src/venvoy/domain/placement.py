"""Which nodes an environment goes to, and why: one wish, all nodes, a verdict for each.

Decided anew whenever a node comes, goes, is labelled or cordoned, and from nothing but
what is true then: a node that comes to match gets the environment, one that stops
matching loses it. A cordoned node keeps what it holds and gets nothing further. Every
verdict names the rule that made it; nothing is left out of the account.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

LOCAL = "local"
"""The controller's own machine; where an environment goes that names no place."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Where an environment is wanted: on nodes by name, and wherever all labels hold.

    Attributes:
        nodes: names, sorted; they need not be there.
        select: labels that a node must have, all of them, sorted by key.
    """

    nodes: tuple[str, ...] = ()
    select: tuple[tuple[str, str], ...] = ()

    @classmethod
    def made(cls, nodes: Iterable[str] = (), select: Mapping[str, str] | None = None) -> "Wish":
        """Return the wish for these names and labels, in whatever order they were given."""
        return cls(tuple(sorted(set(nodes))), tuple(sorted((select or {}).items())))

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Wish":
        """Read a wish back; an empty document is the default."""
        return cls.made(document.get("nodes", ()), document.get("select"))

    def document(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {"nodes": list(self.nodes), "select": dict(self.select)}

    @property
    def default(self) -> bool:
        """Whether it names no place, so that it means `local`."""
        return not self.nodes and not self.select


@dataclass(frozen=True, slots=True)
class Candidate:
    """What of a node counts for placement."""

    id: str
    name: str
    labels: Mapping[str, str]
    cordoned: bool = False


class Reason(StrEnum):
    """The rule that decided about a node; the first three place it."""

    LOCAL = "local"
    NAMED = "named"
    SELECTED = "selected"
    NOT_LOCAL = "not-local"
    NOT_NAMED = "not-named"
    LABEL_MISSING = "label-missing"
    LABEL_DIFFERS = "label-differs"
    CORDONED = "cordoned"

    @property
    def places(self) -> bool:
        """Whether a node is placed by it."""
        return self in {Reason.LOCAL, Reason.NAMED, Reason.SELECTED}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one node.

    Attributes:
        key, wanted, has: of the label that decided, where one did; `has` is None where
            the node has no such label.
    """

    node: Candidate
    reason: Reason
    key: str = ""
    wanted: str = ""
    has: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of all nodes.

    Attributes:
        verdicts: one for each node, by name.
        missing: names in the wish that no node has.
    """

    verdicts: tuple[Verdict, ...]
    missing: tuple[str, ...]

    @property
    def placed(self) -> frozenset[str]:
        """The ids of the nodes that are to have the environment."""
        return frozenset(each.node.id for each in self.verdicts if each.reason.places)

    @property
    def counts(self) -> dict[Reason, int]:
        """How many nodes each rule decided about."""
        return dict(Counter(each.reason for each in self.verdicts))


def decide(wish: Wish, candidates: Iterable[Candidate], holding: Collection[str]) -> Decision:
    """Return which nodes are to have an environment.

    Args:
        candidates: all nodes of the fleet, in any order.
        holding: ids of those that have it; a cordon does not take it from them.
    """
    nodes = sorted(candidates, key=lambda each: (each.name, each.id))
    names = {each.name for each in nodes}
    wanted = (LOCAL,) if wish.default else wish.nodes
    return Decision(
        verdicts=tuple(_verdict(wish, each, holding) for each in nodes),
        missing=tuple(name for name in wanted if name not in names),
    )


def _verdict(wish: Wish, node: Candidate, holding: Collection[str]) -> Verdict:
    found = _matched(wish, node)
    if found.reason.places and node.cordoned and node.id not in holding:
        return Verdict(node, Reason.CORDONED)
    return found


def _matched(wish: Wish, node: Candidate) -> Verdict:
    if wish.default:
        return Verdict(node, Reason.LOCAL if node.name == LOCAL else Reason.NOT_LOCAL)
    if node.name in wish.nodes:
        return Verdict(node, Reason.NAMED)
    if not wish.select:
        return Verdict(node, Reason.NOT_NAMED)
    for key, wanted in wish.select:
        has = node.labels.get(key)
        if has is None:
            return Verdict(node, Reason.LABEL_MISSING, key, wanted)
        if has != wanted:
            return Verdict(node, Reason.LABEL_DIFFERS, key, wanted, has)
    return Verdict(node, Reason.SELECTED)
