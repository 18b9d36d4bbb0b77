"""Questions to people: asked on stderr, refused where nobody can answer."""

import getpass
import sys

from venvoy.cli.output import Output
from venvoy.domain.errors import InvalidInput

_YES = frozenset({"y", "yes", "是"})


def confirmed(output: Output, key: str, *, option: str = "--yes", **params: object) -> bool:
    """Ask whether to go on; anything but a yes means no.

    Args:
        option: what answers the question where nobody can be asked.

    Raises:
        InvalidInput: `nobody-to-ask`, where stdin is no terminal.
    """
    answer = _answer(output, f"{output.words(key, **params)} [y/N] ", option=option)
    if answer.strip().lower() in _YES:
        return True
    output.say("nothing-done")
    return False


def name(output: Output, key: str) -> str:
    """Ask for a word. Raises InvalidInput: `nobody-to-ask`."""
    return _answer(output, f"{output.words(key)}: ", option="--user").strip()


def password(output: Output, *, stdin: bool, twice: bool) -> str:
    """Return a password, from standard input or asked for without showing it.

    Raises:
        InvalidInput: `nobody-to-ask`, `passwords-differ`.
    """
    if stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise InvalidInput("nobody-to-ask", option="--password-stdin")
    given = getpass.getpass(f"{output.words('password')}: ", sys.stderr)
    if twice and getpass.getpass(f"{output.words('password-again')}: ", sys.stderr) != given:
        raise InvalidInput("passwords-differ")
    return given


def _answer(output: Output, question: str, *, option: str) -> str:
    if not sys.stdin.isatty():
        raise InvalidInput("nobody-to-ask", option=option)
    output.err.print(question, end="")
    line = sys.stdin.readline()
    if not line:
        raise KeyboardInterrupt
    return line
