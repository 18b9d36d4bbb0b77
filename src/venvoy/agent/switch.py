"""What stands behind a stable path: brought in, taken away, found again after a kill.

The order is what makes a kill harmless: a build is complete in the journal before
the path leads to it, and live in the journal only after. In between, the path tells
the truth (`venvoy.domain.reconcile.recover`).
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from venvoy.agent import reigns
from venvoy.agent.journal import BuildRow, Journal, ReplicaRow
from venvoy.agent.prefix import Layout
from venvoy.agent.system.links import Links
from venvoy.domain.errors import Conflict
from venvoy.domain.reconcile import Recovery, recover


@dataclass(frozen=True, slots=True)
class Switch:
    """Moves stable paths.

    Attributes:
        gone: whether an environment has left this node, or is about to; its link may
            be taken over by a new environment of the same name.
    """

    layout: Layout
    journal: Journal
    links: Links
    gone: Callable[[str], bool]

    def to(self, name: str, row: BuildRow, revision: int) -> Path:
        """Let the stable path of `name` lead to a complete build and return the path.

        Raises:
            Conflict: `stable-path-occupied`.
            OSError: the link could not be made; the old one stands.
        """
        stable = self.layout.stable(name)
        target = self.links.read(stable)
        if target is not None and not self._may_replace(target, row.environment):
            raise Conflict("stable-path-occupied", path=str(stable))
        reigns.began(self.journal, row.environment, row.build.id, revision, time.time())
        if target != row.path:
            self.links.point(stable, row.path)
        self.journal.go_live(row.environment, row.build.id, revision)
        return stable

    def away(self, replica: ReplicaRow) -> bool:
        """Take an environment's stable path away; False if it is not this one's."""
        stable = self.layout.stable(replica.name)
        try:
            target = self.links.read(stable)
            mine = target is None or self.layout.environment_of(target) == replica.environment
            if mine:
                self.links.remove(stable)
        except Conflict:
            mine = False
        self.journal.go_live(replica.environment, None, None)
        return mine

    def recover(self, replica: ReplicaRow) -> Recovery:
        """Bring journal and stable path into agreement after a start.

        Raises:
            OSError: the link could not be repaired.
        """
        rows = self.journal.builds(replica.environment)
        stable = self.layout.stable(replica.name)
        by_path = {row.path: row.build.id for row in rows}
        occupied = False
        try:
            target = self.links.read(stable)
        except Conflict:
            target, occupied = None, True
        found = recover([row.build for row in rows], replica.live, by_path.get(target or stable))
        if found.doomed:
            self.journal.doom(found.doomed)
        if found.live != replica.live:
            row = next((row for row in rows if row.build.id == found.live), None)
            revision = row.build.revision if row else None
            self.journal.go_live(replica.environment, found.live, revision)
        if found.relink and not occupied and (target is None or target not in by_path):
            self._relink(stable, target, found, rows, replica.environment)
        return found

    def _relink(
        self,
        stable: Path,
        target: Path | None,
        found: Recovery,
        rows: list[BuildRow],
        environment: str,
    ) -> None:
        if target is None or self._may_replace(target, environment):
            path = next(row.path for row in rows if row.build.id == found.live)
            self.links.point(stable, path)

    def _may_replace(self, target: Path, environment: str) -> bool:
        owner = self.layout.environment_of(target)
        return owner is not None and (owner == environment or self.gone(owner))
