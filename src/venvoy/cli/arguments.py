"""The command line before typer reads it: global options stand anywhere.

`--json` and `--lang` are taken out of wherever they stand, up to `--` and, for
`venvoy run`, up to the command that is to be run, whose options are its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from venvoy.domain.errors import InvalidInput

_RUN = "run"
_OWN_WORDS = 2
"""`run` and the environment; what follows belongs to the command."""


@dataclass(frozen=True, slots=True)
class Line:
    """One command line.

    Attributes:
        rest: the arguments without the global options.
        language: the language asked for, or None.
        as_json: whether data is to be printed as JSON.
    """

    rest: list[str]
    language: str | None = None
    as_json: bool = False


def hoist(arguments: Sequence[str]) -> Line:
    """Take the global options out.

    Raises:
        InvalidInput: `option-needs-value` for a `--lang` at the end.
    """
    rest: list[str] = []
    language: str | None = None
    as_json = False
    words = 0
    remaining = list(arguments)
    while remaining:
        if remaining[0] == "--" or (rest[:1] == [_RUN] and words == _OWN_WORDS):
            return Line(rest + remaining, language, as_json)
        argument = remaining.pop(0)
        if argument == "--json":
            as_json = True
        elif argument == "--lang":
            if not remaining:
                raise InvalidInput("option-needs-value", option=argument)
            language = remaining.pop(0)
        elif argument.startswith("--lang="):
            language = argument.removeprefix("--lang=")
        else:
            words += not argument.startswith("-") and rest[-1:] != ["--node"]
            rest.append(argument)
    return Line(rest, language, as_json)
