"""`venvoy env ps NAME` and `venvoy node ps NAME`: what works in environments, and where."""

from collections import Counter

import typer

from venvoy.cli.output import Output
from venvoy.cli.surroundings import surroundings
from venvoy.cli.terms import Term
from venvoy.cli.tree import command
from venvoy.domain.state import NodeState
from venvoy.wire.processes import Running, RunningProcess

NAME = typer.Argument(metavar="NAME", help="cli.help.ps.environment")
NODE_NAME = typer.Argument(metavar="NAME", help="cli.help.ps.node_name")
NODE = typer.Option(None, "--node", metavar="NODE", help="cli.help.ps.node")


def add(environments: typer.Typer) -> None:
    """Add the command to those of environments."""
    command(environments, "ps", of_environment, "ps.of_environment")


def add_to_nodes(nodes: typer.Typer) -> None:
    """Add the command to those of nodes."""
    command(nodes, "ps", of_node, "ps.of_node")


def of_environment(context: typer.Context, name: str = NAME, node: str | None = NODE) -> None:
    """Show which processes work in an environment."""
    here = surroundings(context)
    with here.client() as client:
        found = client.processes(name, node)
    _show(here.output, found, first="node")


def of_node(context: typer.Context, name: str = NODE_NAME) -> None:
    """Show which processes work in environments on a node."""
    here = surroundings(context)
    with here.client() as client:
        found = client.node_processes(name)
    _show(here.output, found, first="environment")


def say_behind(output: Output, running: Running) -> None:
    """Say how many processes still work with other revisions than the environment's."""
    behind: Counter[tuple[str, int]] = Counter()
    for each in running.counts:
        if each.behind and each.revision is not None:
            behind[each.environment, each.revision] += each.count
    for (environment, revision), count in sorted(behind.items()):
        processes = output.count("process-count", count)
        output.say("still-on", processes=processes, name=environment, revision=revision)


def _show(output: Output, found: Running, *, first: str) -> None:
    if output.as_json:
        output.document(found)
        return
    if not found.total:
        output.say("nothing-runs")
        return
    output.table(
        (first, "pid", "username", "program", "revision", "since"),
        (
            (
                _node(output, each) if first == "node" else each.environment,
                each.pid,
                each.user,
                each.program,
                each.revision,
                f"{each.since.astimezone():%Y-%m-%d %H:%M:%S}",
            )
            for each in found.items
        ),
    )
    if found.total > len(found.items):
        output.say("processes-more", shown=len(found.items), total=found.total)
    say_behind(output, found)


def _node(output: Output, each: RunningProcess) -> str | Term:
    if each.node_state is not NodeState.OFFLINE:
        return each.node
    away = output.term("states", NodeState.OFFLINE)
    return Term(away.code, output.words("state-and", state=each.node, other=away))
