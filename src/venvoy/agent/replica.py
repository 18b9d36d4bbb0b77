"""One replica: the queue of work of one environment on this node."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from threading import Event

from venvoy.agent.baselines import document_of
from venvoy.agent.build import Order
from venvoy.agent.causes import StepFailed
from venvoy.agent.findings import changed_packages, drifted
from venvoy.agent.gate import Gate
from venvoy.agent.hooks import Hooks
from venvoy.agent.journal import BuildRow
from venvoy.agent.means import Means
from venvoy.agent.narrator import Narrator, ReplicaNarrator
from venvoy.agent.prefix_scan import PrefixScan
from venvoy.agent.survival import survived
from venvoy.agent.trial import Trial, Trials
from venvoy.agent.work import Work, version
from venvoy.domain.cause import Cause, Hop, Step
from venvoy.domain.drift import Baseline
from venvoy.domain.reconcile import Act, Aim, Decision, Desired, Held, decide
from venvoy.domain.state import ReplicaState
from venvoy.wire.messages import DesiredDocument

OCCUPIED = "stable-path-occupied"
NO_PYTHON = "python-not-found"
_MOST_TOLD = 200
"""Lines about differences in a log; the controller is told of more."""
_HELD_FIRST_S = 2.0
_HELD_LONGEST_S = 60.0
_CHECK_FIRST_S = 0.5
_CHECK_LONGEST_S = 15.0


class Replica(Work[DesiredDocument]):
    """One environment on this node.

    Args:
        document: the newest that was accepted; in the journal already.
        means: shared with all other queues.
        freed: told a name whose stable path this replica gave up.
    """

    curable = (OCCUPIED, NO_PYTHON)

    def __init__(
        self, document: DesiredDocument, means: Means, freed: Callable[[str], None]
    ) -> None:
        super().__init__(document, means)
        self._freed = freed
        self._gate = Gate(means.builder)
        self._hooks = Hooks(means.builder)
        self._trials = Trials(means.journal)

    def _desired(self, document: DesiredDocument) -> Desired:
        return Desired(
            version(document),
            Aim(document.action.value),
            document.revision,
            document.lock_digest,
            document.python,
            document.verify,
        )

    def _held(self) -> Held:
        held = super()._held()
        return replace(held, drifted=drifted(self._means.journal, (b.id for b in held.builds)))

    def _narrator(self, document: DesiredDocument) -> Narrator:
        return ReplicaNarrator(document, self._means)

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

    async def _tidy(self, document: DesiredDocument) -> None:
        # What is half built takes room that the next try may need.
        await self._means.collector.sweep(document.environment)

    async def _done(self, document: DesiredDocument) -> None:
        told = document.settings
        self._means.collector.retire(document.environment, told.keep_prefixes, told.tagged)
        await self._means.collector.sweep(document.environment)

    async def _act(self, document: DesiredDocument, tale: Narrator) -> None:
        trial = self._trials.of(document.environment)
        if trial is not None and trial.cause and trial.version == _pair(document):
            await self._go_back(document, trial, trial.cause, tale)
            return
        decision = decide(self._desired(document), self._held(), None, self._broken)
        if decision.act is Act.HOLD:
            self._trials.close(document.environment)
            await self._settle(document, tale, ReplicaState.CANCELLED)
        elif decision.act is Act.REMOVE:
            await self._remove(document, tale)
        elif decision.act is Act.VERIFY:
            await self._verify(document, decision, tale)
        elif decision.act in {Act.BUILD, Act.REUSE}:
            await self._install(document, decision, tale)

    async def _install(self, document: DesiredDocument, decision: Decision, tale: Narrator) -> None:
        tale.say(Step.QUEUE, ReplicaState.PENDING)
        held = self._held()
        if held.live in held.drifted and held.live != decision.build:
            tale.line("what is live has drifted, and is not brought in again")
        async with self._means.turns.take() as tale.turn:
            row = await self._prefix(document, decision, tale)
            await self._pass(document, row, tale, fresh=row.build.id != decision.build)
            await self._note(row)
            trial = self._trial(document, row)
            self._hooks.expect(document, row)
            tale.step(Step.SWITCH)
            stable = self._means.switch.to(document.name, row, document.revision or 0)
            tale.line(f"{stable} is revision {document.revision}")
            self._means.journal.doom(self._broken - {row.build.id})
        if trial is not None and (cause := await self._prove(document, row, tale)):
            await self._go_back(document, trial, cause, tale)
            return
        self._trials.close(document.environment)
        failed = await self._follow(document, row, document.revision or 0, tale)
        await self._settle(document, tale, ReplicaState.READY, failed)
        self._hooks.drop(document.environment)
        self._means.compiler.later(row)

    async def _verify(self, document: DesiredDocument, decision: Decision, tale: Narrator) -> None:
        """Read all files of what is live and tell how it differs; nothing is changed."""
        tale.step(Step.CHECK)
        rows = {row.build.id: row for row in self._means.journal.builds(document.environment)}
        found = await self._means.drift.verify(rows[decision.build or ""])
        for each in found[:_MOST_TOLD]:
            tale.line(f"{each.kind.value} {each.package} {each.path}".rstrip())
        if not found:
            tale.line("all files are as they were put there")
            await self._settle(document, tale, ReplicaState.READY)
            return
        files = sum(1 for each in found if each.path)
        params = {"count": len(found), "files": files, "packages": len(found) - files}
        cause = Cause("drift-found", Step.CHECK, Hop.NODE, params)
        tale.line(f"packages that differ: {len(found) - files}, files: {files}")
        await self._settle(document, tale, ReplicaState.DRIFTED, cause)

    async def _pass(
        self, document: DesiredDocument, row: BuildRow, tale: Narrator, *, fresh: bool
    ) -> None:
        """Let a prefix pass the gate; one that was just built for nothing is deleted."""
        try:
            await self._gate.check(document, row, tale)
        except StepFailed:
            if fresh and row.build.id != self._held().live:
                self._means.journal.doom([row.build.id])
            tale.line("what was live stays live")
            raise

    def _trial(self, document: DesiredDocument, row: BuildRow) -> Trial | None:
        """Note the way back where there is a grace time, and something new to prove."""
        environment = document.environment
        noted = self._trials.of(environment)
        proved = row.build.id == self._held().live and noted is None
        if not document.settings.grace_seconds or proved:
            return None
        return self._trials.open(environment, row.build.id, version(document))

    async def _prove(
        self, document: DesiredDocument, row: BuildRow, tale: Narrator
    ) -> Cause | None:
        """Return why what is live now did not pass its checks within the grace time."""
        tale.step(Step.CHECK)
        loop = asyncio.get_running_loop()
        end = loop.time() + document.settings.grace_seconds
        wait = _CHECK_FIRST_S
        while True:
            try:
                await self._gate.check(document, row, tale, after=True)
            except StepFailed as failure:
                left = end - loop.time()
                if left <= 0:
                    return failure.cause
                tale.line(f"not yet ({failure.cause.code}); {left:.0f} s are left")
                await asyncio.sleep(min(wait, left))
                wait = min(wait * 2, _CHECK_LONGEST_S)
            else:
                return None

    async def _follow(
        self, document: DesiredDocument, row: BuildRow, revision: int, tale: Narrator
    ) -> Cause | None:
        """Do what follows a switch; return what failed of it, which undoes nothing."""
        if self._hooks.due(document.environment, row.build.id) is None:
            return None
        tale.step(Step.HOOK)
        failed = await self._hooks.run(document, row, revision, tale)
        if failed is not None:
            tale.failure(failed, None)
            tale.line("what was switched to stays live")
        return failed

    async def _go_back(
        self, document: DesiredDocument, trial: Trial, cause: Cause, tale: Narrator
    ) -> None:
        """Let the revision be live again that was, and fail for good."""
        environment = document.environment
        self._trials.judge(environment, trial, cause)
        rows = {row.build.id: row for row in self._means.journal.builds(environment)}
        before = rows.get(trial.before or "")
        params = {**cause.params, "revision": document.revision, "check": cause.code}
        if before is None or before.build.id in self._broken:
            told = replace(cause, code="failed-after-switch", params=params)
        else:
            revision = trial.before_revision or before.build.revision
            self._hooks.expect(document, before)
            tale.step(Step.SWITCH)
            stable = self._means.switch.to(document.name, before, revision)
            tale.line(f"gone back: {stable} is revision {revision}")
            await self._follow(document, before, revision, tale)
            told = replace(cause, code="gone-back", params={**params, "back_to": revision})
        tale.failure(told, None)
        await self._settle(document, tale, ReplicaState.FAILED, told)
        self._hooks.drop(environment)
        self._trials.close(environment)

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
        await self._distrust(document, tale)
        return await builder.build(order, tale)

    async def _distrust(self, document: DesiredDocument, tale: Narrator) -> None:
        """Let nothing of what was changed by hand come into a new prefix."""
        journal, held = self._means.journal, self._held()
        for row in journal.builds(document.environment):
            packages = changed_packages(journal, row.build.id)
            if row.build.id in held.drifted and packages:
                with suppress(OSError):
                    await self._means.builder.distrust(row.path, packages, tale)

    async def _note(self, row: BuildRow) -> None:
        """Note what the prefix holds, before anybody can lay hands on it (`drift`)."""
        journal, build = self._means.journal, row.build.id
        if journal.baseline(build) is not None:
            return
        scan = PrefixScan(row.path, Event())
        # What cannot be noted now is noted by the watch; a switch does not wait for it.
        with suppress(OSError, sqlite3.Error):
            seen = await asyncio.to_thread(scan.packages)
            journal.remember_baseline(build, document_of(Baseline(seen)))

    async def _remove(self, document: DesiredDocument, tale: Narrator) -> None:
        means, environment = self._means, document.environment
        tale.say(Step.REMOVE, ReplicaState.REMOVING)
        await means.compiler.forget(environment)
        replica = means.journal.replica(environment)
        if replica is not None and not means.switch.away(replica):
            tale.line("the stable path is not this environment's and stays")
        self._freed(document.name)
        self._trials.close(environment)
        self._hooks.drop(environment)
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


def _pair(document: DesiredDocument) -> tuple[int, int]:
    return document.epoch, document.generation
