"""What is shown of a process that works in a prefix, and which revision it began with.

Command lines carry passwords. Of one only the program is shown and, of an interpreter,
the name of the script or module that it runs; never another argument.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from venvoy.domain.logtext import clean

MOST_TEXT = 80
_INTERPRETER = re.compile(r"(python|pypy)[0-9.]*[a-z]?(\.exe)?", re.IGNORECASE)
_SEPARATORS = re.compile(r"[/\\]")
_SLACK_S = 1.0
_CODE, _MODULE = "c", "m"
_WITH_VALUE = frozenset("WX")
_LONG_WITH_VALUE = frozenset({"--check-hash-based-pycs"})


@dataclass(frozen=True, slots=True)
class Reign:
    """A time for which a build was behind the stable path, up to the next one.

    Attributes:
        since: POSIX seconds.
        build: id of the build.
        revision: that it stood for.
    """

    since: float
    build: str
    revision: int


def program_of(executable: str, arguments: Sequence[str]) -> str:
    """Return what is shown of a process, such as `python train.py` or `python -m flask`.

    Args:
        executable: its path, empty where it may not be seen.
        arguments: its command line, the program first; a program may have put any text
            in its place.
    """
    given = arguments[0] if arguments else ""
    program = _name(executable) or _name(given.split(" ")[0])
    if not is_interpreter(program):
        return program
    return f"{program} {_script(arguments[1:])}".rstrip()


def is_interpreter(program: str) -> bool:
    """Return whether a program of this name runs Python."""
    return _INTERPRETER.fullmatch(program) is not None


def reign_at(reigns: Iterable[Reign], started: float) -> Reign | None:
    """Return what was live when a process began, None if nothing was yet.

    Args:
        reigns: in any order.
        started: POSIX seconds, as systems tell it: off by a second at times.
    """
    before = [each for each in reigns if each.since <= started + _SLACK_S]
    return max(before, key=lambda each: each.since, default=None)


def _script(arguments: Sequence[str]) -> str:
    """Return what an interpreter runs; empty for a conversation, `-c` for code."""
    rest = iter(arguments)
    for argument in rest:
        if argument in {"", "-"}:
            return ""
        if not argument.startswith("-"):
            return _name(argument)
        if argument in _LONG_WITH_VALUE:
            next(rest, None)
        elif not argument.startswith("--"):
            found = _option(argument[1:], rest)
            if found is not None:
                return found
    return ""


def _option(letters: str, rest: Iterator[str]) -> str | None:
    """Return what a group of short options says is run, None if nothing yet."""
    for position, letter in enumerate(letters):
        value = letters[position + 1 :]
        if letter == _CODE:
            return "-c"
        if letter == _MODULE:
            return f"-m {_name(value or next(rest, ''))}".rstrip()
        if letter in _WITH_VALUE:
            if not value:
                next(rest, None)
            return None
    return None


def _name(path: str) -> str:
    """Return the last part of a path, as one harmless word of bounded length."""
    name = clean(_SEPARATORS.split(path)[-1])
    shown = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in name)
    return shown if len(shown) <= MOST_TEXT else shown[: MOST_TEXT - 1] + "…"
