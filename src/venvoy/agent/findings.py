"""What was found in a build, as text in the journal: known again after a restart.

Packages are looked at within seconds of a start, files an hour or a night later; so the
findings in files are kept. That there are any at all tells that the build is not to be
brought in again, also when it is not live, and nobody looks at it any more. With hard
links an edit in place reaches other prefixes and uv's own copies too: what shares a file
with a drifted prefix has drifted as well, and the copies are named here to be given up.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from venvoy.agent.journal import BuildRow, Journal
from venvoy.agent.prefix import sites_of
from venvoy.domain.drift import Finding, Kind

MOST_KEPT = 2_000
"""Findings in files that are kept; a prefix that lost more is found anew within the hour."""
_ELSEWHERE = {Kind.STRAY, Kind.EDITABLE}
"""Packages that no lock brought, and no copy of uv's."""


def note_findings(
    journal: Journal, build: str, files: Sequence[Finding], findings: Sequence[Finding]
) -> bool:
    """Keep what was found in a build, and return whether that is news.

    Args:
        files: the findings in files, also of packages that are others now.
        findings: all that count.
    """
    document = {
        "count": len(findings),
        "files": [asdict(each) for each in files[:MOST_KEPT]],
        "packages": sorted({f.package for f in findings if f.kind not in _ELSEWHERE}),
    }
    text = json.dumps(document) if findings else None
    if journal.findings(build) == text:
        return False
    journal.remember_findings(build, text)
    return True


def found_in_files(journal: Journal, build: str) -> list[Finding]:
    """Return the findings in files that were kept; what cannot be read counts as none."""
    try:
        kept = _kept(journal, build).get("files", [])
        return [Finding(**(each | {"kind": Kind(each["kind"])})) for each in kept]
    except (ValueError, KeyError, TypeError, AttributeError):
        return []


def changed_packages(journal: Journal, build: str) -> frozenset[str]:
    """Return the packages of the lock that were found to differ, by normalised name."""
    try:
        return frozenset(map(str, _kept(journal, build).get("packages", [])))
    except (ValueError, TypeError, AttributeError):
        return frozenset()


def drifted(journal: Journal, builds: Iterable[str]) -> frozenset[str]:
    """Return the builds that are not what was put into them."""
    return frozenset(build for build in builds if journal.findings(build) is not None)


def sharing(
    row: BuildRow, files: Sequence[Finding], others: Iterable[BuildRow]
) -> dict[str, list[Finding]]:
    """Return which other builds have the very files of a build that differ, by id. Blocks."""
    edited = [each for each in files if each.kind in {Kind.EDITED, Kind.RESIZED}][:MOST_KEPT]
    mine = {each: _inode(row.path, each.path) for each in edited}
    found = {}
    for other in others if edited else ():
        same = [f for f, at in mine.items() if at is not None and at == _inode(other.path, f.path)]
        if same:
            found[other.build.id] = same
    return found


def _kept(journal: Journal, build: str) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(journal.findings(build) or "{}")
    return kept


def _inode(prefix: Path, path: str) -> tuple[int, int] | None:
    for site in sites_of(prefix):
        try:
            found = (site / path).stat()
        except (OSError, ValueError):
            continue
        return (found.st_dev, found.st_ino)
    return None
