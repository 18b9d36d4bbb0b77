"""One requirement: accepted in canonical form, or refused with a code.

Each refusal has a text and a hint in the catalogue under `errors.<code>`; the code
says which kind of line it was, since what to do instead depends on the kind.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from venvoy.domain.errors import InvalidInput, Param
from venvoy.domain.printable import printable
from venvoy.domain.requirement_url import url_problem

MAX_LENGTH = 4096
"""Characters of one requirement; longer ones are no names but noise."""

_SHOWN = 200
_INDEX_OPTIONS = {
    "-i",
    "--index-url",
    "--pypi-url",
    "--extra-index-url",
    "-f",
    "--find-links",
    "--no-index",
    "--trusted-host",
}
_INCLUDE_OPTIONS = {"-r", "--requirement", "-c", "--constraint"}
_EDITABLE_OPTIONS = {"-e", "--editable"}
_SHORT_WITH_VALUE = ("-i", "-f", "-r", "-c", "-e")
_OPTION_INSIDE = re.compile(r"\s(--[A-Za-z][\w-]*)")
_VERSION_CONTROL = re.compile(r"^(?:[^@\s]+\s*@\s*)?(git|hg|svn|bzr)(\+|://|@)", re.IGNORECASE)
_LOCAL = re.compile(
    r"""^(?:[A-Za-z0-9._\[\],-]+\s*@\s*)?   # perhaps `name @`
    (?:file:|\.{1,2}(?:[\\/]|$)|[\\/~]|[A-Za-z]:[\\/])""",
    re.IGNORECASE | re.VERBOSE,
)
_LOCAL_FILE = re.compile(
    r"^[^@\s;]*[\\/]|^[^@\s;]+\.(?:whl|tar\.gz|zip|tgz)(?:\[.*\])?$", re.IGNORECASE
)
_BARE_URL = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*://")


@dataclass(frozen=True, slots=True)
class RequirementProblem:
    """Why one line is refused.

    Attributes:
        line: counted from 1; for `-p` values the place in the list.
        code: key of the catalogue (`errors.<code>`).
        params: values that the texts refer to.
    """

    line: int
    code: str
    params: Mapping[str, Param] = field(default_factory=dict)


class InvalidRequirements(InvalidInput):
    """Lines that cannot be requirements; `problems` has every one, by line."""

    def __init__(self, problems: Sequence[RequirementProblem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        lines = [f"{problem.line}: {problem.code}" for problem in self.problems]
        super().__init__("requirements-invalid", count=len(lines), problems=lines)


def parse_line(line: int, text: str) -> Requirement | RequirementProblem:
    """Read one requirement.

    Args:
        line: its number, for the problem.
        text: stripped, not empty.

    Returns:
        The requirement with a normalised name (PEP 503) and extras, or the problem.
    """
    shown = printable(text, _SHOWN)
    if _has_control_character(text):
        return RequirementProblem(line, "requirement-control-character", {"text": shown})
    if len(text) > MAX_LENGTH:
        params: dict[str, Param] = {"length": len(text), "limit": MAX_LENGTH}
        return RequirementProblem(line, "requirement-too-long", params)
    refusal = _option(text) or _place(text)
    if refusal:
        code, option = refusal
        return RequirementProblem(line, code, {"text": shown, "option": option})
    return _pep508(line, text, shown)


def canonical(requirement: Requirement) -> str:
    """The one form in which a requirement is kept."""
    requirement.name = canonicalize_name(requirement.name)
    requirement.extras = {canonicalize_name(extra) for extra in requirement.extras}
    return str(requirement)


def _pep508(line: int, text: str, shown: str) -> Requirement | RequirementProblem:
    try:
        requirement = Requirement(text)
        # Read again: what is written down must mean what was read.
        requirement = Requirement(canonical(requirement))
    except (InvalidRequirement, RecursionError) as error:
        reason = printable(str(error).partition("\n")[0], _SHOWN).strip().rstrip(".:")
        return RequirementProblem(line, "requirement-invalid", {"text": shown, "reason": reason})
    if requirement.url is not None:
        problem = url_problem(requirement.name, requirement.url)
        if problem:
            code, params = problem
            return RequirementProblem(line, code, {"text": shown, **params})
    return requirement


def _option(text: str) -> tuple[str, str] | None:
    """The code and name of the option that a line is or has, if any."""
    if not text.startswith("-"):
        inside = _OPTION_INSIDE.search(text.partition("#")[0])
        return (_option_code(inside[1]), inside[1]) if inside else None
    word = re.split(r"[\s=]", text, maxsplit=1)[0]
    if not word.startswith("--") and word.startswith(_SHORT_WITH_VALUE):
        word = word[:2]
    return _option_code(word), printable(word, _SHOWN)


def _option_code(option: str) -> str:
    if option in _INDEX_OPTIONS:
        return "requirement-index-option"
    if option in _INCLUDE_OPTIONS:
        return "requirement-include"
    if option in _EDITABLE_OPTIONS:
        return "requirement-editable"
    return "requirement-hash" if option == "--hash" else "requirement-option"


def _place(text: str) -> tuple[str, str] | None:
    """The code for a requirement that is a place instead of a name."""
    if _VERSION_CONTROL.match(text):
        return "requirement-version-control", ""
    if _LOCAL.match(text):
        return "requirement-local-path", ""
    if _BARE_URL.match(text):
        return "requirement-url-unnamed", ""
    return ("requirement-local-path", "") if _LOCAL_FILE.match(text) else None


def _has_control_character(text: str) -> bool:
    # Cc: controls; Cf: invisible and direction marks; Cs: lone surrogates; Zl, Zp: ends.
    return any(
        unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and character != "\t"
        for character in text
    )
