"""A revision on trial: live, but with the way back noted until it has proved itself.

Noted in the journal before the stable path is moved and dropped at the end, so that a
kill at any moment leaves it known what was live before. A verdict is noted before the
path goes back: a start after a kill then finishes that, and tries nothing again.
"""

import json
from dataclasses import asdict, dataclass, replace

from venvoy.agent.journal import Journal
from venvoy.domain.cause import Cause
from venvoy.domain.reconcile import Version
from venvoy.wire.messages import CauseMessage

_KEY = "trial:"


@dataclass(frozen=True, slots=True)
class Trial:
    """What is noted.

    Attributes:
        build: on trial.
        version: that brought it in.
        before: id of the build that was live, None for none.
        before_revision: what that build stood for.
        verdict: why it goes back, as JSON of a `CauseMessage`; None while it is open.
    """

    build: str
    version: tuple[int, int]
    before: str | None = None
    before_revision: int | None = None
    verdict: str | None = None

    @property
    def cause(self) -> Cause | None:
        """The verdict."""
        if self.verdict is None:
            return None
        return CauseMessage.model_validate_json(self.verdict).cause()


@dataclass(frozen=True, slots=True)
class Trials:
    """The trials of a node, one for an environment at most."""

    journal: Journal

    def open(self, environment: str, build: str, version: Version) -> Trial:
        """Note that a build is about to become live; what is live now is the way back.

        Where what is live is itself on trial, its way back stays the way back. A build
        whose trial goes on, as after a kill, keeps it likewise.
        """
        replica, earlier = self.journal.replica(environment), self.of(environment)
        live = replica.live if replica else None
        if earlier is not None and earlier.build == live:
            before, revision = earlier.before, earlier.before_revision
        else:
            before, revision = live, replica.live_revision if replica else None
        at = (version.epoch, version.generation)
        trial = Trial(build, at, None if before == build else before, revision)
        self._note(environment, trial)
        return trial

    def judge(self, environment: str, trial: Trial, cause: Cause) -> None:
        """Note that it has failed."""
        verdict = CauseMessage.of(cause).model_dump_json()
        self._note(environment, replace(trial, verdict=verdict))

    def of(self, environment: str) -> Trial | None:
        """Return the trial that is noted."""
        noted = self.journal.recall(_KEY + environment)
        if noted is None:
            return None
        document = json.loads(noted)
        epoch, generation = document.pop("version")
        return Trial(version=(epoch, generation), **document)

    def close(self, environment: str) -> None:
        """Drop what is noted."""
        if self.journal.recall(_KEY + environment) is not None:
            self.journal.drop(_KEY + environment)

    def _note(self, environment: str, trial: Trial) -> None:
        self.journal.remember(_KEY + environment, json.dumps(asdict(trial)))
