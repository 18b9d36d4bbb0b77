"""Asks nodes something at once, by signed commands; a node that does not answer is none."""

from typing import Protocol, TypeVar

from pydantic import ValidationError

from venvoy.bus.client import Link
from venvoy.domain.errors import VenvoyError
from venvoy.wire import subjects
from venvoy.wire.collections import CollectCommand
from venvoy.wire.messages import Message
from venvoy.wire.nkey import KeyPair
from venvoy.wire.signing import sign_document
from venvoy.wire.surveys import SurveyCommand

Reply = TypeVar("Reply", bound=Message)
_ANSWER_S = 40.0


class Ask(Protocol):
    """Sends a command and returns what its node answers."""

    async def __call__(
        self, command: CollectCommand | SurveyCommand, reply: type[Reply]
    ) -> Reply | None:
        """Return the answer, None where there is none in time or none of that kind."""
        ...


def asking(link: Link, key: KeyPair) -> Ask:
    """Return what asks over NATS.

    Args:
        key: the controller's document key.
    """

    async def ask(command: CollectCommand | SurveyCommand, reply: type[Reply]) -> Reply | None:
        envelope = sign_document(key, command.model_dump_json().encode())
        subject = subjects.command(command.node)
        try:
            answer = await link.request(subject, envelope, timeout_s=_ANSWER_S)
            return reply.model_validate_json(answer.data)
        except (VenvoyError, ValidationError):
            return None

    return ask
