"""The one error boundary of the CLI: an error's words and its exit code.

Words are made here from code and parameters, in the user's language; the
controller's own words serve only for codes that this release does not know.
"""

from collections.abc import Mapping

from venvoy import texts
from venvoy.cli.output import Output, clean
from venvoy.client import RemoteError
from venvoy.domain.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    RateLimited,
    TimedOut,
    Unauthenticated,
    Unavailable,
    VenvoyError,
)
from venvoy.wire.schemas import CauseView, RequirementIssue

DONE, FAILED, USAGE, MISSING, DENIED, UNREACHABLE, LATE = 0, 1, 2, 3, 4, 5, 6

_CODES: tuple[tuple[type[VenvoyError], int], ...] = (
    (NotFound, MISSING),
    (Unauthenticated, DENIED),
    (Forbidden, DENIED),
    (RateLimited, DENIED),
    (Unavailable, UNREACHABLE),
    (TimedOut, LATE),
    (InvalidInput, USAGE),
    (Conflict, USAGE),
)


def exit_code(error: VenvoyError) -> int:
    """Return the exit code of an error, as the interface fixes it."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), FAILED)


def report(output: Output, error: VenvoyError) -> None:
    """Print an error, its lines or cause, and the hint, on stderr."""
    problem = error.problem if isinstance(error, RemoteError) else None
    places = error.places if isinstance(error, RemoteError) else {}
    if output.as_json and problem is not None:
        output.err.print(problem.model_dump_json(indent=2), markup=False)
        return
    cause = problem.cause if problem else None
    message = _text(output, f"errors.{error.code}.message", error.params)
    hint = _text(output, f"errors.{error.code}.hint", error.params)
    if message is None:
        message = (problem.message if problem else "") or error.code
        hint = problem.hint if problem else None
    output.err.print(f"[bold red]{output.words('error')}[/]: ", end="")
    output.err.print(clean_lines(message), markup=False)
    for line in problem.lines if problem else []:
        file, number = places.get(line.line, ("", line.line))
        _requirement(output, line, f"{file}:{number}" if file else f"{number}")
    if cause is not None:
        report_cause(output, cause)
    elif hint:
        _hint(output, hint)


def report_cause(output: Output, cause: CauseView) -> None:
    """Print why work failed: what, where, the evidence and the remedy."""
    message = _text(output, f"causes.{cause.code}.message", cause.params) or cause.message
    remedy = _text(output, f"causes.{cause.code}.remedy", cause.params) or cause.remedy
    where = output.words("cause-at", step=cause.step, hop=cause.hop)
    output.err.print(f"  {clean_lines(message)} ({where})", markup=False)
    for line in cause.evidence:
        output.err.print(f"  │ {clean(line)}", markup=False, style="dim")
    _hint(output, remedy)


def _requirement(output: Output, line: RequirementIssue, place: str) -> None:
    message = _text(output, f"errors.{line.code}.message", line.params) or line.message
    hint = _text(output, f"errors.{line.code}.hint", line.params) or line.hint
    shown = output.words("line", place=place)
    output.err.print(f"  {shown}: {clean_lines(message)}", markup=False)
    if hint:
        output.err.print(f"    {clean_lines(hint)}", markup=False, style="dim")


def _hint(output: Output, hint: str) -> None:
    output.err.print()
    output.err.print(f"[bold cyan]{output.words('hint')}[/]: ", end="")
    output.err.print(clean_lines(hint), markup=False)


def _text(output: Output, key: str, params: Mapping[str, object]) -> str | None:
    return texts.text(output.language, key, params)


def clean_lines(text: str) -> str:
    """Return `text` cleaned line by line."""
    return "\n".join(clean(line) for line in text.splitlines())
