"""The lock: exact packages with a sha256 per file, free of any mirror's address.

A lock is neutral: a file is named by its path below an index's file root
(`packages/aa/bb/…/name`), so one lock installs from any mirror. Only a
requirement by URL keeps its own address. A lock's digest names it everywhere.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from venvoy.domain.errors import InvalidInput

LOCK_VERSION = 1


@dataclass(frozen=True, slots=True, order=True)
class LockedFile:
    """One file of a package.

    Attributes:
        name: the file's name, such as `six-1.16.0-py2.py3-none-any.whl`.
        sha256: lower-case hex digest, 64 characters.
        size: bytes, or None where the index did not say.
        path: path below the index's file root, or None where the index has none.
        url: the address of a requirement by URL, else None.
    """

    name: str
    sha256: str
    size: int | None = None
    path: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class LockedPackage:
    """One package at one version; several may share a name under other markers.

    Attributes:
        name: normalised as PEP 503 says.
        version: PEP 440.
        marker: PEP 508 environment marker that says where it is needed, or None.
        files: wheels for the lock's platforms, sorted by name.
    """

    name: str
    version: str
    marker: str | None
    files: tuple[LockedFile, ...]


@dataclass(frozen=True, slots=True)
class Lock:
    """All packages of a revision, sorted by name, then version.

    Attributes:
        python: the specifier set that the lock holds for, such as `==3.12.*`.
        packages: every package that some platform of the revision needs.
    """

    python: str
    packages: tuple[LockedPackage, ...]

    def to_bytes(self) -> bytes:
        """Return the canonical JSON form; equal locks have equal bytes."""
        document = {
            "version": LOCK_VERSION,
            "python": self.python,
            "packages": [_package_document(package) for package in self.packages],
        }
        return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()

    @property
    def digest(self) -> str:
        """The sha256 of the canonical form, lower-case hex."""
        return hashlib.sha256(self.to_bytes()).hexdigest()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Lock":
        """Read the canonical form back.

        Raises:
            InvalidInput: `lock-unreadable`, or `lock-too-new` for a version that
                this release does not know.
        """
        try:
            document = json.loads(data)
            if document["version"] != LOCK_VERSION:
                raise InvalidInput("lock-too-new", version=document["version"], known=LOCK_VERSION)
            packages = tuple(_package(entry) for entry in document["packages"])
            return cls(python=document["python"], packages=packages)
        except (ValueError, KeyError, TypeError) as error:
            raise InvalidInput("lock-unreadable") from error


def _package_document(package: LockedPackage) -> dict[str, Any]:
    return {
        "name": package.name,
        "version": package.version,
        "marker": package.marker,
        "files": [_without_nothing(file) for file in package.files],
    }


def _without_nothing(file: LockedFile) -> dict[str, Any]:
    fields = {"name": file.name, "sha256": file.sha256, "size": file.size}
    fields |= {"path": file.path, "url": file.url}
    return {key: value for key, value in fields.items() if value is not None}


def _package(entry: dict[str, Any]) -> LockedPackage:
    return LockedPackage(
        name=entry["name"],
        version=entry["version"],
        marker=entry["marker"],
        files=tuple(LockedFile(**file) for file in entry["files"]),
    )
