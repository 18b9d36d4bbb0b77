"""PEP 658 metadata of the kept wheels, for snapshots of an index that serves none.

A good index serves it, and what is measured should not depend on which one the
snapshot came from. Only the pages that announce none are changed.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from venvoy.index.address import project_of
from venvoy.index.sparse import read_metadata

_KEY = b'"core-metadata"'


def announced(page: bytes, wheels: Iterable[str]) -> bytes:
    """Return a page that announces the metadata of these wheels, unless it does already."""
    if _KEY in page:
        return page
    names = "|".join(map(re.escape, wheels)).encode()
    entry = re.compile(rb'("filename": ?"(?:%s)")' % names)
    return entry.sub(_KEY + rb": true, \1", page) if names else page


def unpack(wheels: Iterable[Path]) -> None:
    """Put beside each wheel its metadata, where it is not there yet."""
    for wheel in wheels:
        file = wheel.with_name(f"{wheel.name}.metadata")
        if not file.exists():
            with wheel.open("rb") as archive:
                file.write_bytes(read_metadata(archive, project_of(wheel.name)))


def by_project(wheels: Iterable[Path]) -> dict[str, list[str]]:
    """Return the names of wheels by their project."""
    found: dict[str, list[str]] = {}
    for wheel in wheels:
        found.setdefault(project_of(wheel.name), []).append(wheel.name)
    return found
