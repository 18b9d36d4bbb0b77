"""What a new lock changes on one machine, as values.

A lock holds for many machines; `view` is what one of them installs of it. The
difference of two views is the plan for that machine: applied to the old view it gives
the new one, and it is empty exactly when the machine would have the same files.
Nothing is decided here about who is asked or told; that is the controller's.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from packaging.version import Version

from venvoy.domain.lock import Lock, LockedFile
from venvoy.domain.wheel import needed
from venvoy.domain.wheel_choice import Machine, best_file

UNPACKED = 3.1
"""Bytes on disk per byte of a wheel, whole blocks counted, without bytecode.

Measured over the 88 wheels of this project's development environment on ext4: 163 MB of
wheels took 502 MB, a ratio of 3.08. Single packages reach from 2.1 to 8; small ones are
the upper end, as a block is the least that a file takes.
"""


@dataclass(frozen=True, slots=True)
class Installed:
    """One package as a machine has it.

    Attributes:
        sha256: of the file that it takes; None where it can use none.
        file: that file; not compared, as the same bytes may be described anew.
    """

    name: str
    version: str
    sha256: str | None
    file: LockedFile | None = field(default=None, compare=False, repr=False)


View = Mapping[str, Installed]


class Kind(StrEnum):
    """What happens to a package."""

    ADD = "add"
    REMOVE = "remove"
    UPGRADE = "upgrade"
    DOWNGRADE = "downgrade"
    REPLACE = "replace"
    """The same version from another file: another Python, build or source."""


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one package; `before` is None for an add, `after` for a removal."""

    kind: Kind
    name: str
    before: Installed | None
    after: Installed | None


class Because(StrEnum):
    """Why a machine builds its prefix anew."""

    FIRST = "first"
    PACKAGES = "packages"
    PYTHON = "python"
    SETTINGS = "settings"
    """Only what is asked for changed, or what other machines get."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """What a machine downloads.

    Attributes:
        bytes: of the files whose size is known.
        unknown: how many of the files have none that is known.
    """

    files: int = 0
    bytes: int = 0
    unknown: int = 0

    @property
    def disk_bytes(self) -> int:
        """What has to be free while it is built: the files, and what they hold.

        Files that are there already are linked and take no room.
        """
        return self.bytes + unpacked(self.bytes)


def view(lock: Lock, machine: Machine) -> dict[str, Installed]:
    """Return what a machine installs of a lock, by name.

    Of several versions that apply, which no resolver writes, the newest counts.
    """
    seen: dict[str, Installed] = {}
    for package in needed(lock, machine.target):
        known = seen.get(package.name)
        if known is None or Version(known.version) < Version(package.version):
            file = best_file(package.files, machine)
            sha256 = file.sha256 if file else None
            seen[package.name] = Installed(package.name, package.version, sha256, file)
    return seen


def diff(before: View, after: View) -> tuple[Change, ...]:
    """Return what changes, by name."""
    names = sorted(before.keys() | after.keys())
    changes = (_change(name, before.get(name), after.get(name)) for name in names)
    return tuple(change for change in changes if change is not None)


def apply(before: View, changes: Iterable[Change]) -> dict[str, Installed]:
    """Return a view with changes made, in whatever order they come."""
    made = dict(before)
    for change in changes:
        if change.after is None:
            made.pop(change.name, None)
        else:
            made[change.name] = change.after
    return made


def count(changes: Iterable[Change]) -> dict[Kind, int]:
    """Return how many packages each kind of change concerns; every kind is there."""
    found = Counter(change.kind for change in changes)
    return {kind: found[kind] for kind in Kind}


def fetch(after: View, held: frozenset[str]) -> Fetch:
    """Return what has to be downloaded for a view.

    Args:
        held: sha256 of the files that the machine has unpacked already.
    """
    lacking = {
        package.sha256: package.file
        for package in after.values()
        if package.file is not None and package.sha256 not in held
    }
    sizes = [file.size for file in lacking.values()]
    known = [size for size in sizes if size is not None]
    return Fetch(len(sizes), sum(known), len(sizes) - len(known))


def because(
    changes: Iterable[Change], python: tuple[str | None, str | None], *, first: bool
) -> tuple[Because, ...]:
    """Return why a new revision makes a machine build anew; never empty.

    Args:
        changes: of its packages.
        python: the interpreter's version before and after.
        first: whether it has nothing of the environment yet.
    """
    if first:
        return (Because.FIRST,)
    found = [Because.PYTHON] if python[0] != python[1] else []
    found += [Because.PACKAGES] if any(True for _ in changes) else []
    return tuple(found) or (Because.SETTINGS,)


def unpacked(wheel_bytes: int) -> int:
    """Estimate what wheels take on disk; see `UNPACKED`."""
    return round(wheel_bytes * UNPACKED)


def _change(name: str, before: Installed | None, after: Installed | None) -> Change | None:
    if before == after:
        return None
    return Change(_kind(before, after), name, before, after)


def _kind(before: Installed | None, after: Installed | None) -> Kind:
    if before is None:
        return Kind.ADD
    if after is None:
        return Kind.REMOVE
    old, new = Version(before.version), Version(after.version)
    if old == new:
        return Kind.REPLACE
    return Kind.UPGRADE if old < new else Kind.DOWNGRADE
