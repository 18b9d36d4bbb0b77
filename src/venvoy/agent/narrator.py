"""Tells of one piece of work: its log lines and its statuses, said in one place."""

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import ClassVar, Protocol

from venvoy.agent import log
from venvoy.agent.journal import Journal
from venvoy.agent.logbook import Logbook
from venvoy.agent.reporter import Reporter
from venvoy.agent.switch import Switch
from venvoy.agent.turns import Turn
from venvoy.domain.backoff import Again
from venvoy.domain.cause import Cause, Step
from venvoy.domain.state import ReplicaState
from venvoy.wire.messages import Action, CauseMessage, DesiredDocument, Progress, ReplicaStatus
from venvoy.wire.pythons import PythonDocument

_STATES = {
    Step.QUEUE: ReplicaState.PENDING,
    Step.CHECK: ReplicaState.CHECKING,
    Step.INSTALL: ReplicaState.BUILDING,
    Step.SWITCH: ReplicaState.SWITCHING,
    Step.HOOK: ReplicaState.SWITCHING,
    Step.REMOVE: ReplicaState.REMOVING,
}
_TITLES = {
    Step.LOCK: "fetching the lock",
    Step.INTERPRETER: "choosing the interpreter",
    Step.VENV: "making the virtual environment",
    Step.FETCH: "fetching packages",
    Step.INSTALL: "installing packages",
    Step.CHECK: "checking files and packages",
    Step.SWITCH: "switching the stable path",
    Step.HOOK: "doing what follows a switch",
}


class Channels(Protocol):
    """Where a tale goes; `venvoy.agent.means.Means` is one."""

    @property
    def node(self) -> str: ...  # noqa: D102
    @property
    def journal(self) -> Journal: ...  # noqa: D102
    @property
    def reporter(self) -> Reporter: ...  # noqa: D102
    @property
    def logbook(self) -> Logbook: ...  # noqa: D102
    @property
    def switch(self) -> Switch: ...  # noqa: D102
    @property
    def now(self) -> Callable[[], datetime]: ...  # noqa: D102


