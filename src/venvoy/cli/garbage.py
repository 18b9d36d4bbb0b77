"""`venvoy gc`: what nodes have to delete, shown or deleted at once."""

from collections.abc import Sequence

import typer

from venvoy.cli.output import Output, size
from venvoy.cli.surroundings import surroundings
from venvoy.cli.terms import Term
from venvoy.cli.tree import command
from venvoy.client import Client
from venvoy.domain.state import NodeState
from venvoy.wire.collections import (
    MOST_NODES,
    CollectedPrefix,
    Collections,
    NodeCollection,
    is_free,
)

PREVIEW = typer.Option(False, "--dry-run", help="cli.help.gc.dry_run")
NODES = typer.Option([], "--node", metavar="NODE", help="cli.help.gc.node")


def add(app: typer.Typer) -> None:
    """Add the command to the tree."""
    command(app, "gc", collect, "gc.command")


def collect(context: typer.Context, preview: bool = PREVIEW, nodes: list[str] = NODES) -> None:
    """Delete what nodes do not have to keep, or show what that is."""
    here = surroundings(context)
    with here.client() as client:
        names = nodes or [node.name for node in client.nodes()]
        with here.output.busy("collecting"):
            items = _asked(client, names, preview=preview)
    if here.output.as_json:
        here.output.document(Collections(preview=preview, items=items))
    else:
        _show(here.output, items, preview=preview)


def _asked(client: Client, names: Sequence[str], *, preview: bool) -> list[NodeCollection]:
    """Ask nodes in turns: each answer is bounded, however many there are."""
    found: list[NodeCollection] = []
    for start in range(0, len(names), MOST_NODES):
        found += client.collect(names[start : start + MOST_NODES], preview=preview).items
    return found


def _show(output: Output, items: Sequence[NodeCollection], *, preview: bool) -> None:
    rows = [(each.node, prefix) for each in items for prefix in each.prefixes]
    if rows:
        output.table(
            ("node", "environment", "revision", "prefix", "size", "frees"),
            (
                (
                    node,
                    prefix.environment,
                    prefix.revision,
                    _fate(output, prefix),
                    size(prefix.size_bytes),
                    size(prefix.own_bytes) if is_free(prefix.fate) else "",
                )
                for node, prefix in rows
            ),
        )
    for each in items:
        if each.total > len(each.prefixes):
            output.say("prefixes-more", node=each.node, shown=len(each.prefixes), total=each.total)
        if not each.answered:
            away = each.node_state is NodeState.OFFLINE
            output.say("gc-offline" if away else "gc-silent", node=each.node)
        elif not each.finished:
            output.say("gc-goes-on", node=each.node)
    answered = [each for each in items if each.answered]
    output.say(
        "gc-would-free" if preview else "gc-freed",
        prefixes=output.count("prefix-count", sum(each.free for each in answered)),
        bytes=size(sum(each.free_bytes for each in answered)),
        nodes=len(answered),
    )


def _fate(output: Output, prefix: CollectedPrefix) -> Term:
    fate = output.term("fates", prefix.fate)
    if not prefix.processes:
        return fate
    processes = output.count("process-count", prefix.processes)
    return Term(fate.code, output.words("state-and", state=fate, other=processes))
