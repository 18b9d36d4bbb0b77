"""One replica: one ordered queue of work, always towards the newest desired state.

The loop decides (`venvoy.domain.reconcile`), starts the work or stops older work,
and waits for something to change. Work brings one version to its end, however many
tries that takes; only then is the version settled in the journal. Whatever fails
here becomes a status with a typed cause, never an exception.
"""

import asyncio
import random
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from venvoy.agent import log
from venvoy.agent.build import Builder, Order
from venvoy.agent.causes import StepFailed, cause_of_error
from venvoy.agent.collector import Collector
from venvoy.agent.compiler import Compiler
from venvoy.agent.journal import BuildRow, Journal, ReplicaRow
from venvoy.agent.logbook import Logbook
from venvoy.agent.narrator import Narrator
from venvoy.agent.reporter import Reporter
from venvoy.agent.survival import survived
from venvoy.agent.switch import Switch
from venvoy.agent.turns import Turns
from venvoy.domain.backoff import Again, Backoff, next_try
from venvoy.domain.cause import Cause, Hop, Step
from venvoy.domain.reconcile import Act, Aim, Decision, Desired, Held, Version, decide
from venvoy.domain.state import ReplicaState
from venvoy.wire.messages import DesiredDocument

_OCCUPIED = "stable-path-occupied"
_HELD_FIRST_S = 2.0
_HELD_LONGEST_S = 60.0
_JOURNAL_S = 10.0
_CRASH_S = 10.0


@dataclass(frozen=True, slots=True)
class Means:
    """What every replica of a node works with.

    Attributes:
        turns: how many builds run at once.
        chance: uniformly random, 0 to 1.
        now: the time, UTC.
    """

    node: str
    journal: Journal
    builder: Builder
    switch: Switch
    collector: Collector
    compiler: Compiler
    reporter: Reporter
    logbook: Logbook
    turns: Turns
    now: Callable[[], datetime]
    backoff: Backoff = field(default_factory=Backoff)
    chance: Callable[[], float] = field(default=random.random)


