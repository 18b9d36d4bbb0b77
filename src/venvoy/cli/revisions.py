"""`venvoy env history`, `rollback`, `tag`, `untag`: an environment's revisions."""

import typer

from venvoy.cli.parameters import ANYWAY, MESSAGE, NAME, TIMEOUT, WAIT
from venvoy.cli.surroundings import surroundings
from venvoy.cli.terms import python_text
from venvoy.cli.tree import command
from venvoy.cli.wait import interruptible, until_ready
from venvoy.wire.revisions import RollbackWish, TagWish

TO = typer.Argument(metavar="REV-or-TAG", help="cli.help.revision.to")
NUMBER = typer.Argument(metavar="REV", min=1, help="cli.help.revision.number")
TAG = typer.Argument(metavar="TAG", help="cli.help.revision.tag")
MOVE = typer.Option(False, "--move", help="cli.help.revision.move")


def add(environments: typer.Typer) -> None:
    """Add the commands to those of environments."""
    command(environments, "history", history, "env.history")
    command(environments, "rollback", rollback, "revision.rollback")
    command(environments, "tag", tag, "revision.tag_command")
    command(environments, "untag", untag, "revision.untag")


def history(context: typer.Context, name: str = NAME) -> None:
    """List an environment's revisions."""
    here = surroundings(context)
    with here.client() as client:
        found = list(client.revisions(name))
        if here.output.as_json:
            here.output.listing(found)
            return
        wanted = client.environment(name).revision
    here.output.table(
        ("revision", "tags", "created", "author", "python", "packages", "message"),
        (
            (
                f"{revision.number} *" if revision.number == wanted else revision.number,
                ", ".join(revision.tags),
                f"{revision.created_at.astimezone():%Y-%m-%d %H:%M}",
                revision.author,
                python_text(revision.python),
                revision.package_count,
                revision.message,
            )
            for revision in found
        ),
    )


def rollback(
    context: typer.Context,
    name: str = NAME,
    to: str = TO,
    message: str = MESSAGE,
    force: bool = ANYWAY,
    wait_for_it: bool = WAIT,
    timeout: float = TIMEOUT,
) -> None:
    """Go back to a revision on every node."""
    here = surroundings(context)
    with here.client() as client, interruptible(here.output, "work-goes-on", name=name):
        version = client.environment(name).version
        wish = RollbackWish(to=to, message=message, force=force)
        environment = client.roll_back_environment(name, wish, version=version)
        here.output.say("rolled-back", name=name, revision=environment.revision)
        if wait_for_it:
            environment = until_ready(client, here, name, timeout=timeout)
    if here.output.as_json:
        here.output.document(environment)


def tag(
    context: typer.Context,
    name: str = NAME,
    number: int = NUMBER,
    tag_name: str = TAG,
    move: bool = MOVE,
) -> None:
    """Name a revision."""
    here = surroundings(context)
    with here.client() as client:
        client.tag_revision(name, tag_name, TagWish(revision=number, move=move))
    here.output.say("tagged", name=name, revision=number, tag=tag_name)


def untag(context: typer.Context, name: str = NAME, tag_name: str = TAG) -> None:
    """Take a name away from a revision."""
    here = surroundings(context)
    with here.client() as client:
        client.untag_revision(name, tag_name)
    here.output.say("untagged", name=name, tag=tag_name)
