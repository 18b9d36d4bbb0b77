"""One interpreter that this node is to have, or not to have any more: its queue of work."""

from collections.abc import Mapping
from typing import ClassVar

from venvoy.agent.means import Means
from venvoy.agent.narrator import Narrator
from venvoy.agent.work import Work, version
from venvoy.domain.cause import Step
from venvoy.domain.reconcile import Act, Aim, Desired, decide
from venvoy.domain.state import ReplicaState
from venvoy.wire.messages import Action
from venvoy.wire.pythons import PythonDocument


class PythonWork(Work[PythonDocument]):
    """One archive's interpreter on this node."""

    def _desired(self, document: PythonDocument) -> Desired:
        return Desired(version(document), Aim(document.action.value))

    def _narrator(self, document: PythonDocument) -> Narrator:
        return PythonNarrator(document, self._means)

    async def _look_back(self) -> None:
        """Install it anew if somebody took it away since."""
        wanted = self._document.action is Action.INSTALL
        settled = self._held().settled == version(self._document)
        status = self._means.reporter.newest(self.subject)
        was_there = status is not None and status.state is ReplicaState.READY
        if wanted and settled and was_there and self._means.pythons.installed(self.subject) is None:
            self._means.journal.unsettle(self.subject)

    async def _act(self, document: PythonDocument, tale: Narrator) -> None:
        act = decide(self._desired(document), self._held(), None).act
        pythons = self._means.pythons
        if act is Act.HOLD:
            await self._settle(document, tale, ReplicaState.CANCELLED)
        elif act is Act.REMOVE:
            tale.say(Step.REMOVE, ReplicaState.REMOVING)
            await pythons.remove(document.python)
            await self._settle(document, tale, ReplicaState.REMOVING, removed=True)
        elif document.archive is not None:
            tale.say(Step.QUEUE, ReplicaState.PENDING)
            async with self._means.turns.take() as tale.turn:
                await pythons.install(document.python, document.archive, tale)
            await self._settle(document, tale, ReplicaState.READY)

    async def _tidy(self, document: PythonDocument) -> None:
        await self._means.pythons.tidy(document.python)

    async def _done(self, document: PythonDocument) -> None:
        await self._means.pythons.tidy(document.python)


class PythonNarrator(Narrator):
    """Speaks for an interpreter."""

    titles: ClassVar[Mapping[Step, str]] = {
        Step.FETCH: "fetching the archive",
        Step.INSTALL: "unpacking the interpreter",
        Step.CHECK: "asking the interpreter what it is",
        Step.REMOVE: "removing the interpreter",
    }

    def __init__(self, document: PythonDocument, means: Means) -> None:
        super().__init__(document, means)
        self._wish = document
        self._pythons = means.pythons

    def _ready(self) -> str:
        there = self._pythons.installed(self._wish.python)
        return f"python {there.version} is at {there.path}" if there else "ready"

    def _there(self) -> dict[str, object]:
        there = self._pythons.installed(self._wish.python)
        return {"path": str(there.path), "python_version": there.version} if there else {}
