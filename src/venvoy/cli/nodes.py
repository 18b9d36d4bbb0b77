"""`venvoy node …`: the machines of the fleet."""

import typer

from venvoy.cli import node_tokens
from venvoy.cli.tree import group


def add(app: typer.Typer) -> None:
    """Add the commands to the tree."""
    nodes = group(app, "node", "node.group")
    node_tokens.add(nodes)
