"""`venvoy block …`: releases that no environment may be resolved to."""

import typer

from venvoy.cli.surroundings import surroundings
from venvoy.cli.tree import command, group
from venvoy.domain.block import read_block
from venvoy.domain.errors import NotFound
from venvoy.wire.blocks import BlockWish

RELEASE = typer.Argument(metavar="RELEASE", help="cli.help.block.release")
REASON = typer.Option(metavar="TEXT", help="cli.help.block.reason")


def add(app: typer.Typer) -> None:
    """Add the commands to the tree."""
    blocks = group(app, "block", "block.group")
    command(blocks, "add", add_block, "block.add")
    command(blocks, "list", list_, "block.list")
    command(blocks, "remove", remove, "block.remove")


def add_block(context: typer.Context, release: str = RELEASE, reason: str = REASON) -> None:
    """Block a release."""
    here = surroundings(context)
    # Unchecked: the controller knows the bounds and says them in the user's language.
    wish = BlockWish.model_construct(release=release, reason=reason)
    with here.client() as client:
        made = client.add_block(wish)
    if here.output.as_json:
        here.output.document(made)
        return
    here.output.say("blocked", release=made.release)
    held = made.held
    if held.replicas or held.revisions:
        counts = {"replicas": held.replicas, "nodes": held.nodes, "revisions": held.revisions}
        here.output.say("blocked-held", release=made.release, **counts)


def list_(context: typer.Context) -> None:
    """List blocked releases, and where each is already."""
    here = surroundings(context)
    with here.client() as client:
        found = list(client.blocks())
    if here.output.as_json:
        here.output.listing(found)
    elif not found:
        here.output.say("blocks-none")
    else:
        here.output.table(
            ("release", "replicas", "nodes", "revisions", "reason", "author", "created"),
            (
                (
                    each.release,
                    each.held.replicas,
                    each.held.nodes,
                    each.held.revisions,
                    each.reason,
                    each.author,
                    f"{each.created_at.astimezone():%Y-%m-%d %H:%M}",
                )
                for each in found
            ),
        )


def remove(context: typer.Context, release: str = RELEASE) -> None:
    """Take a block away."""
    here = surroundings(context)
    wanted = read_block(release).release
    with here.client() as client:
        known = next((each for each in client.blocks() if each.release == wanted), None)
        if known is None:
            raise NotFound("block-not-found", block=wanted)
        client.remove_block(known.id)
    here.output.say("unblocked", release=wanted)
