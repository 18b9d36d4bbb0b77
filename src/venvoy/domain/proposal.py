"""What a resolution was asked for, and what an edit makes of it.

A proposal is complete: with the lock that is live it is all that a resolution
needs, so that a restarted controller goes on with it. An edit while another is
being resolved starts from what was asked last, not from what is live, so that no
accepted wish is lost.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from venvoy.domain.platform import Platform
from venvoy.domain.pythons import Override, Pythons
from venvoy.domain.spec import Spec


@dataclass(frozen=True, slots=True)
class Details:
    """What changes with a revision and is no part of it; None stays as it is.

    Attributes:
        placement: a `venvoy.domain.placement.Wish` as a document.
        policy: the parts of a `venvoy.domain.policy.Policy` that change, as a document;
            a part that is None there is left to the controller again.
    """

    title: str | None = None
    description: str | None = None
    labels: Mapping[str, str] | None = None
    placement: Mapping[str, Any] | None = None
    policy: Mapping[str, Any] | None = None

    @property
    def given(self) -> dict[str, Any]:
        """The fields that are not None."""
        fields = {
            "title": self.title,
            "description": self.description,
            "labels": self.labels,
            "placement": self.placement,
            "policy": self.policy,
        }
        return {name: value for name, value in fields.items() if value is not None}

    def over(self, older: "Details") -> "Details":
        """Return both, this one's fields first."""
        both = older.given | self.given
        if older.policy is not None and self.policy is not None:
            both["policy"] = {**older.policy, **self.policy}
        return Details(**both)

    def changes(self, policy: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fields that are given, as an environment holds them then.

        Args:
            policy: the one that it has.
        """
        found = self.given
        if self.policy is not None:
            after = {**policy, **self.policy}
            found["policy"] = {part: value for part, value in after.items() if value is not None}
        return found


@dataclass(frozen=True, slots=True)
class Proposal:
    """A wish with everything decided but the lock.

    Attributes:
        requirements: canonical, as `venvoy.domain.requirement` returns them.
        python: the specifier set for the interpreter, decided.
        wish: the Python as it was asked for, None where it was left to Venvoy.
        overrides: other Pythons for some nodes, sorted.
        upgrade: normalised names whose pins are let go; None for none, empty for all.
        message: the author's words on it.
        details: what else changes when it goes through.
    """

    requirements: tuple[str, ...]
    python: str
    wish: str | None = None
    platforms: tuple[Platform, ...] = ()
    upgrade: frozenset[str] | None = None
    message: str = ""
    details: Details = Details()
    overrides: tuple[Override, ...] = ()

    @property
    def pythons(self) -> Pythons:
        """The Python of each node."""
        return Pythons(self.python, self.overrides)

    @property
    def spec(self) -> Spec:
        """What a resolver works on: one lock for all the Pythons."""
        return Spec(self.requirements, self.pythons.covered, self.platforms)

    @property
    def names(self) -> frozenset[str]:
        """The normalised names of the packages that are asked for."""
        return frozenset(canonicalize_name(Requirement(each).name) for each in self.requirements)

    def spec_document(self) -> dict[str, Any]:
        """Return what a revision keeps of it.

        Without overrides it is what the releases before those wrote, so that a revision
        of theirs is not taken for another one.
        """
        document: dict[str, Any] = {
            "requirements": list(self.requirements),
            "python": self.python,
            "wish": self.wish,
            "platforms": [platform.value for platform in self.platforms],
        }
        if self.overrides:
            document["python_for"] = [each.document() for each in self.overrides]
        return document

    def document(self) -> dict[str, Any]:
        """Return all of it as JSON values."""
        return self.spec_document() | {
            "upgrade": None if self.upgrade is None else sorted(self.upgrade),
            "message": self.message,
            "details": self.details.given,
        }

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Proposal":
        """Read a proposal's or a revision's document back."""
        upgrade = document.get("upgrade")
        return cls(
            requirements=tuple(document["requirements"]),
            python=document["python"],
            wish=document.get("wish"),
            platforms=tuple(map(Platform, document["platforms"])),
            upgrade=None if upgrade is None else frozenset(upgrade),
            message=document.get("message", ""),
            details=Details(**document.get("details", {})),
            overrides=tuple(map(Override.of, document.get("python_for", ()))),
        )


def follow(base: Proposal, after: Proposal) -> Proposal:
    """Return `after` with what `base` asked for and `after` did not mention.

    Args:
        base: a proposal that is still being resolved and is replaced.
        after: the edit's, whose requirements were made from `base` already.
    """
    return replace(
        after,
        upgrade=_both(base.upgrade, after.upgrade),
        message=after.message or base.message,
        details=after.details.over(base.details),
    )


def _both(older: frozenset[str] | None, newer: frozenset[str] | None) -> frozenset[str] | None:
    if older is None or newer is None:
        return newer if older is None else older
    return older | newer if older and newer else frozenset()


def changes_spec(base: Proposal, after: Proposal) -> bool:
    """Whether there is anything to resolve."""
    return after.upgrade is not None or after.spec_document() != base.spec_document()
