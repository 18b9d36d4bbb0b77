"""Which members an archive may have, so that unpacking it writes below one directory only.

Stricter than a careful unpacker has to be: an archive of an interpreter has no reason for
devices, for links that leave it or for files behind links, so one that has them is refused
whole, where it comes in. Pure; reading the archive is `venvoy.controller.archive_reading`'s.
"""

import posixpath
from dataclasses import dataclass, field
from enum import StrEnum

from venvoy.domain.errors import InvalidInput
from venvoy.domain.printable import printable

MOST_MEMBERS = 100_000
MOST_BYTES = 4 * 2**30
"""Of all files, unpacked."""
_LONGEST = 1_024
_SPECIAL_BITS = 0o6000
_SHOWN = 200


class Kind(StrEnum):
    """What a member is."""

    FILE = "file"
    DIRECTORY = "directory"
    SYMLINK = "symlink"
    HARDLINK = "hardlink"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Member:
    """One member.

    Attributes:
        name: as it stands in the archive.
        link: where a link leads, as it stands there.
        size: bytes of a file.
        mode: permission bits.
    """

    name: str
    kind: Kind
    link: str = ""
    size: int = 0
    mode: int = 0o644


@dataclass(slots=True)
class Members:
    """Takes members in the order of the archive and refuses the first bad one.

    Attributes:
        top: the one directory that everything is in, empty before the first member.
        bytes: of all files so far.
    """

    top: str = ""
    bytes: int = 0
    _count: int = 0
    _links: set[str] = field(default_factory=set)
    _files: set[str] = field(default_factory=set)

    def take(self, member: Member) -> str:
        """Return the member's path below the one directory, empty for that itself.

        Raises:
            InvalidInput: `python-archive-path-unsafe`, `python-archive-link-unsafe`,
                `python-archive-kind-unsafe` or `python-archive-too-large`.
        """
        path = _plain(member.name)
        if path is None or self._behind_a_link(path):
            raise _refused(member)
        self._count += 1
        self.bytes += max(member.size, 0)
        if self._count > MOST_MEMBERS or self.bytes > MOST_BYTES:
            raise InvalidInput("python-archive-too-large", limit=MOST_BYTES)
        top, _, rest = path.partition("/")
        self.top = self.top or top
        if top != self.top or (not rest and member.kind is not Kind.DIRECTORY):
            raise _refused(member)
        if member.kind is Kind.OTHER or member.mode & _SPECIAL_BITS:
            shown = printable(member.name, _SHOWN)
            raise InvalidInput("python-archive-kind-unsafe", member=shown)
        self._take_link(path, member)
        return rest

    def _take_link(self, path: str, member: Member) -> None:
        if member.kind is Kind.SYMLINK:
            target = _resolved(path, member.link)
            if target is None or target.partition("/")[0] != self.top:
                raise _leaving(member)
            self._links.add(path)
        elif member.kind is Kind.HARDLINK:
            # It names what it shares by its path in the archive, not relative to itself.
            if _plain(member.link) not in self._files:
                raise _leaving(member)
            self._files.add(path)
        elif member.kind is Kind.FILE:
            self._files.add(path)

    def _behind_a_link(self, path: str) -> bool:
        parts = path.split("/")
        return any("/".join(parts[:end]) in self._links for end in range(1, len(parts) + 1))


def _plain(name: str) -> str | None:
    """Return a path without `.` and a slash at its end; None if it is not plainly below."""
    if not name.isprintable() or len(name) > _LONGEST or name.startswith("/"):
        return None
    if "\\" in name or ":" in name:  # separators and drives of Windows
        return None
    parts = [part for part in name.split("/") if part not in ("", ".")]
    return None if not parts or ".." in parts else "/".join(parts)


def _resolved(path: str, link: str) -> str | None:
    """Return where a symbolic link leads, None if out of the archive."""
    if not link or not link.isprintable() or link.startswith("/") or "\\" in link or ":" in link:
        return None
    if len(link) > _LONGEST:
        return None
    at = posixpath.dirname(path).split("/")
    for part in link.split("/"):
        if part == "..":
            # Popped step by step: a way that leaves and comes back is none, for what
            # stands outside may be a link itself.
            if len(at) <= 1:
                return None
            at.pop()
        elif part not in ("", "."):
            at.append(part)
    return "/".join(at)


def _refused(member: Member) -> InvalidInput:
    return InvalidInput("python-archive-path-unsafe", member=printable(member.name, _SHOWN))


def _leaving(member: Member) -> InvalidInput:
    name, link = printable(member.name, _SHOWN), printable(member.link, _SHOWN)
    return InvalidInput("python-archive-link-unsafe", member=name, link=link)
