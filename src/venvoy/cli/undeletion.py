"""`venvoy env undelete NAME` and `venvoy env deleted`: what was deleted, brought back."""

import typer

from venvoy.cli.parameters import NAME, TIMEOUT, WAIT
from venvoy.cli.surroundings import surroundings
from venvoy.cli.tree import command
from venvoy.cli.wait import interruptible, until_ready


def add(environments: typer.Typer) -> None:
    """Add the commands to those of environments."""
    command(environments, "undelete", undelete, "undeletion.command")
    command(environments, "deleted", deleted, "undeletion.list")


def undelete(
    context: typer.Context, name: str = NAME, wait_for_it: bool = WAIT, timeout: float = TIMEOUT
) -> None:
    """Bring back the environment of this name that was deleted last."""
    here = surroundings(context)
    with here.client() as client, interruptible(here.output, "work-goes-on", name=name):
        environment = client.undelete_environment(name)
        here.output.say("undeleted", name=name, revision=environment.revision)
        if wait_for_it:
            environment = until_ready(client, here, name, timeout=timeout)
    if here.output.as_json:
        here.output.document(environment)


def deleted(context: typer.Context) -> None:
    """List the environments that can be brought back."""
    here = surroundings(context)
    with here.client() as client:
        found = list(client.deleted_environments())
    if here.output.as_json:
        here.output.listing(found)
    elif not found:
        here.output.say("nothing-deleted")
    else:
        here.output.table(
            ("name", "title", "revision", "deleted", "until"),
            (
                (
                    each.name,
                    each.title,
                    each.revision,
                    f"{each.deleted_at.astimezone():%Y-%m-%d %H:%M}",
                    f"{each.until.astimezone():%Y-%m-%d %H:%M}",
                )
                for each in found
            ),
        )