class Replica:
    """One environment on this node.

    Args:
        document: the newest that was accepted; in the journal already.
        means: shared with all other replicas.
        freed: told a name whose stable path this replica gave up.
    """

    def __init__(
        self, document: DesiredDocument, means: Means, freed: Callable[[str], None]
    ) -> None:
        self._document = document
        self._means = means
        self._freed = freed
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
    def document(self) -> DesiredDocument:
        """The newest desired document."""
        return self._document

    @property
    def busy(self) -> bool:
        """Whether work is under way."""
        return self._work is not None

    @property
    def begun(self) -> int:
        """How often work was begun."""
        return self._begun

    def want(self, document: DesiredDocument) -> None:
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

    def unblock(self) -> None:
        """Try again if somebody else's stable path was in the way: it may be free now.

        Raises:
            sqlite3.Error: the journal refuses.
        """
        self._again.set()
        status = self._means.reporter.newest(self._document.environment)
        blocked = status is not None and status.cause and status.cause.code == _OCCUPIED
        if blocked and self._held().settled == version(self._document):
            self._means.journal.unsettle(self._document.environment)
            self._changed.set()

    async def run(self) -> None:
        """Work towards the newest document until cancelled."""
        await self._look_back()
        try:
            while True:
                self._changed.clear()
                decision = decide(
                    desired(self._document), self._held(), self._serving, self._broken
                )
                if decision.act is Act.STOP:
                    await self._stop()
                elif decision.act is Act.REST:
                    await self._changed.wait()
                else:
                    self._start()
        finally:
            await self._stop()

    async def _look_back(self) -> None:
        """Begin anew if what is live was damaged, as by a power failure; else go on with it."""
        means, environment = self._means, self._document.environment
        live = self._held().live
        row = next((r for r in means.journal.builds(environment) if r.build.id == live), None)
        if row is None:
            return
        async with means.turns.take():
            whole = await survived(order_of(self._document), row, means.builder)
        if whole:
            means.compiler.later(row)
            return
        self._broken.add(row.build.id)
        means.journal.unsettle(environment)

    def _start(self) -> None:
        document = self._document
        self._serving = version(document)
        self._begun += 1
        self._failures = 0
        self._again.clear()
        self._work = asyncio.create_task(self._serve(document), name=document.environment)
        self._work.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if self._work is task:
            self._work, self._serving = None, None
        if not task.cancelled() and (error := task.exception()):
            log.error("replica-work-crashed", exception=error)
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

    async def _serve(self, document: DesiredDocument) -> None:
        """Bring one document's version to its end."""
        tale = Narrator(document, self._means)
        try:
            while (again := await self._try(document, tale)) is not None:
                await self._pause(again.after_s)
                tale.quiet = again.failed
        except asyncio.CancelledError:
            tale.stopped()
            await self._means.collector.sweep(document.environment)
            raise
        self._means.collector.retire(document.environment, document.settings.keep_prefixes)
        await self._means.collector.sweep(document.environment)

    async def _try(self, document: DesiredDocument, tale: Narrator) -> Again | None:
        """Try once; return when to try again, None if the version is settled."""
        try:
            tale.begin(self._means.journal.begin_attempt(document.environment))
            await self._act(document, tale)
        except Exception as error:  # noqa: BLE001 - each becomes a typed cause
            return await self._failed(document, tale, error)
        return None

    async def _act(self, document: DesiredDocument, tale: Narrator) -> None:
        decision = decide(desired(document), self._held(), None, self._broken)
        if decision.act is Act.HOLD:
            await self._settle(document, tale, ReplicaState.CANCELLED)
        elif decision.act is Act.REMOVE:
            await self._remove(document, tale)
        elif decision.act in {Act.BUILD, Act.REUSE}:
            tale.say(Step.QUEUE, ReplicaState.PENDING)
            async with self._means.turns.take() as tale.turn:
                row = await self._prefix(document, decision, tale)
                tale.step(Step.SWITCH)
                stable = self._means.switch.to(document.name, row, document.revision or 0)
                tale.line(f"{stable} is revision {document.revision}")
                self._means.journal.doom(self._broken - {row.build.id})
            await self._settle(document, tale, ReplicaState.READY)
            self._means.compiler.later(row)

    async def _prefix(
        self, document: DesiredDocument, decision: Decision, tale: Narrator
    ) -> BuildRow:
        """Return a checked prefix: one that is there, or a new one."""
        order = order_of(document)
        builder = self._means.builder
        for row in self._means.journal.builds(document.environment):
            if row.build.id != decision.build:
                continue
            try:
                await builder.verify(order, row, tale)
                return row
            except StepFailed as failure:
                if failure.cause.step is Step.LOCK:
                    raise
                tale.line(f"the prefix of this lock is not whole ({failure.cause.code})")
                self._broken.add(row.build.id)
        return await builder.build(order, tale)

    async def _remove(self, document: DesiredDocument, tale: Narrator) -> None:
        means, environment = self._means, document.environment
        tale.say(Step.REMOVE, ReplicaState.REMOVING)
        await means.compiler.forget(environment)
        replica = means.journal.replica(environment)
        if replica is not None and not means.switch.away(replica):
            tale.line("the stable path is not this environment's and stays")
        self._freed(document.name)
        means.journal.doom(row.build.id for row in means.journal.builds(environment))
        wait = _HELD_FIRST_S
        while held := await means.collector.sweep(environment):
            cause = Cause(
                "prefix-in-use", Step.REMOVE, Hop.NODE, {"count": len(held)}, transient=True
            )
            tale.say(Step.REMOVE, ReplicaState.WAITING, cause)
            await self._pause(wait)
            wait = min(wait * 2, _HELD_LONGEST_S)
        await self._settle(document, tale, ReplicaState.REMOVING, removed=True)

    async def _failed(
        self, document: DesiredDocument, tale: Narrator, error: Exception
    ) -> Again | None:
        cause = cause_of_error(error, tale.at)
        if cause.code == "agent-fault":
            log.error("agent-fault", exception=error)
        self._failures += 1
        # What is half built takes room that the next try may need.
        await self._means.collector.sweep(document.environment)
        again = next_try(cause, self._failures, self._means.chance(), self._means.backoff)
        if again is None and cause.code == _OCCUPIED and self._again.is_set():
            again = Again(0.0, failed=False)  # it was freed while this try went on
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
        document: DesiredDocument,
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
                    document.environment, version(document), status.model_dump_json()
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
        environment = self._document.environment
        row: ReplicaRow | None = self._means.journal.replica(environment)
        builds = tuple(each.build for each in self._means.journal.builds(environment))
        return Held(row.settled if row else None, row.live if row else None, builds)


def version(document: DesiredDocument) -> Version:
    """Return which version a document is."""
    return Version(document.epoch, document.generation)


def desired(document: DesiredDocument) -> Desired:
    """Return the part of a document that decides."""
    return Desired(
        version(document),
        Aim(document.action.value),
        document.revision,
        document.lock_digest,
        document.python,
    )


def order_of(document: DesiredDocument) -> Order:
    """Return what a document asks to build; it was accepted, so it is complete."""
    return Order(
        environment=document.environment,
        name=document.name,
        revision=document.revision or 0,
        lock=document.lock_digest or "",
        python=document.python or "",
        link_mode=document.settings.link_mode.value,
        stall_seconds=document.settings.stall_seconds,
    )
