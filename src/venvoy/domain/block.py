"""Blocked releases: what no environment of the fleet may be resolved to.

A block is a package with at most one clause (PEP 440), since what uv is given is the
clause turned round, and only a single one can be: `==1.2.3` becomes `!=1.2.3`, `<2.32`
becomes `>=2.32`. Where turning round leaves out a pre-release more than was meant, less is
chosen than could be; what is chosen is held against the blocks themselves.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from packaging.specifiers import Specifier, SpecifierSet
from packaging.version import InvalidVersion

from venvoy.domain.cause import Cause, Hop, Step
from venvoy.domain.errors import InvalidInput
from venvoy.domain.fleet_query import releases
from venvoy.domain.lock import Lock

MOST_BLOCKS = 500
"""Each is a line that every resolution reads."""

_TURNED = {"==": "!=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_NOTHING = "<0"


@dataclass(frozen=True, slots=True, order=True)
class Block:
    """One block.

    Attributes:
        name: of the package, normalised.
        specifier: at most one clause; empty for every release.
        reason: in the words of who made it.
    """

    name: str
    specifier: str
    reason: str = ""

    @property
    def release(self) -> str:
        """What is blocked, as one types it."""
        return f"{self.name}{self.specifier}"

    @property
    def constraint(self) -> str:
        """A requirement that leaves out what is blocked, and asks for nothing."""
        if not self.specifier:
            return f"{self.name}{_NOTHING}"
        clause = Specifier(self.specifier)
        return f"{self.name}{_TURNED[clause.operator]}{clause.version}"

    def holds(self, name: str, version: str) -> bool:
        """Whether it blocks a release; what is no version by PEP 440 only by the name."""
        if name != self.name or not self.specifier:
            return name == self.name
        try:
            return SpecifierSet(self.specifier, prereleases=True).contains(version)
        except InvalidVersion:
            return False

    def __str__(self) -> str:
        return f"{self.release} ({self.reason})" if self.reason else self.release


@dataclass(frozen=True, slots=True)
class Blocked:
    """What of a lock is blocked.

    Attributes:
        packages: as `name==version`, sorted.
        blocks: that hold for them, sorted.
    """

    packages: tuple[str, ...]
    blocks: tuple[Block, ...]

    @property
    def params(self) -> dict[str, list[str]]:
        """For texts."""
        return {"packages": list(self.packages), "blocks": [str(each) for each in self.blocks]}

    def cause(self, evidence: Sequence[str] = ()) -> Cause:
        """Why a resolution came to nothing."""
        return Cause(
            "release-blocked", Step.RESOLVE, Hop.REQUIREMENTS, {**self.params}, tuple(evidence)
        )


def read_block(text: str) -> Block:
    """Read what is to be blocked, such as `requests==2.31.0`, `requests<2.32`, `evil`.

    Raises:
        InvalidInput: `block-clauses` for what cannot be turned round, or as
            `fleet_query.releases`.
    """
    asked = releases(text.strip())
    clauses = list(SpecifierSet(asked.specifier))
    if len(clauses) > 1 or any(each.operator not in _TURNED for each in clauses):
        raise InvalidInput("block-clauses", release=str(asked))
    return Block(asked.name, asked.specifier)


def blocked(lock: Lock, blocks: Iterable[Block]) -> Blocked | None:
    """Return what of a lock is blocked, None where nothing is."""
    by_name: dict[str, list[Block]] = {}
    for block in blocks:
        by_name.setdefault(block.name, []).append(block)
    found = [
        (f"{package.name}=={package.version}", block)
        for package in lock.packages
        for block in by_name.get(package.name, ())
        if block.holds(package.name, package.version)
    ]
    if not found:
        return None
    return Blocked(
        tuple(sorted({package for package, _ in found})), tuple(sorted({each for _, each in found}))
    )
