"""Arguments and options that several commands share."""

from enum import StrEnum

import typer

from venvoy.domain.errors import InvalidInput
from venvoy.wire.environments import PlacementWish, PythonForWish

NAME = typer.Argument(metavar="NAME", help="cli.help.env.name")
FILES = typer.Option([], "-r", "--requirements", metavar="FILE", help="cli.help.env.file")
SINGLE = typer.Option([], "-p", "--package", metavar="REQUIREMENT", help="cli.help.env.package")
ADD = typer.Option([], "--add", metavar="REQ", help="cli.help.env.add")
DROP = typer.Option([], "--drop", metavar="PKG", help="cli.help.env.drop")
PYTHON = typer.Option(None, "--python", metavar="SPEC", help="cli.help.env.python")
PYTHON_FOR = typer.Option([], "--python-for", metavar="WHICH=SPEC", help="cli.help.env.python_for")
NO_PYTHON_FOR = typer.Option(False, "--no-python-for", help="cli.help.env.no_python_for")
PLATFORMS = typer.Option([], "--platform", metavar="P", help="cli.help.env.platform")
TITLE = typer.Option(None, "--title", metavar="T", help="cli.help.env.title")
DESCRIPTION = typer.Option(None, "--description", metavar="T", help="cli.help.env.description")
LABELS = typer.Option([], "--label", metavar="K=V", help="cli.help.env.label")
WAIT = typer.Option(False, "--wait", help="cli.help.env.wait")
TIMEOUT = typer.Option(None, "--timeout", metavar="S", min=0, help="cli.help.env.timeout")
FROM = typer.Option(None, "--from", metavar="NAME@REV-or-TAG", help="cli.help.env.from")
MESSAGE = typer.Option("", "-m", "--message", metavar="T", help="cli.help.env.message")
NODE = typer.Option(None, "--node", metavar="N", help="cli.help.env.node")
NODES = typer.Option([], "--node", metavar="N", help="cli.help.env.place_node")
SELECT = typer.Option([], "--select", metavar="K=V", help="cli.help.env.place_select")
KEEP = typer.Option(None, "--keep", metavar="N", help="cli.help.env.keep")
CHECKS = typer.Option([], "--check", metavar="MODULE", help="cli.help.env.check")
CHECK_COMMAND = typer.Option(
    None, "--check-command", metavar="C", help="cli.help.env.check_command"
)
CHECK_TIMEOUT = typer.Option(
    None, "--check-timeout", metavar="S", help="cli.help.env.check_timeout"
)
GRACE = typer.Option(None, "--grace", metavar="S", help="cli.help.env.grace")
NO_CHECKS = typer.Option(False, "--no-checks", help="cli.help.env.no_checks")
ANYWAY = typer.Option(False, "--force", help="cli.help.block.force")
YES = typer.Option(False, "--yes", "-y", help="cli.help.env.yes")


class Format(StrEnum):
    """How an environment is written for other tools."""

    PYLOCK = "pylock"
    REQUIREMENTS = "requirements"
    SPEC = "spec"


def placement(nodes: list[str], pairs: list[str]) -> PlacementWish | None:
    """Return where an environment is wanted, or None where nothing was said of it.

    Raises:
        InvalidInput: `label-invalid`.
    """
    if not nodes and not pairs:
        return None
    return PlacementWish(nodes=nodes, select=labels(pairs) or {})


def python_for(given: list[str], *, none: bool = False) -> list[PythonForWish] | None:
    """Return the other Pythons of some nodes, or None where nothing was said of them.

    Args:
        none: whether there shall be none any more.

    Raises:
        InvalidInput: `python-for-invalid`, or what is wrong with a name, label or Python.
    """
    from venvoy.domain.pythons import parse_override

    if not given:
        return [] if none else None
    found = map(parse_override, given)
    return [
        PythonForWish(node=each.node or None, select=dict(each.select), python=each.python)
        for each in found
    ]


def labels(pairs: list[str]) -> dict[str, str] | None:
    """Return `K=V` pairs as a dictionary, or None where none is given.

    Raises:
        InvalidInput: `label-invalid`.
    """
    found = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not key or not equals:
            raise InvalidInput("label-invalid", label=pair)
        found[key] = value
    return found or None
