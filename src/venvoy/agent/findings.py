"""What was found in a build, as text in the journal: known again after a restart.

Packages are looked at within seconds of a start, files an hour or a night later; so the
findings in files are kept. That there are any at all tells that the build is not to be
brought in again, also when it is not live, and nobody looks at it any more.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict

from venvoy.agent.journal import Journal
from venvoy.domain.drift import Finding, Kind

MOST_KEPT = 2_000
"""Findings in files that are kept; a prefix that lost more is found anew within the hour."""


def note_findings(journal: Journal, build: str, files: Sequence[Finding], count: int) -> None:
    """Keep what was found in a build; nothing is written where that is known already.

    Args:
        files: the findings in files.
        count: of all findings, those about packages too.
    """
    known = [asdict(each) for each in files[:MOST_KEPT]]
    text = json.dumps({"count": count, "files": known}) if count else None
    if journal.findings(build) != text:
        journal.remember_findings(build, text)


def found_in_files(journal: Journal, build: str) -> list[Finding]:
    """Return the findings in files that were kept; what cannot be read counts as none."""
    try:
        kept = json.loads(journal.findings(build) or "{}").get("files", [])
        return [Finding(**(each | {"kind": Kind(each["kind"])})) for each in kept]
    except (ValueError, KeyError, TypeError, AttributeError):
        return []


def drifted(journal: Journal, builds: Iterable[str]) -> frozenset[str]:
    """Return the builds that are not what was put into them."""
    return frozenset(build for build in builds if journal.findings(build) is not None)
