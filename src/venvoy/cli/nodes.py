"""`venvoy node …`: look at nodes, label them, keep environments off them, let them join."""

import typer

from venvoy.cli import ask, node_tokens, processes
from venvoy.cli.node_views import show_node, table_of
from venvoy.cli.parameters import YES, labels
from venvoy.cli.problem import DONE, FAILED
from venvoy.cli.surroundings import Surroundings, surroundings
from venvoy.cli.tree import command, group
from venvoy.domain.errors import InvalidInput
from venvoy.domain.state import NodeState
from venvoy.wire.nodes import NodeEdit

NAME = typer.Argument(metavar="NAME", help="cli.help.node.name")
SEARCH = typer.Option(None, "--search", metavar="Q", help="cli.help.node.search")
STATES = typer.Option([], "--state", metavar="S", help="cli.help.node.state")
SELECT = typer.Option([], "--label", metavar="K=V", help="cli.help.node.select")
REGIONS = typer.Option([], "--region", metavar="R", help="cli.help.node.region")
LABELS = typer.Option([], "--label", metavar="K=V", help="cli.help.node.set_label")
UNLABEL = typer.Option([], "--unlabel", metavar="K", help="cli.help.node.unlabel")
REGION = typer.Option(None, "--region", metavar="R", help="cli.help.node.set_region")
TITLE = typer.Option(None, "--title", metavar="T", help="cli.help.node.title")
KEEP_DATA = typer.Option(False, "--keep-data", help="cli.help.node.keep_data")


def add(app: typer.Typer) -> None:
    """Add the commands to the tree."""
    nodes = group(app, "node", "node.group")
    command(nodes, "list", list_, "node.list")
    command(nodes, "show", show, "node.show")
    processes.add_to_nodes(nodes)
    command(nodes, "set", set_, "node.set")
    command(nodes, "cordon", cordon, "node.cordon")
    command(nodes, "uncordon", uncordon, "node.uncordon")
    command(nodes, "remove", remove, "node.remove")
    node_tokens.add(nodes)


def list_(
    context: typer.Context,
    search: str = SEARCH,
    states: list[NodeState] = STATES,
    pairs: list[str] = SELECT,
    regions: list[str] = REGIONS,
) -> None:
    """List nodes."""
    here = surroundings(context)
    with here.client() as client:
        found = list(client.nodes(search=search, state=states, label=pairs, region=regions))
    if here.output.as_json:
        here.output.listing(found)
    elif found:
        table_of(here.output, found)
    else:
        here.output.say("nothing-found" if search or states or pairs or regions else "no-nodes")


def show(context: typer.Context, name: str = NAME) -> None:
    """Show one node."""
    here = surroundings(context)
    with here.client() as client:
        node = client.node(name)
    if here.output.as_json:
        here.output.document(node)
    else:
        show_node(here.output, node)


def set_(
    context: typer.Context,
    name: str = NAME,
    title: str = TITLE,
    pairs: list[str] = LABELS,
    unlabel: list[str] = UNLABEL,
    region: str = REGION,
) -> None:
    """Change a node's title, labels or region; what is not named stays."""
    changes: dict[str, str | None] = {**dict.fromkeys(unlabel), **(labels(pairs) or {})}
    change = NodeEdit(title=title, labels=changes or None, region=region)
    if change == NodeEdit():
        raise InvalidInput("edit-nothing", name=name)
    here = surroundings(context)
    _edit(here, name, change)
    here.output.say("node-changed", name=name)


def cordon(context: typer.Context, name: str = NAME) -> None:
    """Give a node no further environments."""
    here = surroundings(context)
    _edit(here, name, NodeEdit(cordoned=True))
    here.output.say("node-cordoned", name=name)


def uncordon(context: typer.Context, name: str = NAME) -> None:
    """Let a node have further environments again."""
    here = surroundings(context)
    _edit(here, name, NodeEdit(cordoned=False))
    here.output.say("node-uncordoned", name=name)


def remove(
    context: typer.Context, name: str = NAME, keep_data: bool = KEEP_DATA, yes: bool = YES
) -> int:
    """Take a node out of the fleet."""
    here = surroundings(context)
    if not yes and not ask.confirmed(
        here.output, "node-remove-keep-sure" if keep_data else "node-remove-sure", name=name
    ):
        return FAILED
    with here.client() as client:
        client.remove_node(name, keep_data=keep_data)
    here.output.say("node-removed", name=name)
    return DONE


def _edit(here: Surroundings, name: str, change: NodeEdit) -> None:
    with here.client() as client:
        node = client.edit_node(name, change, version=client.node(name).version)
    if here.output.as_json:
        here.output.document(node)
