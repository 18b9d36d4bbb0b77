"""The command `venvoy`: its one error boundary and its entry point.

Exit codes: 0 done; 1 the work failed; 2 wrong usage or input; 3 not found; 4 not
allowed; 5 controller unreachable; 6 timed out; 130 interrupted.
"""

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from venvoy import config, texts
from venvoy.cli import run
from venvoy.cli.arguments import Line, hoist
from venvoy.cli.output import Output, PipeClosed
from venvoy.cli.problem import exit_code, report
from venvoy.domain.errors import InvalidInput, VenvoyError

if TYPE_CHECKING:
    from venvoy.cli.surroundings import Surroundings

_USAGE = 2
_INTERRUPTED = 130
_BROKEN_PIPE = 141


def invoke(arguments: Sequence[str], surrounded: "Surroundings | None" = None) -> int:
    """Run one command line and return its exit code.

    Args:
        arguments: without the program's name.
        surrounded: another clock or transport, for tests; language and output are
            always those of the command line.
    """
    output = Output(texts.pick_language(*config.languages()), as_json="--json" in arguments)
    try:
        line = hoist(arguments)
        output = Output(_language(line.language), line.as_json)
        if line.rest == ["--version"]:
            line = Line(["version"], line.language, line.as_json)
        return _called(line, output, surrounded)
    except VenvoyError as error:
        report(output, error)
        return exit_code(error)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except (PipeClosed, BrokenPipeError):
        # What is left in the buffer goes nowhere, silently.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _BROKEN_PIPE


def _language(wish: str | None) -> str:
    if wish is not None and not wish.lower().startswith(("en", "zh")):
        raise InvalidInput("language-unknown", language=wish, languages=list(texts.LANGUAGES))
    return texts.pick_language(wish, *config.languages())


def _called(line: Line, output: Output, surrounded: "Surroundings | None") -> int:
    """Run the command; `run` stands before other people's commands, so it does without typer."""
    if line.rest[:1] == ["run"]:
        wish = run.parse(line.rest[1:])
        if wish is not None:
            return run.execute_in(wish, output)
    return _with_typer(line, output, surrounded)


def _with_typer(line: Line, output: Output, surrounded: "Surroundings | None") -> int:
    from dataclasses import replace

    from venvoy.cli.surroundings import Surroundings
    from venvoy.cli.tree import build, command_of
    from venvoy.cli.usage import is_usage_error, usage_error, wants_help
    from venvoy.cli.words import localise

    here = replace(surrounded, output=output) if surrounded else Surroundings(output)
    command = command_of(build(line.rest[0] if line.rest else None))
    localise(command, output.language)
    try:
        outcome = command.main(line.rest, prog_name="venvoy", standalone_mode=False, obj=here)
    except Exception as error:
        if not is_usage_error(error):
            raise
        if wants_help(error):
            sys.stderr.write(f"{error}\n")
            return _USAGE
        raise usage_error(error, output.language) from error
    return outcome if isinstance(outcome, int) else 0


def main() -> None:
    """Entry point of the console script."""
    sys.exit(invoke(sys.argv[1:]))
