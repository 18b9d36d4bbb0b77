"""The command `venvoy`: its tree, its global options and its one error boundary.

Exit codes: 0 done; 1 the work failed; 2 wrong usage or input; 3 not found; 4 not
allowed; 5 controller unreachable; 6 timed out; 130 interrupted.
"""

import os
import sys
from collections.abc import Sequence
from typing import Any

import typer
from pydantic import ValidationError

from venvoy import config, texts
from venvoy.cli import environments, logs, operations, people, run, server
from venvoy.cli.output import Output
from venvoy.cli.problem import exit_code, report
from venvoy.cli.surroundings import Surroundings
from venvoy.cli.words import localise
from venvoy.domain.errors import InvalidInput, VenvoyError

_INTERRUPTED = 130
_BROKEN_PIPE = 141


def build() -> typer.Typer:
    """Return the command tree; help texts are still keys of the catalogue."""
    app = typer.Typer(
        name="venvoy",
        help="cli.help.venvoy",
        no_args_is_help=True,
        add_completion=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    @app.callback()
    def root(
        language: str = typer.Option(None, "--lang", help="cli.help.lang"),
        as_json: bool = typer.Option(False, "--json", help="cli.help.json"),
    ) -> None:
        """Global options; `main` has read them already."""

    server.add(app)
    people.add(app)
    environments.add(app)
    logs.add(app)
    operations.add(app)
    run.add(app)
    return app


def hoist(arguments: Sequence[str]) -> tuple[list[str], str | None, bool]:
    """Take the global options out of wherever they stand before `--`.

    Returns:
        the other arguments, the language asked for, and whether JSON is.
    """
    rest: list[str] = []
    language: str | None = None
    as_json = False
    remaining = list(arguments)
    while remaining:
        argument = remaining.pop(0)
        if argument == "--":
            rest += [argument, *remaining]
            break
        if argument == "--json":
            as_json = True
        elif argument == "--lang" and remaining:
            language = remaining.pop(0)
        elif argument.startswith("--lang="):
            language = argument.removeprefix("--lang=")
        else:
            rest.append(argument)
    return rest, language, as_json


def invoke(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code."""
    rest, wish, as_json = hoist(arguments)
    output = Output(texts.pick_language(wish, *config.languages()), as_json)
    try:
        command: Any = typer.main.get_command(build())
        localise(command, output.language)
        outcome = command.main(
            rest, prog_name="venvoy", standalone_mode=False, obj=Surroundings(output, _settings())
        )
        return outcome if isinstance(outcome, int) else 0
    except VenvoyError as error:
        report(output, error)
        return exit_code(error)
    except typer.Abort:
        return _INTERRUPTED
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # The reader of a pipe has gone; what is left in the buffer goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _BROKEN_PIPE
    except Exception as error:
        show = getattr(error, "show", None)
        if show is None:
            raise
        show()  # typer's own usage errors
        return int(getattr(error, "exit_code", 2))


def _settings() -> config.ClientSettings:
    try:
        return config.ClientSettings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(map(str, first["loc"]))
        raise InvalidInput("setting-invalid", name=name, reason=first["msg"]) from error
    except ValueError as error:
        raise InvalidInput("settings-unreadable", reason=str(error)) from error


def main() -> None:
    """Entry point of the console script."""
    sys.exit(invoke(sys.argv[1:]))
