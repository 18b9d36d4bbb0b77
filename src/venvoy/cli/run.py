"""`venvoy run`: a command inside an environment of this machine.

The command replaces this process, so its exit code, its terminal and its signals
are its own; the prefix stays pinned until the last process that holds the pin has
gone. The controller is not needed.
"""

import typer

from venvoy.cli.surroundings import surroundings
from venvoy.domain.errors import InvalidInput

ENVIRONMENT = typer.Argument(metavar="ENV", help="cli.help.run.environment")
COMMAND = typer.Argument(metavar="COMMAND...", help="cli.help.run.words")
NODE = typer.Option(None, "--node", help="cli.help.run.node")


def add(app: typer.Typer) -> None:
    """Add the command to the tree."""
    settings = {"allow_interspersed_args": False}
    app.command("run", help="cli.help.run.command", context_settings=settings)(run)


def run(
    context: typer.Context,
    environment: str = ENVIRONMENT,
    command: list[str] = COMMAND,
    node: str = NODE,
) -> int:
    """Run a command in an environment, with its revision pinned."""
    from venvoy.agent.run import execute, resolve_prefix

    if node not in (None, "local"):
        raise InvalidInput("run-only-local", node=node)
    words = command[1:] if command[:1] == ["--"] else command
    if not words:
        raise InvalidInput("run-no-command", name=environment)
    return execute(resolve_prefix(surroundings(context).settings.data, environment), words)
