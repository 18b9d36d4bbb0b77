"""Which interpreters the prefixes of this node are made by.

A prefix never changes its interpreter, so each is looked at once. A build under way has no
link to its interpreter yet; whoever begins one says which it chose.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from venvoy.agent.interpreters import LocalInterpreter
from venvoy.agent.journal import BuildRow, Journal
from venvoy.agent.prefix import python_of
from venvoy.domain.retention import Phase
from venvoy.wire.messages import InterpreterFact


@dataclass(frozen=True, slots=True)
class InterpreterUse:
    """Looks at the prefixes in the journal."""

    journal: Journal
    _chosen: dict[str, Path] = field(default_factory=dict)

    def began(self, build: str, interpreter: Path) -> None:
        """A build was begun with an interpreter."""
        self._chosen[build] = interpreter

    def below(self, home: Path) -> set[str]:
        """Return the names of environments with a prefix by an interpreter below a directory."""
        names = {row.environment: row.name for row in self.journal.replicas()}
        return {
            names.get(environment, environment)
            for path, environments in self._by_interpreter().items()
            if path.is_relative_to(home)
            for environment in environments
        }

    def told(self, known: Iterable[LocalInterpreter]) -> tuple[InterpreterFact, ...]:
        """Return what is reported of interpreters, with the environments that use each."""
        used = self._by_interpreter()
        return tuple(
            each.fact.model_copy(update={"environments": tuple(sorted(used[each.path]))})
            if each.path in used
            else each.fact
            for each in known
        )

    def _by_interpreter(self) -> dict[Path, set[str]]:
        rows = [row for row in self.journal.builds() if row.build.phase is not Phase.DOOMED]
        for gone in self._chosen.keys() - {row.build.id for row in rows}:
            del self._chosen[gone]
        found: defaultdict[Path, set[str]] = defaultdict(set)
        for row in rows:
            path = self._interpreter(row)
            if path is not None:
                found[path].add(row.environment)
        return dict(found)

    def _interpreter(self, row: BuildRow) -> Path | None:
        known = self._chosen.get(row.build.id)
        if known is None:
            program = python_of(row.path)
            if not program.exists():
                return None
            known = self._chosen[row.build.id] = program.resolve()
        return known
