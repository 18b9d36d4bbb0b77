"""What an uploaded archive of an interpreter holds, read without unpacking or running it.

One pass over the whole file: every member is checked (`venvoy.domain.archive_member`), so
an archive that came in is safe and whole to its last byte. Version and platform come from
inside; where they cannot be read they must be given, and where they are given and differ
the archive is refused. Blocks: call it in a thread.
"""

import gzip
import re
import tarfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from packaging.version import InvalidVersion, Version

from venvoy.domain.archive import CPYTHON, Archive
from venvoy.domain.archive_member import Kind, Member, Members
from venvoy.domain.binary import GLIBC_LONGEST, HEAD, glibc_in, platform_of
from venvoy.domain.errors import InvalidInput
from venvoy.domain.platform import Platform
from venvoy.domain.printable import printable
from venvoy.domain.python import OLDEST_MINOR

_CHUNK = 2**20
_SHOWN = 120
_PADDING = 16 * 2**20
"""Bytes behind the end of an archive, which is filled up to whole blocks."""
_PROGRAM = re.compile(r"(?:bin/python(3\.\d+)(t?)|python\.exe)", re.ASCII)
_OTHER = re.compile(r"bin/(pypy|graalpy|micropython)[\d.]*", re.ASCII)
_LINKED = re.compile(r"lib/(?:libpython[^/]*\.so[^/]*|python3\.\d+/lib-dynload/[^/]+\.so)")
_HEADER = re.compile(r"include/(?:python3\.\d+t?/)?patchlevel\.h", re.ASCII)
_VERSION = re.compile(rb'^#define\s+PY_VERSION\s+"([^"+]+)\+?"', re.MULTILINE)
_IN_NAME = re.compile(r"(?:^|[^\d.])(3\.\d+\.\d+(?:(?:a|b|rc)\d+)?)(?!\d)", re.ASCII)
_KINDS = {
    tarfile.REGTYPE: Kind.FILE,
    tarfile.AREGTYPE: Kind.FILE,
    tarfile.DIRTYPE: Kind.DIRECTORY,
    tarfile.SYMTYPE: Kind.SYMLINK,
    tarfile.LNKTYPE: Kind.HARDLINK,
}


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody says of an archive; None where it is left to be read."""

    version: str | None = None
    platform: Platform | None = None


@dataclass(slots=True)
class _Found:
    """What the pass over an archive found."""

    minor: str | None = None
    program: bytes = b""
    version: str | None = None
    glibc: tuple[int, int] = (0, 0)
    other: str | None = None
    members: Members = field(default_factory=Members)


def read_archive(path: Path, name: str, given: Given) -> Archive:
    """Return what an archive holds.

    Args:
        path: of the file.
        name: that it had where it came from, for a version that nothing inside says.

    Raises:
        InvalidInput: `python-archive-…`: unreadable, unsafe, too large, not a Python, of
            a kind that no environment can use, unknown or other than said.
    """
    found = _Found()
    try:
        with gzip.open(path) as plain:
            with tarfile.open(fileobj=plain, mode="r|") as archive:
                for entry in archive:
                    _take(found, archive, entry)
            # Only behind the archive's end stands the checksum of all of it.
            _drain(plain)
    except (tarfile.TarError, zlib.error, EOFError, OSError, ValueError, OverflowError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        reason = printable(str(error) or type(error).__name__, _SHOWN)
        raise InvalidInput("python-archive-unreadable", reason=reason) from error
    if found.other:
        raise InvalidInput("python-archive-unsupported", kind=found.other)
    if not found.program:
        raise InvalidInput("python-archive-not-python")
    glibc = ".".join(map(str, found.glibc)) if found.glibc > (0, 0) else None
    platform = _platform(found, given)
    return Archive(_version(found, name, given), CPYTHON, platform, glibc)


def _drain(plain: gzip.GzipFile) -> None:
    read = 0
    while more := plain.read(_CHUNK):
        read += len(more)
        if read > _PADDING:
            raise ValueError("more follows behind its end")


def _take(found: _Found, archive: tarfile.TarFile, entry: tarfile.TarInfo) -> None:
    kind = _KINDS.get(entry.type, Kind.OTHER)
    member = Member(entry.name, kind, entry.linkname, entry.size, entry.mode)
    path = found.members.take(member)
    if other := _OTHER.fullmatch(path):
        found.other = other[1]
    if kind is not Kind.FILE:
        return
    content = archive.extractfile(entry)
    if content is None:
        return
    if program := _PROGRAM.fullmatch(path):
        if program[2]:
            found.other = f"free-threaded {program[1]}"
        found.minor = program[1]
        found.program = content.read(HEAD)
        _note_glibc(found, content, found.program)
    elif _LINKED.fullmatch(path):
        _note_glibc(found, content, b"")
    elif _HEADER.fullmatch(path) and (said := _VERSION.search(content.read(_CHUNK))):
        found.version = said[1].decode("ascii", "replace")


def _note_glibc(found: _Found, content: IO[bytes], head: bytes) -> None:
    rest = head
    while True:
        found.glibc = max([found.glibc, *glibc_in(rest)])
        more = content.read(_CHUNK)
        if not more:
            return
        rest = rest[-GLIBC_LONGEST:] + more


def _version(found: _Found, name: str, given: Given) -> str:
    in_name = _IN_NAME.search(name)
    said = found.version or (in_name[1] if in_name else None)
    version = _checked(said) or _checked(given.version)
    if version is None:
        raise InvalidInput("python-archive-version-unknown")
    if given.version is not None and _checked(given.version) != version:
        raise _contradicted("version", given.version, str(version))
    minor = f"{version.major}.{version.minor}"
    if found.minor not in (None, minor):
        raise _contradicted("version", str(version), str(found.minor))
    if version.major != 3 or version.minor < OLDEST_MINOR:  # noqa: PLR2004 - Python 3
        raise InvalidInput("python-archive-unsupported", kind=f"Python {version}")
    return str(version)


def _checked(text: str | None) -> Version | None:
    try:
        version = Version(text or "")
    except InvalidVersion:
        return None
    return version if len(version.release) == 3 else None  # noqa: PLR2004 - 3.12.4


def _platform(found: _Found, given: Given) -> Platform:
    read = platform_of(found.program)
    platform = read or given.platform
    if platform is None:
        raise InvalidInput("python-archive-platform-unknown")
    if given.platform not in (None, platform):
        raise _contradicted("platform", str(given.platform), platform.value)
    return platform


def _contradicted(field_: str, given: str, found: str) -> InvalidInput:
    shown = printable(given, _SHOWN)
    return InvalidInput("python-archive-contradicted", field=field_, given=shown, found=found)
