"""What an environment's owner asked for, read from text and brought into one form.

The input is a `requirements.txt` as people paste it, or a list of `-p` values. What
Venvoy cannot keep the same on every node is refused, and **all** problems are named
at once, each with its line and with what to do instead. The output is canonical:
equal wishes give equal tuples, so a spec can be compared by value.

Reading files, and deciding whether the packages exist, is left to the neighbours.
Line syntax: https://pip.pypa.io/en/stable/reference/requirements-file-format/
"""

import difflib
from collections.abc import Iterable, Sequence

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from venvoy.domain.errors import InvalidInput
from venvoy.domain.printable import printable
from venvoy.domain.requirement_line import (
    InvalidRequirements,
    RequirementProblem,
    canonical,
    parse_line,
)
from venvoy.domain.requirement_lines import logical_lines

__all__ = [
    "MAX_BYTES",
    "MAX_LINES",
    "InvalidRequirements",
    "RequirementProblem",
    "add",
    "drop",
    "parse_requirement_list",
    "parse_requirements",
]

MAX_BYTES = 1024 * 1024
"""Of one text; ten times the longest list seen in practice."""

MAX_LINES = 5000
"""Of one text, comments included."""


def parse_requirements(text: str) -> tuple[str, ...]:
    """Read a `requirements.txt`.

    Args:
        text: with or without a byte order mark, with any line ends; may be empty.

    Returns:
        Canonical PEP 508 strings, sorted, without duplicates; `Spec.requirements`.

    Raises:
        InvalidRequirements: one or more lines are refused.
        InvalidInput: `requirements-too-large`, or `requirements-too-long` for too
            many lines.
    """
    return _parse(logical_lines(_within_limits(text)))


def parse_requirement_list(items: Sequence[str]) -> tuple[str, ...]:
    """Read single requirements (`-p`); a problem's line is its place, from 1.

    Raises:
        As `parse_requirements`.
    """
    _within_limits("\n".join(items))
    return _parse((place, item.strip()) for place, item in enumerate(items, start=1))


def add(requirements: Sequence[str], new: Sequence[str]) -> tuple[str, ...]:
    """Return `requirements` with those of `new` put in.

    A new one takes the place of those with its name and marker; one without a marker
    takes the place of all with its name.

    Args:
        requirements: canonical, as this module returns them.
        new: the same.
    """
    kept = list(map(Requirement, requirements))
    for wish in map(Requirement, new):
        kept = [old for old in kept if not _replaces(wish, old)] + [wish]
    return _sorted(kept)


def drop(requirements: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    """Return `requirements` without the packages called `names`.

    Raises:
        InvalidInput: `requirement-not-listed` with the name and those like it.
    """
    parsed = list(map(Requirement, requirements))
    listed = {requirement.name for requirement in parsed}
    unwanted: set[str] = {canonicalize_name(name.strip()) for name in names}
    for name in sorted(unwanted - listed):
        near = difflib.get_close_matches(name, sorted(listed), n=3)
        raise InvalidInput("requirement-not-listed", name=printable(name, 80), near=near)
    return _sorted(old for old in parsed if old.name not in unwanted)


def _within_limits(text: str) -> str:
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        raise InvalidInput("requirements-too-large", size=size, limit=MAX_BYTES)
    lines = text.count("\n") + 1
    if lines > MAX_LINES:
        raise InvalidInput("requirements-too-long", lines=lines, limit=MAX_LINES)
    return text


def _parse(lines: Iterable[tuple[int, str]]) -> tuple[str, ...]:
    problems: list[RequirementProblem] = []
    seen: dict[tuple[str, str], tuple[int, Requirement]] = {}
    for line, text in lines:
        if not text:
            continue
        parsed = parse_line(line, text)
        if isinstance(parsed, RequirementProblem):
            problems.append(parsed)
            continue
        key = (parsed.name, str(parsed.marker or ""))
        first_line, first = seen.get(key, (line, parsed))
        merged = _merged(first, parsed)
        if merged is None:
            problems.append(_given_twice(first_line, first, line, parsed))
        else:
            seen[key] = (first_line, merged)
    if problems:
        raise InvalidRequirements(problems)
    return _sorted(requirement for _, requirement in seen.values())


def _merged(first: Requirement, second: Requirement) -> Requirement | None:
    """Two wishes for one package as one, or None where they differ."""
    if first.url != second.url:
        return None
    given = [wish for wish in (first, second) if wish.specifier]
    if len({wish.specifier for wish in given}) > 1:
        return None
    merged = Requirement(str(given[0] if given else first))
    merged.extras = first.extras | second.extras
    return merged


def _given_twice(
    first_line: int, first: Requirement, line: int, second: Requirement
) -> RequirementProblem:
    both = first.specifier & second.specifier
    joinable = not (first.url or second.url or both.is_unsatisfiable())
    code = "requirement-twice" if joinable else "requirement-contradicts"
    return RequirementProblem(
        line,
        code,
        {
            "name": second.name,
            "first_line": first_line,
            "first": str(first),
            "second": str(second),
            "joined": f"{second.name}{both}",
        },
    )


def _replaces(new: Requirement, old: Requirement) -> bool:
    if new.name != old.name:
        return False
    return new.marker is None or str(new.marker) == str(old.marker or "")


def _sorted(requirements: Iterable[Requirement]) -> tuple[str, ...]:
    by_name = {canonical(each): each.name for each in requirements}
    return tuple(sorted(by_name, key=lambda text: (by_name[text], text)))
