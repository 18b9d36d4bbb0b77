"""Desired documents: what a replica should be, which Python a node should have; all signed.

The same replica always gives the same bytes (Ed25519 is deterministic), so what
stands in the bucket can be compared with what should.
"""

from pydantic import ValidationError

from venvoy.domain.errors import InvalidInput
from venvoy.domain.publication import Standing
from venvoy.domain.reconcile import Aim, Version
from venvoy.domain.state import OperationKind
from venvoy.store.node_pythons import DesiredPythonRow
from venvoy.store.replicas import DesiredRow
from venvoy.wire.messages import Action, DesiredDocument, ReplicaSettings
from venvoy.wire.nkey import KeyPair
from venvoy.wire.pythons import KIND, ArchiveFact, PythonDocument, read_document
from venvoy.wire.signing import open_document, sign_document

Wanted = DesiredRow | DesiredPythonRow


class Documents:
    """Makes and reads signed documents.

    Args:
        key: the controller's document key.
        settings: what a document carries where its environment chose nothing else.
    """

    def __init__(self, key: KeyPair, settings: ReplicaSettings) -> None:
        self._key = key
        self._settings = settings

    def signed(self, row: Wanted) -> bytes:
        """Return the signed document of a replica, or of an interpreter."""
        if isinstance(row, DesiredRow):
            payload = self._of_replica(row).model_dump_json()
        else:
            payload = self._of_python(row).model_dump_json()
        return sign_document(self._key, payload.encode())

    def _of_replica(self, row: DesiredRow) -> DesiredDocument:
        install = row.action is Aim.INSTALL
        return DesiredDocument(
            node=row.node_id,
            environment=row.environment_id,
            name=row.name,
            epoch=row.epoch,
            generation=row.generation,
            action=Action(row.action.value),
            operation=row.operation_id,
            revision=row.revision if install else None,
            lock_digest=row.lock_digest if install else None,
            python=row.python if install else None,
            settings=ReplicaSettings.model_validate(self._settings.model_dump() | row.settings),
            verify=install and row.kind is OperationKind.VERIFY,
        )

    def _of_python(self, row: DesiredPythonRow) -> PythonDocument:
        archive = ArchiveFact(
            sha256=row.sha256,
            size=row.size,
            implementation=row.implementation,
            version=row.version,
            platform=row.platform,
        )
        return PythonDocument(
            kind=KIND,
            node=row.node_id,
            python=row.archive_id,
            epoch=row.epoch,
            generation=row.generation,
            action=Action(row.action.value),
            operation=row.operation_id,
            archive=archive if row.action is Aim.INSTALL else None,
        )

    def standing(self, envelope: bytes, wanted: bytes | None) -> Standing:
        """Return what an envelope from the bucket says, as far as its signature holds."""
        try:
            payload = open_document(self._key.public, envelope)
            document = read_document(payload)
        except (InvalidInput, ValidationError):
            return Standing(version=None)
        return Standing(
            version=Version(document.epoch, document.generation),
            tombstone=document.action is Action.REMOVE,
            same=envelope == wanted,
        )
