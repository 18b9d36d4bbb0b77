"""`venvoy env drift NAME`: what was done by hand on the nodes of an environment."""

import typer

from venvoy.cli.output import Output
from venvoy.cli.surroundings import surroundings
from venvoy.cli.tree import command
from venvoy.wire.drift import ReplicaDrift

NAME = typer.Argument(metavar="NAME", help="cli.help.drift.name")
NODE = typer.Option(None, "--node", metavar="NODE", help="cli.help.drift.node")


def add(environments: typer.Typer) -> None:
    """Add the command to those of environments."""
    command(environments, "drift", drift, "drift.command")


def drift(context: typer.Context, name: str = NAME, node: str | None = NODE) -> None:
    """Show how the nodes of an environment differ from what was put there."""
    here = surroundings(context)
    with here.client() as client:
        found = client.drift(name, node)
    if here.output.as_json:
        here.output.listing(found)
    else:
        _show(here.output, found)


def _show(output: Output, found: list[ReplicaDrift]) -> None:
    if not found:
        output.say("drift-not-told")
        return
    drifted = [each for each in found if each.total]
    if drifted:
        output.table(
            ("node", "drift", "package", "wanted", "found", "file"),
            (
                (
                    each.node,
                    output.term("drift-kinds", entry.kind),
                    entry.package,
                    entry.wanted,
                    entry.found,
                    entry.path,
                )
                for each in drifted
                for entry in each.entries
            ),
        )
    for each in drifted:
        if each.total > len(each.entries):
            output.say("drift-more", node=each.node, shown=len(each.entries), total=each.total)
    output.say("drift-counts", drifted=len(drifted), total=len(found))
