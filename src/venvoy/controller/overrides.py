"""Overrides of an environment's Python, checked against the nodes that it is placed on."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from venvoy.controller.placements import interpreters
from venvoy.domain.errors import InvalidInput
from venvoy.domain.label import check_labels
from venvoy.domain.python import Interpreter, choose, readable
from venvoy.domain.pythons import MOST, Override, Pythons, overlap
from venvoy.store.nodes import NodeRow
from venvoy.wire.environments import PythonForWish


def overrides(wishes: Iterable[PythonForWish]) -> tuple[Override, ...]:
    """Return what a user sent, well-formed, sorted and without doubles.

    Raises:
        InvalidInput: `python-for-invalid`, `python-for-too-many`, or what is wrong with a
            name, a label or a Python.
    """
    made = {Override.made(each.node, check_labels(each.select), each.python) for each in wishes}
    if len(made) > MOST:
        raise InvalidInput("python-for-too-many", limit=MOST)
    return tuple(sorted(made))


def check(wanted: Sequence[Override], placed: Collection[NodeRow]) -> None:
    """Refuse overrides that cannot be meant for these nodes.

    Raises:
        InvalidInput: `python-for-elsewhere` with a name that is none of theirs,
            `python-for-overlapping` with the node, or `python-for-not-found` where no node
            that one is for has such a Python.
    """
    names = {node.name for node in placed}
    for each in wanted:
        if each.node and each.node not in names:
            raise InvalidInput("python-for-elsewhere", node=each.node, nodes=sorted(names))
    for node in placed:
        both = overlap(wanted, node.name, node.labels)
        if both is not None:
            first, second = both
            raise InvalidInput(
                "python-for-overlapping", node=node.name, first=first.text, second=second.text
            )
    for each in wanted:
        meant = [node for node in placed if each.holds_for(node.name, node.labels)]
        told = {node.name: interpreters(node) for node in meant if node.facts is not None}
        if told and not any(_has(found, each.python) for found in told.values()):
            raise _missing(each, told)


def others(placed: list[NodeRow], wanted: Sequence[Override]) -> list[NodeRow]:
    """Return the nodes that no override is for; all of them where there is none such."""
    pythons = Pythons("", tuple(wanted))
    left = [node for node in placed if pythons.override(node.name, node.labels) is None]
    return left or placed


def python_of(node: NodeRow, pythons: Pythons) -> str:
    """Return the specifier set that a node is to use."""
    return pythons.of(node.name, node.labels)


def _has(found: list[Interpreter], python: str) -> bool:
    try:
        choose(found, python)
    except InvalidInput:
        return False
    return True


def _missing(wanted: Override, told: Mapping[str, list[Interpreter]]) -> InvalidInput:
    there = {each.version for found in told.values() for each in found}
    return InvalidInput(
        "python-for-not-found",
        wanted=readable(wanted.python),
        nodes=sorted(told),
        found=sorted(there),
    )
