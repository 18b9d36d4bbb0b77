"""What the controller asks of this node at once, beside what it should hold."""

from dataclasses import dataclass

from venvoy.agent.collection import Collection
from venvoy.agent.documents import Authority
from venvoy.agent.survey import Surveyor
from venvoy.wire.collections import CollectReply
from venvoy.wire.surveys import SurveyCommand, SurveyReply


@dataclass(frozen=True, slots=True)
class Commands:
    """Answers.

    Attributes:
        authority: tells the controller's commands from others'.
        collection: answers about garbage.
        surveyor: answers about virtual environments that are not Venvoy's.
    """

    authority: Authority
    collection: Collection
    surveyor: Surveyor

    async def answer(self, envelope: bytes) -> CollectReply | SurveyReply:
        """Do what a signed command says, and return what there is to tell.

        Raises:
            InvalidInput: it is not for this node, not from its controller, or of a kind
                that this release does not know.
            OSError, sqlite3.Error: the journal or the processes cannot be read.
        """
        command = self.authority.command(envelope)
        if isinstance(command, SurveyCommand):
            return await self.surveyor.answer(command)
        return await self.collection.answer(command)
