"""Adoption: from what one machine holds to a wish that gives just that.

What was added by hand becomes a requirement, what was upgraded is pinned, what was taken
away is dropped; the rest stays as it was asked for. What no lock can hold, such as an
editable install, is named as lost. All else is left to an ordinary resolution, which
prefers the versions that were seen (`preferred`); where it chooses another all the same,
a pin says so (`pinned`).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name, is_normalized_name
from packaging.version import InvalidVersion, Version

from venvoy.domain.lock import Lock, LockedPackage
from venvoy.domain.marker import applies
from venvoy.domain.requirement import parse_requirement_list
from venvoy.domain.wheel import Target, needed


class Loss(StrEnum):
    """Why something is not in a lock; the first ones are those of `drift.Origin`."""

    EDITABLE = "editable"
    DIRECTORY = "directory"
    FILE = "file"
    VCS = "vcs"
    ARCHIVE = "archive"
    EDITED = "edited"
    """Files were edited, resized or removed: a lock holds whole packages."""
    UNREADABLE = "unreadable"
    """Name or version are none that an index could have."""


@dataclass(frozen=True, slots=True)
class Held:
    """One package as a machine holds it.

    Attributes:
        version: as it was seen.
        origin: a `drift.Origin`; empty where an index gave it.
        requested: whether somebody asked for it by name.
        changed: whether it is another than was put there.
        edited: how many of its files differ.
    """

    version: str
    origin: str = ""
    requested: bool = False
    changed: bool = False
    edited: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Lost:
    """What an adoption cannot keep.

    Attributes:
        version: that the machine holds.
        reason: a `Loss`, or the word of a later agent for where it came from.
        files: how many are concerned, where it is about files.
    """

    package: str
    version: str
    reason: str
    files: int = 0


@dataclass(frozen=True, slots=True)
class Adoption:
    """A wish.

    Attributes:
        requirements: canonical, as `venvoy.domain.requirement` returns them.
        versions: that the lock is to have on the machine, by name.
        lost: by package.
    """

    requirements: tuple[str, ...]
    versions: Mapping[str, str]
    lost: tuple[Lost, ...] = ()


def adopt(
    requirements: Sequence[str], lock: Lock, target: Target, held: Mapping[str, Held]
) -> Adoption:
    """Return the wish for what a machine holds.

    Args:
        requirements: canonical, of the revision that is live there.
        lock: that revision's.
        target: the machine.
        held: by normalised name.
    """
    locked = {package.name: package for package in needed(lock, target)}
    versions, lost = dict[str, str](), list[Lost]()
    wanted = list(map(Requirement, requirements))
    for name in sorted(locked.keys() - held.keys()):
        wanted = [each for each in wanted if not _about(each, name, target)]
    for name, have in sorted(held.items()):
        was = locked.get(name)
        if have.edited:
            lost.append(Lost(name, have.version, Loss.EDITED, have.edited))
        reason = _unlockable(name, have)
        if reason is not None:
            lost.append(Lost(name, have.version, reason))
            if was is not None:
                versions[name] = was.version
            continue
        versions[name] = have.version
        if have.requested if was is None else was.version != have.version:
            wanted = _pin(wanted, name, have.version, target, was)
    return Adoption(_canonical(wanted), versions, tuple(sorted(lost)))


def taken_over(held: Mapping[str, Held]) -> tuple[tuple[str, ...], tuple[Lost, ...]]:
    """Return what a virtual environment of somebody's own is as requirements, and what not.

    pip is left out: every environment is given its own.

    Args:
        held: by name, as it was seen.
    """
    wanted, lost = list[str](), list[Lost]()
    for name, have in sorted(held.items()):
        reason = _unlockable(name, have)
        if reason is not None:
            lost.append(Lost(name, have.version, reason))
        elif name != "pip":
            wanted.append(f"{name}=={have.version}")
    return tuple(wanted), tuple(lost)


def pinned(adoption: Adoption, names: Collection[str], lock: Lock, target: Target) -> Adoption:
    """Return an adoption that also pins what a resolution chose otherwise.

    Args:
        names: of `adoption.versions`.
        lock: of the live revision, as for `adopt`.
    """
    locked = {package.name: package for package in needed(lock, target)}
    wanted = list(map(Requirement, adoption.requirements))
    for name in sorted(names):
        wanted = _pin(wanted, name, adoption.versions[name], target, locked.get(name))
    return replace(adoption, requirements=_canonical(wanted))


def preferred(lock: Lock, target: Target, versions: Mapping[str, str]) -> Lock:
    """Return a lock whose pins are those versions where they hold for the machine.

    It is for a resolution to prefer: what is new in it has no files.
    """
    kept = [_preferred(package, target, versions) for package in lock.packages]
    known = {package.name for package in needed(lock, target)}
    more = [LockedPackage(name, versions[name], None, ()) for name in versions.keys() - known]
    packages = sorted([*kept, *more], key=lambda each: (each.name, each.version))
    return Lock(lock.python, tuple(packages))


def message_of(node: str, said: str = "", *, most: int = 500) -> str:
    """Return a revision's message that keeps where it came from, in `most` characters."""
    mark = f"adopted from node {node}"
    return f"{said[: most - len(mark) - 3]} ({mark})" if said else mark


def _preferred(
    package: LockedPackage, target: Target, versions: Mapping[str, str]
) -> LockedPackage:
    version = versions.get(package.name, package.version)
    here = applies(package.marker, target.platform, target.python)
    if not here or version == package.version:
        return package
    return replace(package, version=version, files=())


def _pin(
    wanted: list[Requirement], name: str, version: str, target: Target, was: LockedPackage | None
) -> list[Requirement]:
    mine = [each for each in wanted if _about(each, name, target)]
    others = [each for each in wanted if each not in mine]
    if not mine:
        marker = f" ; {was.marker}" if was is not None and was.marker else ""
        return [*others, Requirement(f"{name}=={version}{marker}")]
    return [*others, *(_at(each, version) for each in mine)]


def _at(wish: Requirement, version: str) -> Requirement:
    pin = Requirement(str(wish))
    pin.url, pin.specifier = None, SpecifierSet(f"=={version}")
    return pin


def _about(wish: Requirement, name: str, target: Target) -> bool:
    """Whether a requirement asks for a package on the machine."""
    marker = None if wish.marker is None else str(wish.marker)
    same = canonicalize_name(wish.name) == name
    return same and applies(marker, target.platform, target.python)


def _unlockable(name: str, have: Held) -> str | None:
    """Say why no lock can hold a package; its name and version are a node's word."""
    if have.origin and have.changed:
        return have.origin
    try:
        Version(have.version)
    except InvalidVersion:
        return Loss.UNREADABLE
    return None if is_normalized_name(name) else Loss.UNREADABLE


def _canonical(wanted: Iterable[Requirement]) -> tuple[str, ...]:
    return parse_requirement_list([str(each) for each in wanted])
