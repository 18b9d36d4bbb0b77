"""Which desired documents this node obeys: signed by its controller, and for itself."""

import base64
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from venvoy.domain.errors import InvalidInput
from venvoy.wire.collections import CollectCommand
from venvoy.wire.joining import NodeTombstone
from venvoy.wire.messages import Action, DesiredDocument
from venvoy.wire.pythons import PythonDocument, read_document
from venvoy.wire.signing import open_document
from venvoy.wire.surveys import SurveyCommand

Command = Annotated[CollectCommand | SurveyCommand, Field(discriminator="kind")]
_COMMANDS: TypeAdapter[Command] = TypeAdapter(Command)


@dataclass(frozen=True, slots=True)
class Authority:
    """Whom this node obeys.

    Attributes:
        node: this node's id.
        document_key: the controller's public key.
    """

    node: str
    document_key: str

    def read(self, envelope: bytes) -> DesiredDocument | PythonDocument:
        """Return the document in a signed envelope.

        Raises:
            InvalidInput: `document-malformed`, `document-forged`, `document-unreadable`
                or `document-misdirected`.
        """
        payload = open_document(self.document_key, envelope)
        try:
            document = read_document(payload)
        except ValidationError as error:
            raise InvalidInput("document-unreadable") from error
        if document.node != self.node:
            raise InvalidInput("document-misdirected", node=document.node)
        if document.action is Action.INSTALL and None in _wanted(document):
            raise InvalidInput("document-unreadable")
        return document

    def command(self, envelope: bytes) -> Command:
        """Return the command in a signed envelope.

        Raises:
            InvalidInput: as `read`.
        """
        payload = open_document(self.document_key, envelope)
        try:
            command = _COMMANDS.validate_json(payload)
        except ValidationError as error:
            raise InvalidInput("document-unreadable") from error
        if command.node != self.node:
            raise InvalidInput("document-misdirected", node=command.node)
        return command

    def removal(self, encoded: str) -> NodeTombstone:
        """Return the tombstone of this node that the controller signed.

        Args:
            encoded: base64, as a refusal carries it.

        Raises:
            InvalidInput: as `read`.
        """
        try:
            envelope = base64.b64decode(encoded, validate=True)
        except ValueError as error:
            raise InvalidInput("document-malformed") from error
        payload = open_document(self.document_key, envelope)
        try:
            tombstone = NodeTombstone.model_validate_json(payload)
        except ValidationError as error:
            raise InvalidInput("document-unreadable") from error
        if tombstone.node != self.node:
            raise InvalidInput("document-misdirected", node=tombstone.node)
        return tombstone


def _wanted(document: DesiredDocument | PythonDocument) -> tuple[object, ...]:
    """What an installation must name."""
    if isinstance(document, PythonDocument):
        return (document.archive,)
    return (document.revision, document.lock_digest, document.python)