class Narrator(ABC):
    """Speaks for one version of one thing; is a `build.Witness`.

    What is told beside the work itself, its subclasses know.

    Attributes:
        titles: what the log says when a step begins.
        quiet: whether steps go unreported: a replica that has failed stays `failed`
            while it is tried again slowly.
        attempt: the try under way.
        at: the step under way.
        turn: among the builds that run, if there is one.
    """

    titles: ClassVar[Mapping[Step, str]] = {}

    def __init__(self, document: DesiredDocument | PythonDocument, channels: Channels) -> None:
        self._document = document
        self._to = channels
        self._progress: Progress | None = None
        self._ended = False
        self.quiet = False
        self.attempt = 1
        self.at = Step.QUEUE
        self.turn: Turn | None = None

    def begin(self, attempt: int) -> None:
        """A try begins."""
        self.attempt, self._progress, self.at = attempt, None, Step.QUEUE

    def step(self, step: Step) -> None:
        """A step begins."""
        self.at = step
        if step in self.titles:
            self.line(self.titles[step])
        if not self.quiet:
            self._report(_STATES.get(step, ReplicaState.FETCHING), step)

    def line(self, text: str) -> None:
        """Add a line to the operation's log; a full disk costs the line, not the work."""
        try:
            self._to.logbook.append(self._document.operation, self._to.now(), self.at, text)
        except OSError as error:
            log.warning("log-line-lost", reason=str(error))

    def progress(self, progress: Progress) -> None:
        """Bytes and packages so far."""
        self._progress = progress
        if not self.quiet:
            self._report(_STATES.get(self.at, ReplicaState.FETCHING), self.at)

    def standstill(self, seconds: float) -> None:
        """Nothing has come for so long: others go first until something does."""
        if self.turn is not None and not self.turn.lent:
            self.line(f"no bytes for {seconds:.0f} s: other builds go first")
            self.turn.lend()

    def moving(self) -> None:
        """Bytes come, or none are waited for."""
        if self.turn is not None:
            self.turn.resume()

    def say(
        self,
        step: Step,
        state: ReplicaState,
        cause: Cause | None = None,
        *,
        attempt: int | None = None,
    ) -> None:
        """Report a state that is none of a build's steps."""
        self.at = step
        if attempt is not None:
            self.attempt = attempt
        if not self.quiet:
            self._report(state, step, cause)

    def failure(self, cause: Cause, again: Again | None) -> None:
        """Write a failed try into the log."""
        for line in cause.evidence:
            self.line(f"  {line}")
        shown = ", ".join(f"{k}={v}" for k, v in cause.params.items() if v not in ("", None, []))
        self.line(f"failed: {cause.code}" + (f" ({shown})" if shown else ""))
        if again is not None:
            self.line(f"trying again in {again.after_s:.0f} s")

    def note(self, state: ReplicaState, cause: Cause) -> None:
        """Report a state that lasts while tries go on, and keep it over a restart."""
        status = self._report(state, self.at, cause)
        self._finish()
        with suppress(sqlite3.Error):
            self._to.journal.note(self._document.subject, status.model_dump_json())

    def end(self, state: ReplicaState, cause: Cause | None, *, removed: bool) -> ReplicaStatus:
        """Report the end of the work and return the status."""
        self._ended = True
        step = self.at if state is ReplicaState.FAILED else None
        if state is ReplicaState.CANCELLED:
            self.line("cancelled; what is live stays")
        elif state is ReplicaState.READY:
            self.line(self._ready())
        elif removed:
            self.line("removed")
        status = self._report(state, step, cause, removed=removed)
        self._finish()
        return status

    def stopped(self) -> None:
        """The work is given up, for newer wishes or because the agent stops."""
        if self._ended:
            return
        self.line("stopped")
        self._finish()
        if not self.quiet:
            self._progress = None
            self._report(ReplicaState.PENDING, Step.QUEUE)

    def _finish(self) -> None:
        with suppress(OSError):
            self._to.logbook.finish(self._document.operation, self._to.now(), self.at)

    def _report(
        self,
        state: ReplicaState,
        step: Step | None,
        cause: Cause | None = None,
        *,
        removed: bool = False,
    ) -> ReplicaStatus:
        document = self._document
        status = ReplicaStatus(
            node=self._to.node,
            environment=document.subject,
            epoch=document.epoch,
            generation=document.generation,
            operation=document.operation,
            sequence=0,
            state=state,
            step=step,
            attempt=self.attempt,
            progress=self._progress,
            cause=CauseMessage.of(cause) if cause else None,
            removed=removed,
            reported_at=self._to.now(),
        )
        status = status.model_copy(update=self._there())
        return self._to.reporter.report(status)

    @abstractmethod
    def _ready(self) -> str:
        """Return the log's last line of work that went well."""

    @abstractmethod
    def _there(self) -> dict[str, object]:
        """Return the fields of a status that tell what is on the disk."""


class ReplicaNarrator(Narrator):
    """Speaks for an environment."""

    titles = _TITLES

    def __init__(self, document: DesiredDocument, channels: Channels) -> None:
        super().__init__(document, channels)
        self._wish = document

    def _ready(self) -> str:
        return f"revision {self._wish.revision} is ready"

    def _there(self) -> dict[str, object]:
        document = self._wish
        replica = self._to.journal.replica(document.environment)
        rows = {row.build.id: row for row in self._to.journal.builds(document.environment)}
        live = rows.get(replica.live) if replica and replica.live else None
        installing = document.action is Action.INSTALL
        told: dict[str, object] = {"revision": document.revision if installing else None}
        if live is not None:
            told["live_revision"] = replica.live_revision if replica else None
            told["prefix"] = str(live.path)
            told["path"] = str(self._to.switch.layout.stable(document.name))
            told["python_version"] = live.python_version
        return told
