"""When which build was behind an environment's stable path, as text in the journal.

A process that was started through the stable path tells by the time of its start what it
began with. The last few switches are kept; it is no loss that matters if they are gone.
"""

import json
import sqlite3
from contextlib import suppress
from dataclasses import asdict

from venvoy.agent.journal import Journal
from venvoy.domain.running import Reign

_KEY = "reigns:"
_KEPT = 20


def reigns_of(journal: Journal, environment: str) -> tuple[Reign, ...]:
    """Return what is known of an environment, the oldest first."""
    text = journal.recall(f"{_KEY}{environment}")
    try:
        return tuple(Reign(**each) for each in json.loads(text or "[]"))
    except (ValueError, TypeError):
        return ()


def began(journal: Journal, environment: str, build: str, revision: int, at: float) -> None:
    """Note that a build is about to go live; nothing where it is already.

    Args:
        at: POSIX seconds.
    """
    with suppress(sqlite3.Error):
        known = reigns_of(journal, environment) or _before(journal, environment)
        if known and (known[-1].build, known[-1].revision) == (build, revision):
            return
        kept = [asdict(each) for each in (*known, Reign(at, build, revision))[-_KEPT:]]
        journal.remember(f"{_KEY}{environment}", json.dumps(kept))


def forget(journal: Journal, environment: str) -> None:
    """Keep nothing of an environment any longer."""
    journal.drop(f"{_KEY}{environment}")


def _before(journal: Journal, environment: str) -> tuple[Reign, ...]:
    """What went live under a release that did not note it."""
    replica = journal.replica(environment)
    if replica is None or replica.live is None or replica.live_revision is None:
        return ()
    return (Reign(0.0, replica.live, replica.live_revision),)
