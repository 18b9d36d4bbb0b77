"""One ordered queue of work, always towards the newest desired state of one thing.

The loop decides (`venvoy.domain.reconcile`), starts the work or stops older work, and
waits for something to change. Work brings one version to its end, however many tries
that takes; only then is the version settled in the journal. Whatever fails here becomes
a status with a typed cause, never an exception. What the work is, an environment
(`venvoy.agent.replica`) or an interpreter (`venvoy.agent.python_work`), its subclass says.
"""

import asyncio
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Collection
from contextlib import suppress
from typing import Generic, TypeVar

from venvoy.agent import log
from venvoy.agent.causes import cause_of_error
from venvoy.agent.means import Means
from venvoy.agent.narrator import Narrator
from venvoy.domain.backoff import Again, next_try
from venvoy.domain.cause import Cause
from venvoy.domain.reconcile import Act, Desired, Held, Version, decide
from venvoy.domain.state import ReplicaState
from venvoy.wire.messages import DesiredDocument
from venvoy.wire.pythons import PythonDocument

_JOURNAL_S = 10.0
_CRASH_S = 10.0

Document = TypeVar("Document", DesiredDocument, PythonDocument)


class Work(ABC, Generic[Document]):
    """The queue of one thing on this node.

    Args:
        document: the newest that was accepted; in the journal already.
        means: shared with all other queues.

    Attributes:
        curable: codes of causes that end the work and that something else on this node
            may take away, which then calls `unblock`.
    """

    curable: Collection[str] = ()

    def __init__(self, document: Document, means: Means) -> None:
        self._document: Document = document
        self._means = means
        self._changed = asyncio.Event()
        self._again = asyncio.Event()
        self._work: asyncio.Task[None] | None = None
        self._serving: Version | None = None
        self._broken: set[str] = set()
        self._begun = 0
        # Of the version under way, since this agent took it up: a try that a kill cut
        # off has not failed, and after a start the cause may be gone.
        self._failures = 0

    @property
    def document(self) -> Document:
        """The newest desired document."""
        return self._document

    @property
    def subject(self) -> str:
        """The id under which it stands in the journal."""
        return self._document.subject

    @property
    def busy(self) -> bool:
        """Whether work is under way."""
        return self._work is not None

    @property
    def begun(self) -> int:
        """How often work was begun."""
        return self._begun

    def want(self, document: Document) -> None:
        """Take a newer document; it is in the journal already."""
        self._document = document
        self._broken.clear()
        self._changed.set()

    def hurry(self) -> None:
        """End a wait between tries: something outside has changed."""
        self._again.set()

    def settled(self) -> bool:
        """Whether the newest document came to its end, and all work for it too."""
        return self._work is None and self._held().settled == version(self._document)

    def unblock(self, *codes: str) -> None:
        """Try again if one of these causes was in the way: it may be gone now.

        Raises:
            sqlite3.Error: the journal refuses.
        """
        self._again.set()
        status = self._means.reporter.newest(self.subject)
        blocked = status is not None and status.cause and status.cause.code in codes
        if blocked and self._held().settled == version(self._document):
            self._means.journal.unsettle(self.subject)
            self._changed.set()

    async def run(self) -> None:
        """Work towards the newest document until cancelled."""
        await self._look_back()
        try:
            while True:
                self._changed.clear()
                decision = decide(
                    self._desired(self._document), self._held(), self._serving, self._broken
                )
                if decision.act is Act.STOP:
                    await self._stop()
                elif decision.act is Act.REST:
                    await self._changed.wait()
                else:
                    self._start()
        finally:
            await self._stop()

    def _start(self) -> None:
        document = self._document
        self._serving = version(document)
        self._begun += 1
        self._failures = 0
        self._again.clear()
        self._work = asyncio.create_task(self._serve(document), name=document.subject)
        self._work.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if self._work is task:
            self._work, self._serving = None, None
        if not task.cancelled() and (error := task.exception()):
            log.error("work-crashed", exception=error)
            # Unsettled work begins again: not at once, for it may crash again.
            asyncio.get_running_loop().call_later(_CRASH_S, self._changed.set)
            return
        self._changed.set()

    async def _stop(self) -> None:
        work = self._work
        if work is None:
            return
        work.cancel()
        await asyncio.wait([work])
        self._work, self._serving = None, None

    async def _serve(self, document: Document) -> None:
        """Bring one document's version to its end."""
        tale = self._narrator(document)
        try:
            while (again := await self._try(document, tale)) is not None:
                await self._pause(again.after_s)
                tale.quiet = again.failed
        except asyncio.CancelledError:
            tale.stopped()
            await self._tidy(document)
            raise
        await self._done(document)

    async def _try(self, document: Document, tale: Narrator) -> Again | None:
        """Try once; return when to try again, None if the version is settled."""
        try:
            tale.begin(self._means.journal.begin_attempt(document.subject))
            await self._act(document, tale)
        except Exception as error:  # noqa: BLE001 - each becomes a typed cause
            return await self._failed(document, tale, error)
        return None

    async def _failed(self, document: Document, tale: Narrator, error: Exception) -> Again | None:
        cause = cause_of_error(error, tale.at)
        if cause.code == "agent-fault":
            log.error("agent-fault", exception=error)
        self._failures += 1
        await self._tidy(document)
        again = next_try(cause, self._failures, self._means.chance(), self._means.backoff)
        if again is None and cause.code in self.curable and self._again.is_set():
            again = Again(0.0, failed=False)  # it went while this try was under way
        tale.failure(cause, again)
        if again is None:
            await self._settle(document, tale, ReplicaState.FAILED, cause)
        elif again.failed:
            tale.note(ReplicaState.FAILED, cause)
        else:
            tale.say(tale.at, ReplicaState.WAITING, cause, attempt=tale.attempt + 1)
        return again

    async def _settle(
        self,
        document: Document,
        tale: Narrator,
        state: ReplicaState,
        cause: Cause | None = None,
        *,
        removed: bool = False,
    ) -> None:
        """Report the end and journal it; the end stands even if the journal is full."""
        status = tale.end(state, cause, removed=removed)
        while True:
            try:
                self._means.journal.settle(
                    document.subject, version(document), status.model_dump_json()
                )
                return
            except sqlite3.Error as error:
                log.error("journal-unwritable", reason=str(error))
                await asyncio.sleep(_JOURNAL_S)

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._again.wait(), seconds)
        # Only now: what changed during the try is worth one more as well.
        self._again.clear()

    def _held(self) -> Held:
        row = self._means.journal.replica(self.subject)
        builds = tuple(each.build for each in self._means.journal.builds(self.subject))
        return Held(row.settled if row else None, row.live if row else None, builds)

    @abstractmethod
    def _desired(self, document: Document) -> Desired:
        """Return the part of a document that decides."""

    @abstractmethod
    def _narrator(self, document: Document) -> Narrator:
        """Return what tells of the work on a document."""

    @abstractmethod
    async def _look_back(self) -> None:
        """Find out whether what was brought about before still holds; else unsettle it."""

    @abstractmethod
    async def _act(self, document: Document, tale: Narrator) -> None:
        """Do the work once and settle it, or raise why it failed."""

    @abstractmethod
    async def _tidy(self, document: Document) -> None:
        """Delete what a try that failed or was stopped left behind."""

    @abstractmethod
    async def _done(self, document: Document) -> None:
        """Delete what is not needed any more, after the version was settled."""


def version(document: DesiredDocument | PythonDocument) -> Version:
    """Return which version a document is."""
    return Version(document.epoch, document.generation)
