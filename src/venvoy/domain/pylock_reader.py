"""Locks as uv writes them: `pylock.toml` (PEP 751) read into a neutral `Lock`.

Of what uv resolved, a lock keeps the packages that some machine of the environment
needs and the wheels that such a machine can install. Addresses become paths below an
index's file root. Source distributions are dropped: nothing is built from them.
"""

import re
import tomllib
from collections.abc import Iterable
from urllib.parse import urlsplit

from packaging.pylock import Package, Pylock, PylockUnsupportedVersionError, PylockValidationError
from packaging.version import Version

from venvoy.domain.errors import InvalidInput
from venvoy.domain.lock import Lock, LockedFile, LockedPackage
from venvoy.domain.marker import Reach, reach, simplified
from venvoy.domain.platform import Platform
from venvoy.domain.printable import printable
from venvoy.domain.python import minors
from venvoy.domain.requirement_url import file_name
from venvoy.domain.wheel import is_usable

_OFFICIAL_LAYOUT = re.compile(r".*/(packages/[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]+/[^/]+)", re.DOTALL)
_SHA256 = re.compile(r"[0-9a-f]{64}")


def path_from_url(url: str) -> str | None:
    """The part of a file's URL that is equal on all mirrors, else None.

    Mirrors keep the official index's layout, `packages/aa/bb/…/name`, below a root
    of their own. Other indexes name files as they like; a gateway finds those by hash.
    """
    match = _OFFICIAL_LAYOUT.fullmatch(urlsplit(url).path)
    return match[1] if match and ".." not in match[1].split("/") else None


def read_pylock(
    text: str,
    *,
    python: str,
    platforms: Iterable[Platform],
) -> Lock:
    """Read uv's lock.

    Args:
        text: TOML.
        python: the specifier set that the lock is made for.
        platforms: those that the lock is made for; empty means all.

    Raises:
        InvalidInput: `pylock-unreadable`, or `file-without-hash` for an index that
            gives no sha256.
    """
    chosen = tuple(sorted(set(platforms))) or tuple(Platform)
    packages = [
        LockedPackage(
            name=package.name,
            version=_version(package),
            marker=simplified(_marker(package), chosen, python),
            files=_files(package, chosen, minors(python)),
        )
        for package in _parsed(text).packages
        if reach(_marker(package), chosen, python) is not Reach.NEVER
    ]
    packages.sort(key=lambda each: (each.name, Version(each.version), each.marker or ""))
    return Lock(python=python, packages=tuple(packages))


def _parsed(text: str) -> Pylock:
    try:
        return Pylock.from_dict(tomllib.loads(text))
    except (
        tomllib.TOMLDecodeError,
        PylockValidationError,
        PylockUnsupportedVersionError,
        RecursionError,
    ) as error:
        raise InvalidInput("pylock-unreadable", reason=printable(str(error), 200)) from error


def _marker(package: Package) -> str | None:
    return None if package.marker is None else str(package.marker)


def _version(package: Package) -> str:
    if package.version is None:
        raise InvalidInput("pylock-unreadable", reason=f"{package.name}: no version")
    return str(package.version)


def _files(
    package: Package, platforms: tuple[Platform, ...], pythons: tuple[int, ...]
) -> tuple[LockedFile, ...]:
    if package.archive is not None:
        return (_archive(package),)
    files = []
    for wheel in package.wheels or ():
        name = wheel.filename
        if is_usable(name, platforms, pythons):
            sha256 = _sha256(wheel.hashes, name)
            path = path_from_url(wheel.url or "")
            files.append(LockedFile(name, sha256, wheel.size, path))
    return tuple(sorted(files, key=lambda file: file.name))


def _archive(package: Package) -> LockedFile:
    name, archive = _archive_name(package), package.archive
    if archive is None or archive.url is None:
        raise InvalidInput("pylock-unreadable", reason=f"{package.name}: no URL")
    # The fragment may name another hash; the lock's own is what holds.
    url = archive.url.partition("#")[0]
    return LockedFile(name, _sha256(archive.hashes, name), archive.size, url=url)


def _archive_name(package: Package) -> str:
    return file_name(package.archive.url or "") if package.archive else package.name


def _sha256(hashes: object, name: str) -> str:
    digest = hashes.get("sha256", "") if isinstance(hashes, dict) else ""
    if not _SHA256.fullmatch(str(digest).lower()):
        raise InvalidInput("file-without-hash", file=printable(name, 200))
    return str(digest).lower()
