"""Baselines as text in the journal; one that cannot be read counts as none."""

import json
from dataclasses import asdict

from venvoy.agent.journal import Journal
from venvoy.domain.drift import Baseline, Mark, Package


def baseline_of(journal: Journal, build: str) -> Baseline | None:
    """Return what a build held when it went live, None if that was not noted."""
    text = journal.baseline(build)
    if text is None:
        return None
    try:
        held = json.loads(text)
        packages = {each["name"]: Package(**each) for each in held["packages"]}
        marks = held["marks"]
        known = None if marks is None else {path: Mark(**mark) for path, mark in marks.items()}
        return Baseline(packages, known, float(held["read_at"]))
    except (ValueError, KeyError, TypeError):
        return None


def document_of(baseline: Baseline) -> str:
    """Return the text for a baseline."""
    marks = baseline.marks
    return json.dumps(
        {
            "packages": [asdict(each) for each in baseline.packages.values()],
            "marks": None if marks is None else {path: asdict(m) for path, m in marks.items()},
            "read_at": baseline.read_at,
        }
    )
