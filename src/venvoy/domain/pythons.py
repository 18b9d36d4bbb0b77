"""The Pythons of one environment: one for most nodes, others for some of them.

An override names a node, or labels that a node must have; so a node that is labelled later
comes under it by itself. Where several hold for one node, which is refused when it is asked
for but may come about by labels later, the first in this order counts: the one that names
the node, then the one with more labels. One lock holds for all of them together (`cover`).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from venvoy.domain.errors import InvalidInput
from venvoy.domain.label import check_labels
from venvoy.domain.name import check_name
from venvoy.domain.printable import printable
from venvoy.domain.python import cover, parse_python, readable

MOST = 32
"""Overrides of one environment."""
_SHOWN = 80
_BY_LABELS = re.compile(r"([^=,]+=[^=,]*(?:,[^=,]+=[^=,]*)*)=(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True, order=True)
class Override:
    """Another Python for some nodes.

    Attributes:
        node: a node's name; empty where labels select.
        select: labels that a node must have, all of them, sorted by key.
        python: a specifier set as `parse_python` returns it.
    """

    node: str
    select: tuple[tuple[str, str], ...]
    python: str

    @classmethod
    def made(cls, node: str | None, select: Mapping[str, str], python: str) -> "Override":
        """Return an override, checked.

        Raises:
            InvalidInput: `python-for-invalid` where it names both or neither, and for what
                can be no node's name, label or Python.
        """
        if bool(node) == bool(select):
            raise InvalidInput("python-for-invalid", given=printable(python, _SHOWN))
        name = check_name(node) if node else ""
        labels = tuple(check_labels(select).items())
        return cls(name, labels, parse_python(python))

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Override":
        """Read one back."""
        select = tuple(sorted(document["select"].items()))
        return cls(document["node"], select, document["python"])

    def document(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {"node": self.node, "select": dict(self.select), "python": self.python}

    @property
    def text(self) -> str:
        """As it is written on a command line."""
        labels = ",".join(f"{key}={value}" for key, value in self.select)
        return f"{self.node or labels}={readable(self.python)}"

    def holds_for(self, name: str, labels: Mapping[str, str]) -> bool:
        """Whether it is for a node."""
        if self.node:
            return self.node == name
        return all(labels.get(key) == value for key, value in self.select)


@dataclass(frozen=True, slots=True)
class Pythons:
    """The Python of an environment, and the exceptions.

    Attributes:
        base: the specifier set for all other nodes.
    """

    base: str
    overrides: tuple[Override, ...] = ()

    @classmethod
    def of_spec(cls, document: Mapping[str, Any]) -> "Pythons":
        """Read those of a revision's spec."""
        overrides = map(Override.of, document.get("python_for", ()))
        return cls(document["python"], tuple(overrides))

    def override(self, name: str, labels: Mapping[str, str]) -> str | None:
        """Return the other specifier set that a node is to use, None for the base."""
        found = [each for each in self.overrides if each.holds_for(name, labels)]
        found.sort(key=lambda each: (not each.node, -len(each.select), each))
        return found[0].python if found else None

    def of(self, name: str, labels: Mapping[str, str]) -> str:
        """Return the specifier set that a node is to use."""
        return self.override(name, labels) or self.base

    @property
    def covered(self) -> str:
        """The specifier set that a lock must hold for."""
        return cover((self.base, *(each.python for each in self.overrides)))


def overlap(
    overrides: Iterable[Override], name: str, labels: Mapping[str, str]
) -> tuple[Override, Override] | None:
    """Return two overrides that want different Pythons for a node, None without such."""
    found = sorted(each for each in overrides if each.holds_for(name, labels))
    for each in found[1:]:
        if each.python != found[0].python:
            return found[0], each
    return None


def parse_override(text: str) -> Override:
    """Read `NODE=SPEC` or `KEY=VALUE[,KEY=VALUE]…=SPEC`.

    What follows the first `=` is taken as a Python if it is one; else labels stand in
    front, so that a specifier set such as `>=3.11,<3.13` needs no quoting of its own.

    Raises:
        InvalidInput: `python-for-invalid`, or what `Override.made` refuses.
    """
    head, given, rest = text.partition("=")
    if not given or not head:
        raise InvalidInput("python-for-invalid", given=printable(text, _SHOWN))
    if _is_python(rest):
        return Override.made(head, {}, rest)
    found = _BY_LABELS.fullmatch(text)
    if found is None or not _is_python(found[2]):
        raise InvalidInput("python-for-invalid", given=printable(text, _SHOWN))
    pairs = (pair.partition("=") for pair in found[1].split(","))
    return Override.made(None, {key: value for key, _, value in pairs}, found[2])


def _is_python(text: str) -> bool:
    try:
        parse_python(text)
    except InvalidInput:
        return False
    return True
