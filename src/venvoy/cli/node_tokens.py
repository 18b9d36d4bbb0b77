"""`venvoy node token …`: what machines become nodes with."""

import typer

from venvoy.cli.surroundings import surroundings
from venvoy.cli.tree import command, group
from venvoy.domain import duration
from venvoy.wire.joining import MOST_USES, NodeTokenCreate

EXPIRES = typer.Option("24h", "--expires", metavar="SPAN", help="cli.help.node.expires")
USES = typer.Option(1, "--uses", metavar="N", min=1, max=MOST_USES, help="cli.help.node.uses")
WINDOWS = typer.Option(False, "--windows", help="cli.help.node.windows")
INSTALLED = typer.Option(False, "--installed", help="cli.help.node.installed")
TOKEN_ID = typer.Argument(metavar="ID", help="cli.help.people.token_id")


def add(nodes: typer.Typer) -> None:
    """Add the commands below `venvoy node`."""
    tokens = group(nodes, "token", "node.tokens")
    command(tokens, "create", create, "node.token_create")
    command(tokens, "list", list_, "node.token_list")
    command(tokens, "revoke", revoke, "node.token_revoke")


def create(
    context: typer.Context,
    expires: str = EXPIRES,
    uses: int = USES,
    windows: bool = WINDOWS,
    installed: bool = INSTALLED,
) -> None:
    """Create a join token and print the line to run on the machine."""
    here = surroundings(context)
    # Unchecked: the controller knows the bounds and says them in the user's language.
    wish = NodeTokenCreate.model_construct(expires_in_seconds=duration.seconds(expires), uses=uses)
    with here.client() as client:
        token = client.create_node_token(wish)
    if here.output.as_json:
        here.output.document(token)
        return
    ends = f"{token.expires_at:%Y-%m-%d %H:%M} UTC"
    params = {"expires": ends, "uses": here.output.count("use-count", uses)}
    line = token.install_linux
    if installed:
        line = token.command
        here.output.say("node-token-created.installed", **params)
    elif windows:
        line = token.install_windows
        here.output.say("node-token-created.windows", **params)
    else:
        here.output.say("node-token-created.linux", **params)
    here.output.line(line or "")
    if token.local_only:
        here.output.say("node-token-local-only", addresses=", ".join(token.addresses))


def list_(context: typer.Context) -> None:
    """List join tokens, newest first."""
    here = surroundings(context)
    with here.client() as client:
        found = list(client.node_tokens())
    if here.output.as_json:
        here.output.listing(found)
        return
    if not found:
        here.output.say("nothing-found")
        return
    here.output.table(
        ("id", "used", "expires", "author"),
        (
            (t.id, f"{t.used}/{t.uses}", f"{t.expires_at:%Y-%m-%d %H:%M}", t.created_by)
            for t in found
        ),
    )


def revoke(context: typer.Context, identifier: str = TOKEN_ID) -> None:
    """Revoke a join token; nodes that joined with it stay."""
    here = surroundings(context)
    with here.client() as client:
        client.revoke_node_token(identifier)
    here.output.say("node-token-revoked", id=identifier)
