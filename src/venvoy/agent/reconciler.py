"""All replicas and interpreters of this node: takes documents, keeps a queue for each, starts over.

A document is journalled before it has any effect, so that what was obeyed once is
obeyed after a kill too. The order in which documents come does not matter, nor
whether they come twice: the newest is kept.
"""

import asyncio
import sqlite3
from collections.abc import Mapping

from pydantic import ValidationError

from venvoy.agent import log, memory, reigns
from venvoy.agent.collector import Keeping
from venvoy.agent.documents import Authority
from venvoy.agent.journal import ReplicaRow
from venvoy.agent.means import Means
from venvoy.agent.python_work import PythonWork
from venvoy.agent.replica import NO_PYTHON, OCCUPIED, Replica
from venvoy.agent.work import version
from venvoy.domain.errors import InvalidInput
from venvoy.domain.reconcile import Version, newer
from venvoy.wire.messages import Action, DesiredDocument, ReplicaStatus
from venvoy.wire.pythons import PythonDocument

_SWEEP_S = 600.0
_LOGS_KEPT = 200
_IDLE_S = 10.0
_CRASH_S = 10.0
_JOURNAL_S = 10.0


class Reconciler:
    """The replicas of one node.

    Args:
        authority: tells documents to obey from others.
        means: what replicas work with.
    """

    def __init__(self, authority: Authority, means: Means) -> None:
        self._authority = authority
        self._means = means
        self._replicas: dict[str, Replica | PythonWork] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._unrecovered: set[str] = set()
        self._closed = False

    async def start(self) -> None:
        """Find out what is true after whatever ended the last run, and go on from there.

        A disk that takes nothing, as a full one, does not keep the node from coming up
        and telling of it: what cannot be done now is done later.

        Raises:
            sqlite3.Error: the journal cannot be read.
        """
        rows = self._means.journal.replicas()
        for row in rows:
            self._load(row)
        # All are known by now, so that none takes over the path of one that stays.
        self._unrecovered = {row.environment for row in rows if not self._recover(row.environment)}
        try:
            await self._means.collector.tidy()
            await self._means.builder.scratch.clear()
            await self._means.collector.sweep()
            await self._means.pythons.clear(self._wanted_pythons())
            self._close_old_logs()
        except (OSError, sqlite3.Error) as error:
            log.error("start-not-tidy", reason=str(error))
        for environment in self._replicas:
            self._run(environment)
        for environment in self._replicas:
            self._unblock(environment, OCCUPIED, NO_PYTHON)

    def _recover(self, environment: str) -> bool:
        """Bring a replica's journal and stable path into agreement, if that can be written."""
        row = self._means.journal.replica(environment)
        if isinstance(self._replicas.get(environment), PythonWork):
            return True
        try:
            if row is not None:
                self._means.switch.recover(row)
        except (OSError, sqlite3.Error) as error:
            log.error("not-recovered", environment=environment, reason=str(error))
            return False
        return True

    def offer(self, envelope: bytes) -> bool:
        """Take a signed document if it is newer than what is held.

        Returns:
            Whether it was taken.

        Raises:
            InvalidInput: it is not for this node, or not from its controller.
            sqlite3.Error: the journal refuses; it was not taken.
        """
        document = self._authority.read(envelope)
        environment = document.subject
        known = self._replicas.get(environment)
        if not newer(version(document), version(known.document) if known else None):
            return False
        self._means.journal.accept(environment, _name(document), version(document), envelope)
        if not _passed_on(known, document):
            self._replicas[environment] = self._made(document)
            self._run(environment)
        return True

    def able(self) -> None:
        """The node has other interpreters: whoever lacked one may find it now."""
        for environment in self._replicas:
            self._unblock(environment, NO_PYTHON)

    def forget(self, unlisted: Mapping[str, Version]) -> None:
        """Drop what was removed here and is not known to the controller any more.

        Until then a removed replica is kept, so that its end is told until it is heard.

        Args:
            unlisted: what a complete resync did not list, with the versions that were
                held before it began.
        """
        for environment, known in unlisted.items():
            replica = self._replicas.get(environment)
            if replica is None or version(replica.document) != known:
                continue
            if replica.document.action is not Action.REMOVE or not replica.settled():
                continue
            try:
                self._means.journal.forget(environment)
                reigns.forget(self._means.journal, environment)
            except sqlite3.Error as error:
                log.warning("replica-not-forgotten", environment=environment, reason=str(error))
                continue
            del self._replicas[environment]
            self._tasks.pop(environment).cancel()
            self._means.reporter.forget(environment)

    def versions(self) -> Mapping[str, Version]:
        """Return the version that is held of every environment, also of removed ones."""
        return {env: version(replica.document) for env, replica in self._replicas.items()}

    def gone(self, environment: str) -> bool:
        """Whether an environment is not, or shall not be, on this node."""
        replica = self._replicas.get(environment)
        return replica is None or replica.document.action is Action.REMOVE

    def keeping(self) -> dict[str, Keeping]:
        """Return what is to stay of every environment that no work is under way on."""
        found = {}
        for environment, replica in self._replicas.items():
            if isinstance(replica, Replica) and replica.settled():
                told = replica.document.settings
                found[environment] = Keeping(told.keep_prefixes, told.tagged, busy=False)
        return found

    def hurry(self) -> None:
        """End all waits between tries: the network may be back."""
        for replica in self._replicas.values():
            replica.hurry()

    async def keep_small(self) -> None:
        """Give memory back whenever the work is done, until cancelled."""
        done = -1
        while True:
            await asyncio.sleep(_IDLE_S)
            begun = sum(replica.begun for replica in self._replicas.values())
            if begun != done and not any(replica.busy for replica in self._replicas.values()):
                memory.give_back()
                done = begun

    async def keep_clean(self) -> None:
        """Delete now and then what was in use before, until cancelled."""
        while True:
            await asyncio.sleep(_SWEEP_S)
            try:
                await self._means.collector.sweep()
                self._means.logbook.prune(_LOGS_KEPT)
                self._means.builder.locks.prune(_LOGS_KEPT)
            except (OSError, sqlite3.Error) as error:
                log.warning("sweep-failed", reason=str(error))

    async def close(self) -> None:
        """Stop all work; what was being built is doomed and reported as pending."""
        self._closed = True
        for task in self._tasks.values():
            task.cancel()
        if self._tasks:
            await asyncio.wait(list(self._tasks.values()))
        await self._means.compiler.close()

    def _freed(self, name: str) -> None:
        """Whoever waits for this name may have it now."""
        for environment, replica in self._replicas.items():
            if isinstance(replica, Replica) and replica.document.name == name:
                self._unblock(environment, OCCUPIED)

    def _unblock(self, environment: str, *codes: str) -> None:
        try:
            self._replicas[environment].unblock(*codes)
        except sqlite3.Error as error:
            log.warning("replica-not-unblocked", environment=environment, reason=str(error))

    async def _work(self, environment: str) -> None:
        while environment in self._unrecovered:
            await asyncio.sleep(_JOURNAL_S)
            if self._recover(environment):
                self._unrecovered.discard(environment)
        await self._replicas[environment].run()

    def _run(self, environment: str) -> None:
        task = asyncio.create_task(self._work(environment), name=f"replica {environment}")
        self._tasks[environment] = task
        task.add_done_callback(lambda task: self._ended(environment, task))

    def _ended(self, environment: str, task: asyncio.Task[None]) -> None:
        """Only a fault ends a replica's queue, such as a journal that cannot be read."""
        if self._closed or task.cancelled() or (error := task.exception()) is None:
            return
        log.error("replica-crashed", exception=error, environment=environment)
        asyncio.get_running_loop().call_later(_CRASH_S, self._rerun, environment)

    def _rerun(self, environment: str) -> None:
        if not self._closed and environment in self._replicas:
            self._run(environment)

    def _load(self, row: ReplicaRow) -> None:
        document = self._kept(row.envelope)
        if document is None:
            return
        self._replicas[row.environment] = self._made(document)
        if row.status is not None:
            try:
                self._means.reporter.report(ReplicaStatus.model_validate_json(row.status))
            except ValidationError:
                # Written by another release; the next status says it anew.
                log.warning("journalled-status-unreadable", environment=row.environment)

    def _made(self, document: DesiredDocument | PythonDocument) -> Replica | PythonWork:
        if isinstance(document, PythonDocument):
            return PythonWork(document, self._means)
        return Replica(document, self._means, self._freed)

    def _wanted_pythons(self) -> frozenset[str]:
        """Ids of archives that are to be installed."""
        return frozenset(
            subject
            for subject, work in self._replicas.items()
            if isinstance(work, PythonWork) and work.document.action is Action.INSTALL
        )

    def _kept(self, envelope: bytes) -> DesiredDocument | PythonDocument | None:
        try:
            return self._authority.read(envelope)
        except InvalidInput as error:
            # The key was changed: the controller will send what it wants signed anew.
            log.warning("journalled-document-refused", reason=error.code)
            return None

    def _close_old_logs(self) -> None:
        """Logs of work that ended are complete, though a kill kept that from being said."""
        running = set()
        for row in self._means.journal.replicas():
            replica = self._replicas.get(row.environment)
            if replica is not None and row.settled != version(replica.document):
                running.add(replica.document.operation)
        for operation in self._means.logbook.left():
            if operation not in running:
                self._means.logbook.close(operation)


def _passed_on(
    known: Replica | PythonWork | None, document: DesiredDocument | PythonDocument
) -> bool:
    """Give a document to the queue that there is; False where there is none."""
    if isinstance(document, DesiredDocument):
        if isinstance(known, Replica):
            known.want(document)
            return True
    elif isinstance(known, PythonWork):
        known.want(document)
        return True
    return False


def _name(document: DesiredDocument | PythonDocument) -> str:
    """What the journal calls it; an interpreter has no stable path that this could name."""
    return document.name if isinstance(document, DesiredDocument) else ".python"
