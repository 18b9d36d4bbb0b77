"""An error's words and its exit code, in one place.

Words are made here from code and parameters, in the user's language; the
controller's own words serve only for codes that this release does not know. With
`--json` an error is one JSON document on stderr.
"""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from venvoy import texts
from venvoy.cli.output import Output, clean
from venvoy.cli.words import labelled
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

if TYPE_CHECKING:
    from venvoy.wire.problems import CauseView, Problem, RequirementIssue

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
    # `venvoy.client.RemoteError` has these; it is not imported, for `run` needs no client.
    problem: Problem | None = getattr(error, "problem", None)
    places: Mapping[int, tuple[str, int]] = getattr(error, "places", {})
    message, hint = _said(output, error, problem)
    if output.as_json:
        _as_json(output, error, message, hint)
        return
    _label(output, "error", "bold red")
    output.err.print(clean_lines(message))
    for line in problem.lines if problem else []:
        file, number = places.get(line.line, ("", line.line))
        place = f"{clean(file)}:{number}:" if file else output.words("line", place=number)
        _requirement(output, line, place)
    if problem is not None and problem.cause is not None:
        report_cause(output, problem.cause)
    elif hint:
        _hint(output, hint)


def report_cause(output: Output, cause: "CauseView") -> None:
    """Print why work failed: what, where, the evidence and the remedy."""
    message = cause_message(output, cause)
    remedy = _text(output, f"causes.{cause.code}.remedy", cause.params) or cause.remedy
    step, hop = output.term("cli.steps", cause.step), output.term("cli.hops", cause.hop)
    output.err.print(f"  {output.words('cause', what=message, step=step, hop=hop)}")
    for line in cause.evidence:
        output.err.print(f"  │ {clean(line)}", style="dim")
    _hint(output, remedy)


def cause_message(output: Output, cause: "CauseView") -> str:
    """Return what went wrong, in one sentence."""
    message = _text(output, f"causes.{cause.code}.message", cause.params) or cause.message
    return clean_lines(message)


def _said(output: Output, error: VenvoyError, problem: "Problem | None") -> tuple[str, str | None]:
    message = _text(output, f"errors.{error.code}.message", error.params)
    if message is not None:
        return message, _text(output, f"errors.{error.code}.hint", error.params)
    if problem is None:
        return error.code, None
    return problem.message or error.code, problem.hint


def _as_json(output: Output, error: VenvoyError, message: str, hint: str | None) -> None:
    """Print the error for programs: the same fields, whether it came from here or there."""
    problem: Problem | None = getattr(error, "problem", None)
    places: Mapping[int, tuple[str, int]] = getattr(error, "places", {})
    document: dict[str, Any] = {
        "code": error.code,
        "message": message,
        "hint": hint,
        "params": dict(error.params),
        "lines": _lines(problem.lines if problem else [], places),
        "cause": problem.cause.model_dump(mode="json") if problem and problem.cause else None,
        "exit_code": exit_code(error),
    }
    output.err.out(json.dumps(document, ensure_ascii=False, indent=2), highlight=False)


def _lines(
    lines: Sequence["RequirementIssue"], places: Mapping[int, tuple[str, int]]
) -> list[dict[str, Any]]:
    found = []
    for line in lines:
        file, number = places.get(line.line, (None, line.line))
        found.append({**line.model_dump(mode="json"), "file": file, "line": number})
    return found


def _requirement(output: Output, line: "RequirementIssue", place: str) -> None:
    message = _text(output, f"errors.{line.code}.message", line.params) or line.message
    hint = _text(output, f"errors.{line.code}.hint", line.params) or line.hint
    output.err.print(f"  {labelled(place, clean_lines(message))}")
    if hint:
        output.err.print(f"    {clean_lines(hint)}", style="dim")


def _hint(output: Output, hint: str) -> None:
    output.err.print()
    _label(output, "hint", "bold cyan")
    output.err.print(clean_lines(hint))


def _label(output: Output, key: str, style: str) -> None:
    output.err.print(labelled(output.words(key), ""), style=style, end="")


def _text(output: Output, key: str, params: Mapping[str, object]) -> str | None:
    return texts.text(output.language, key, params)


def clean_lines(text: str) -> str:
    """Return `text` cleaned line by line."""
    return "\n".join(clean(line) for line in text.splitlines())
