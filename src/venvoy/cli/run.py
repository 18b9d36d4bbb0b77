"""`venvoy run`: a command inside an environment of this machine.

The command replaces this process, so its exit code, its terminal and its signals
are its own; the prefix stays pinned until the last process that holds the pin has
gone. The controller is not needed.

It stands before people's own commands, hundreds of times an hour, so it is read
here by hand: typer and the settings take longer to import than all of this.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from venvoy import config
from venvoy.cli.output import Output
from venvoy.cli.problem import report
from venvoy.domain.errors import InvalidInput, NotFound, WorkFailed

if TYPE_CHECKING:
    import typer

NO_SUCH_COMMAND = 127
NOT_EXECUTABLE = 126
"""What shells answer, so that scripts can tell it from the controller's answers."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be run, and in which environment."""

    environment: str
    command: list[str]


def parse(arguments: Sequence[str]) -> Wish | None:
    """Read `ENV [--node N] [--] COMMAND…`.

    Returns:
        None where help is asked for.

    Raises:
        InvalidInput: `run-only-local`, `run-no-command`, or of an unknown option.
    """
    remaining = list(arguments)
    environment: str | None = None
    while remaining and (environment is None or remaining[0].startswith("-")):
        word = remaining.pop(0)
        if word in {"-h", "--help"}:
            return None
        if word == "--":
            break
        if word == "--node" or word.startswith("--node="):
            _only_local(word, remaining)
        elif word.startswith("-"):
            raise InvalidInput("option-unknown", option=word, command="venvoy run")
        else:
            environment = word
    if environment is None:
        usage = "venvoy run ENV -- COMMAND..."
        raise InvalidInput("argument-missing", argument="ENV", usage=usage)
    if not remaining:
        raise InvalidInput("run-no-command", name=environment)
    return Wish(environment, remaining)


def _only_local(word: str, remaining: list[str]) -> None:
    """Take the option's value and refuse every node but this one."""
    if "=" not in word and not remaining:
        raise InvalidInput("option-needs-value", option="--node", command="venvoy run")
    node = word.partition("=")[2] if "=" in word else remaining.pop(0)
    if node != "local":
        raise InvalidInput("run-only-local", node=node)


def execute_in(wish: Wish, output: Output) -> int:
    """Become the command; on POSIX this returns only if it cannot be started.

    Raises:
        NotFound: `environment-not-here`.
        Forbidden: this machine's own file does not allow it.
    """
    from venvoy.agent import rights, system
    from venvoy.agent.run import execute, pin_live

    data = config.data_directory()
    user = rights.check_run(rights.read(config.rights_files(data)))
    prefix, _pin = pin_live(data, wish.environment)
    try:
        named = {} if user is None else system.become_user(user)
        return execute(prefix, wish.command, config.environment_of_children(**named))
    except (NotFound, WorkFailed) as error:
        report(output, error)
        return NO_SUCH_COMMAND if isinstance(error, NotFound) else NOT_EXECUTABLE


def add(app: "typer.Typer") -> None:
    """Add the command to the tree, for its help."""
    import typer

    from venvoy.cli.tree import command

    def declared(
        environment: str = typer.Argument(metavar="ENV", help="cli.help.run.environment"),
        words: list[str] = typer.Argument(metavar="-- COMMAND...", help="cli.help.run.words"),
        node: str = typer.Option(None, "--node", metavar="N", help="cli.help.run.node"),
    ) -> None:
        """Run a command in an environment; `parse` has read the line already."""

    command(app, "run", declared, "run.command")
