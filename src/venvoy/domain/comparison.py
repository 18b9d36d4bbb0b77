"""What differs between two sides, as a value: two revisions, or what a node has and another.

A side is all that a revision says, and how its environment is kept. A difference can be
compared, turned round and applied: applied to the one side it gives the other, and it is
empty exactly when both are equal. It holds for every platform at once, by the markers of
the lock; what one machine would install anew is `venvoy.domain.plan`'s to say. Beside what
a node was observed to hold stands what its machine has of the other side (`narrowed`).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from venvoy.domain.lock import Lock
from venvoy.domain.marker import applies
from venvoy.domain.policy import Policy
from venvoy.domain.proposal import Proposal
from venvoy.domain.python import readable
from venvoy.domain.wheel import Target


class Part(StrEnum):
    """What an entry of a side belongs to."""

    PACKAGE = "package"
    REQUIREMENT = "requirement"
    PYTHON = "python"
    PYTHON_FOR = "python_for"
    PLATFORM = "platform"
    SETTING = "setting"


class Kind(StrEnum):
    """How an entry differs."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True, order=True)
class Value:
    """One thing that an entry says.

    Attributes:
        text: a version, a requirement as it was asked for, a Python, a setting.
        marker: PEP 508 environment marker under which it holds; empty for always.
        origin: of an observed package, a `venvoy.domain.drift.Origin`; empty for an index.
    """

    text: str
    marker: str = ""
    origin: str = ""


Key = tuple[Part, str]
Side = Mapping[Key, tuple[Value, ...]]
"""Everything that one side says, by part and name. A package that is locked at several
versions has a value of each; no entry is without one."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of both sides; a side that has it not has no values."""

    part: Part
    name: str
    before: tuple[Value, ...]
    after: tuple[Value, ...]

    @property
    def kind(self) -> Kind:
        """How it differs."""
        if self.before == self.after:
            return Kind.SAME
        if not self.before:
            return Kind.ADDED
        return Kind.CHANGED if self.after else Kind.REMOVED

    @property
    def reversed(self) -> "Entry":
        """The same, seen from the other side."""
        return Entry(self.part, self.name, self.after, self.before)


def side(spec: Mapping[str, Any], lock: Lock, policy: Mapping[str, Any]) -> Side:
    """Return all that a revision says.

    Args:
        spec: as `venvoy.domain.proposal` writes it.
        lock: the revision's.
        policy: of its environment, as it is stored.
    """
    proposal, found = Proposal.of(spec), dict[Key, set[Value]]()
    for package in lock.packages:
        pin = Value(package.version, package.marker or "")
        found.setdefault((Part.PACKAGE, package.name), set()).add(pin)
    for text in proposal.requirements:
        asked = Requirement(text)
        name = str(canonicalize_name(asked.name))
        found.setdefault((Part.REQUIREMENT, name), set()).add(Value(text))
    found[Part.PYTHON, "python"] = {Value(readable(proposal.python))}
    for other in proposal.overrides:
        where = other.text.removesuffix(f"={readable(other.python)}")
        found[Part.PYTHON_FOR, where] = {Value(readable(other.python))}
    for platform in proposal.platforms:
        found[Part.PLATFORM, platform.value] = {Value(platform.value)}
    for setting, chosen in Policy.of(policy).document().items():
        found[Part.SETTING, setting] = {Value(_word(chosen))}
    return {key: tuple(sorted(values)) for key, values in found.items()}


def narrowed(whole: Side, target: Target) -> Side:
    """Return what one machine has of a side: packages whose marker holds there, without it."""
    found = dict[Key, tuple[Value, ...]]()
    for key, values in whole.items():
        kept = [_here(key[0], value, target) for value in values]
        there = tuple(sorted({value for value in kept if value is not None}))
        if there:
            found[key] = there
    return found


def holding(whole: Side, packages: Mapping[str, Value]) -> Side:
    """Return a side with these packages, by name, in the place of its own."""
    others = {key: values for key, values in whole.items() if key[0] is not Part.PACKAGE}
    return others | {(Part.PACKAGE, name): (value,) for name, value in packages.items()}


def _here(part: Part, value: Value, target: Target) -> Value | None:
    if part is not Part.PACKAGE:
        return value
    if not applies(value.marker or None, target.platform, target.python):
        return None
    return replace(value, marker="")


def _word(chosen: Any) -> str:
    return chosen if isinstance(chosen, str) else json.dumps(chosen, sort_keys=True)


def compare(before: Side, after: Side) -> tuple[Entry, ...]:
    """Return every entry of both sides, those that are equal included, in a fixed order."""
    order = {part: number for number, part in enumerate(Part)}
    keys = sorted(before.keys() | after.keys(), key=lambda key: (order[key[0]], key[1]))
    return tuple(Entry(*key, before.get(key, ()), after.get(key, ())) for key in keys)


def diff(before: Side, after: Side) -> tuple[Entry, ...]:
    """Return the entries that differ."""
    return tuple(entry for entry in compare(before, after) if entry.kind is not Kind.SAME)


def apply(before: Side, changes: Iterable[Entry]) -> Side:
    """Return a side with changes made, in whatever order they come."""
    made = dict(before)
    for change in changes:
        made.pop((change.part, change.name), None)
        if change.after:
            made[change.part, change.name] = change.after
    return made
