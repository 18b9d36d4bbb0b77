"""Which Python an environment wants, and which interpreter of a node answers that.

A wish is kept as a PEP 440 specifier set. Chosen is always a plain CPython: wheels
of other implementations and of the free-threaded build are other files, which one
lock does not hold.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from venvoy.domain.errors import InvalidInput
from venvoy.domain.printable import printable

OLDEST_MINOR = 9
"""3.9 is the oldest Python that an environment may have."""

_MINORS_END = 100  # whether `3.99` exists is for the nodes to say, not for this module
_SUPPORTED = SpecifierSet(f">=3.{OLDEST_MINOR},<3.{_MINORS_END}", prereleases=True)
_SHORT = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
_PREFIX = re.compile(r"\d+(?:\.\d+)?\.\*", re.ASCII)
_EXACT = re.compile(r"\d+\.\d+\.\d+(?:(?:a|b|rc)\d+)?", re.ASCII)
_CLAUSE = re.compile(
    r"\s*(?:~=|==|!=|<=|>=|<|>)\s*\d+(?:\.\d+)*(?:(?:a|b|rc)\d+|\.\*)?\s*", re.ASCII
)
_ONE_MINOR = re.compile(r"==(\d+\.\d+)\.\*", re.ASCII)
_MAX_LENGTH = 200


class Origin(StrEnum):
    """How an interpreter came to a node."""

    MANAGED = "managed"
    """Venvoy installed it, and can remove it."""
    GIVEN = "given"
    """The node's own settings name it, or where it is."""
    FOUND = "found"
    """It was there."""


