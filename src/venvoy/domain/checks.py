"""What an environment has tried before a revision of it becomes live.

Text from people: names of modules that an interpreter is given as arguments, and a
command that is cut into arguments here, so that no shell ever reads it.
"""

import keyword
import shlex
from collections.abc import Collection

from venvoy.domain.errors import InvalidInput

MOST_MODULES = 50
MOST_SECONDS = 3600
_LONGEST_NAME = 200
_LONGEST_COMMAND = 2000
_SHOWN = 80


def check_modules(names: Collection[str]) -> None:
    """Accept dotted names of modules only.

    Raises:
        InvalidInput: `check-module-invalid`, `checks-too-many`.
    """
    if len(names) > MOST_MODULES:
        raise InvalidInput("checks-too-many", count=len(names), most=MOST_MODULES)
    for name in names:
        parts = name.split(".")
        if len(name) > _LONGEST_NAME or not all(map(_identifier, parts)):
            raise InvalidInput("check-module-invalid", module=name[:_SHOWN])


def split_command(text: str) -> list[str]:
    """Return the program and arguments of a check's command as one types it.

    Raises:
        InvalidInput: `check-command-invalid`.
    """
    return split(text, "check-command-invalid")


def split(text: str, code: str) -> list[str]:
    """Return the program and arguments of a command as one types it.

    Args:
        code: of the error.

    Raises:
        InvalidInput: with that code, the command and the reason.
    """
    if len(text) > _LONGEST_COMMAND:
        raise _invalid(code, text, f"more than {_LONGEST_COMMAND} characters")
    if not text.isprintable():
        raise _invalid(code, text, "control characters")
    try:
        found = shlex.split(text)
    except ValueError as error:
        raise _invalid(code, text, str(error)) from error
    if not found or not found[0]:
        raise _invalid(code, text, "no program")
    return found


def _identifier(part: str) -> bool:
    return part.isidentifier() and not keyword.iskeyword(part)


def _invalid(code: str, text: str, reason: str) -> InvalidInput:
    shown = "".join(each if each.isprintable() else "?" for each in text[:_SHOWN])
    return InvalidInput(code, command=shown, reason=reason)
