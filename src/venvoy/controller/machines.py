"""Nodes as kinds of machines: which interpreter each would use, and which wheels it takes."""

from venvoy.controller.context import ResolveRequest
from venvoy.controller.placements import interpreters
from venvoy.controller.resolve_project import targets_of
from venvoy.domain.errors import InvalidInput
from venvoy.domain.platform import Platform
from venvoy.domain.python import Interpreter, choose, lowest
from venvoy.domain.pythons import Pythons
from venvoy.domain.wheel import Target
from venvoy.domain.wheel_choice import Machine, machine
from venvoy.store.nodes import NodeRow
from venvoy.wire.messages import Heartbeat

_FULL = 2
"""Dots of a full version."""


def interpreter_of(node: NodeRow, pythons: Pythons) -> Interpreter | None:
    """Return the interpreter that a node would use, None where none fits."""
    try:
        return choose(interpreters(node), pythons.of(node.name, node.labels))
    except InvalidInput:
        return None


def machine_of(node: NodeRow, version: str | None) -> Machine | None:
    """Return what a node is with a Python; None where either is unknown.

    Args:
        version: full, of the interpreter.
    """
    platform = platform_of(node)
    if platform is None or version is None or node.facts is None:
        return None
    libc = Heartbeat.model_validate(node.facts).libc or ""
    return machine(Target(platform, version), libc)


def platform_of(node: NodeRow) -> Platform | None:
    """Return a node's platform, None before it reported and for one that no lock knows."""
    try:
        return None if node.facts is None else Platform(node.facts["platform"])
    except (KeyError, ValueError):
        return None


def without_node(request: ResolveRequest) -> list[Machine]:
    """Return the machines that are asked for and that no node is."""
    used = {target.platform for target in request.targets}
    return [Machine(each) for each in targets_of(request) if each.platform not in used]


def any_machine(platform: Platform, python: str) -> Machine:
    """Return a machine of a platform with the lowest Python of a specifier set."""
    first = lowest(python)
    version = first if first.count(".") >= _FULL else f"{first}.0"
    return Machine(Target(platform, version))