def origin_of(source: str) -> Origin:
    """Return the origin for where a node found an interpreter."""
    return {"managed": Origin.MANAGED, "configured": Origin.GIVEN}.get(source, Origin.FOUND)


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python that a node has.

    Attributes:
        version: PEP 440, such as `3.12.4`.
        path: absolute path of the executable on its node.
        implementation: lower case, such as `cpython` or `pypy`.
        variant: `default`, `freethreaded`, `debug`.
        arch: processor as uv names it, such as `x86_64`.
    """

    version: str
    path: str
    implementation: str = "cpython"
    variant: str = "default"
    arch: str = ""

    @property
    def minor(self) -> str:
        """Major and minor version, such as `3.12`."""
        return ".".join(self.version.split(".")[:2])


def parse_python(text: str) -> str:
    """Read a wish for a Python as a canonical specifier set.

    Args:
        text: `3.12` (any patch release), `3.12.4`, `3.12.*` or a specifier set such
            as `>=3.11,<3.14`.

    Raises:
        InvalidInput: `python-invalid`, or `python-unsupported` where no Python from
            3.9 on could answer it.
    """
    wish = text.strip()
    wanted = _specifiers(wish)
    if wanted is None:
        raise InvalidInput("python-invalid", wanted=_shown(wish))
    if wanted.is_disjoint(_SUPPORTED):
        raise InvalidInput("python-unsupported", wanted=_shown(wish), oldest=f"3.{OLDEST_MINOR}")
    return str(wanted)


def readable(python: str) -> str:
    """Return a specifier set as people write it: `==3.12.*` is `3.12`."""
    one = _ONE_MINOR.fullmatch(python)
    return one[1] if one else python


def choose(interpreters: Iterable[Interpreter], python: str | None = None) -> Interpreter:
    """Return the newest interpreter that answers a wish.

    Final releases come before pre-releases; of equal versions the path that sorts
    first is taken, so that the choice does not depend on the order given.

    Args:
        interpreters: what one node has.
        python: a specifier set as `parse_python` returns it, None for any.

    Raises:
        InvalidInput: `python-not-found` with what was wanted and what there is.
    """
    known = sorted(interpreters, key=lambda each: (each.path, each.version))
    wanted = _set(python) if python else _SUPPORTED
    fitting = [each for each in known if _suits(each, wanted)]
    if not fitting:
        found = list(dict.fromkeys(map(_described, known)))
        wish = readable(python) if python else f">=3.{OLDEST_MINOR}"
        raise InvalidInput("python-not-found", wanted=wish, found=found)
    return max(fitting, key=_rank)


def same_minor(interpreter: Interpreter) -> str:
    """The specifier set kept where no Python was wished for: this minor version."""
    return f"=={interpreter.minor}.*"


def common(machines: Iterable[Iterable[Interpreter]]) -> str:
    """Return the minor version that most machines have, the newest of several, as a set.

    Raises:
        InvalidInput: `python-not-found`: none of them has any.
    """
    known = [list(machine) for machine in machines]
    choose([each for machine in known for each in machine])
    votes = Counter(
        minor
        for machine in known
        for minor in {each.minor for each in machine if _suits(each, _SUPPORTED)}
    )
    # A pre-release is chosen only where nothing else is: it counts behind all others.
    final = {
        each.minor
        for machine in known
        for each in machine
        if _suits(each, _SUPPORTED) and not Version(each.version).is_prerelease
    }
    best = max(votes, key=lambda minor: (minor in final, votes[minor], Version(minor)))
    return f"=={best}.*"


@lru_cache(maxsize=256)
def minors(python: str) -> tuple[int, ...]:
    """The minor versions of Python 3 that a specifier set admits, in rising order."""
    wanted = _set(python)
    return tuple(
        minor
        for minor in range(OLDEST_MINOR, _MINORS_END)
        if not wanted.is_disjoint(_set(f"==3.{minor}.*"))
    )


@lru_cache(maxsize=256)
def lowest(python: str) -> str:
    """The lowest version that a lock for this specifier set has to hold for.

    An inclusive lower bound is returned as it stands (`3.12.4`); else the first
    minor version that is admitted.
    """
    first = Version(f"3.{minors(python)[0]}")
    bounds = [
        Version(clause.version.removesuffix(".*"))
        for clause in _set(python)
        if clause.operator in {">=", "==", "~="}
    ]
    return str(max([first, *bounds]))


def cover(pythons: Iterable[str]) -> str:
    """Return one specifier set that admits whatever any of several admits.

    As narrow as clauses can be: minor versions that none of them admits are left out.
    """
    several = list(dict.fromkeys(pythons))
    if len(several) == 1:
        return several[0]
    wanted = sorted({minor for python in several for minor in minors(python)})
    first = min(Version(lowest(python)) for python in several)
    clauses = [f">={first}"]
    if wanted[-1] < _MINORS_END - 1:
        clauses.append(f"<3.{wanted[-1] + 1}")
    clauses += [f"!=3.{each}.*" for each in range(wanted[0], wanted[-1]) if each not in wanted]
    return str(_set(",".join(clauses)))


def marker(python: str) -> str:
    """A specifier set as a PEP 508 marker."""
    clauses = sorted(_set(python), key=str)
    return " and ".join(
        f"python_full_version {clause.operator} '{clause.version}'" for clause in clauses
    )


def _set(python: str) -> SpecifierSet:
    return SpecifierSet(python, prereleases=True)


def _specifiers(wish: str) -> SpecifierSet | None:
    if not wish or len(wish) > _MAX_LENGTH:
        return None
    if _PREFIX.fullmatch(wish) or _EXACT.fullmatch(wish):
        return _set(f"=={wish}")
    if _SHORT.fullmatch(wish):
        return _set(f"=={wish}.*")
    clauses = [clause for clause in wish.split(",") if clause.strip()]
    if not clauses or not all(map(_CLAUSE.fullmatch, clauses)):
        return None
    try:
        return _set(",".join(clauses))
    except InvalidSpecifier:
        return None


def _suits(interpreter: Interpreter, wanted: SpecifierSet) -> bool:
    if interpreter.implementation != "cpython" or interpreter.variant != "default":
        return False
    try:
        version = Version(interpreter.version)
    except InvalidVersion:
        return False
    return version in _SUPPORTED and version in wanted


def _rank(interpreter: Interpreter) -> tuple[bool, Version]:
    version = Version(interpreter.version)
    return not version.is_prerelease, version


def _described(interpreter: Interpreter) -> str:
    notes = [] if interpreter.implementation == "cpython" else [interpreter.implementation]
    notes += [] if interpreter.variant == "default" else [interpreter.variant]
    return interpreter.version + (f" ({', '.join(notes)})" if notes else "")


def _shown(text: str) -> str:
    return printable(text, 80)
