"""Interpreters: what a node is told to have, and what the HTTP API tells of them.

The desired document of an interpreter goes the way of an environment's: the same bucket,
subjects, signature, resync and status (`ReplicaStatus`, whose `environment` then is the
archive's id). An agent of an earlier release does not understand it and lets it be.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from venvoy.domain.platform import Platform
from venvoy.domain.python import Origin
from venvoy.domain.state import NodeState, ReplicaState
from venvoy.wire.messages import (
    Action,
    DesiredDocument,
    Digest,
    Identifier,
    Message,
    Progress,
)
from venvoy.wire.problems import CauseView
from venvoy.wire.schemas import Input, Output

KIND: Literal["python"] = "python"
"""The word by which a node asks for these documents in a resync."""


class ArchiveFact(Message):
    """What a node must know of an archive to install it.

    Attributes:
        sha256, size: of the file.
        version: that the interpreter must say of itself.
        platform: where it runs; a node of another kind refuses.
    """

    sha256: Digest
    size: int = Field(ge=1)
    implementation: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]{0,31}$")]
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+(?:(?:a|b|rc)\d+)?$")]
    platform: Annotated[str, Field(max_length=63)]


class PythonDocument(Message):
    """What one node should have of one archive; as `DesiredDocument`.

    Attributes:
        kind: tells it from an environment's document.
        python: id of the archive.
        archive: None unless `action` is `install`.
    """

    kind: Literal["python"]
    node: Identifier
    python: Identifier
    epoch: int = Field(ge=0)
    generation: int = Field(ge=1)
    action: Action
    operation: Identifier
    archive: ArchiveFact | None = None

    @property
    def subject(self) -> str:
        """The id under which it stands in keys, subjects and the journal."""
        return self.python


def read_document(payload: bytes) -> DesiredDocument | PythonDocument:
    """Return a desired document of either kind; its signature is checked already.

    Raises:
        ValidationError: it is neither.
    """
    return _EITHER.validate_json(payload)


_EITHER: TypeAdapter[DesiredDocument | PythonDocument] = TypeAdapter(
    # In this order: an environment's has no kind, and ignores one.
    Annotated[PythonDocument | DesiredDocument, Field(union_mode="left_to_right")]
)


# --- the HTTP API -------------------------------------------------------------------


class PythonWish(Input):
    """Which interpreter nodes are to have, or not to have any more.

    Attributes:
        python: `3.12`, `3.12.4` or a specifier set; the newest archive that fits it and
            the node's platform is meant.
        nodes: names.
        select: labels; every node that has all of them now.
    """

    python: Annotated[str, Field(max_length=200)]
    nodes: Annotated[list[str], Field(max_length=1_000)] = []
    select: Annotated[dict[str, str], Field(max_length=64)] = {}


class NodePython(Output):
    """One interpreter on one node, or on its way there.

    Attributes:
        version: full, such as `3.12.4`.
        origin: whether Venvoy installed it, found it, or was given its place.
        source: where it was found, such as `pyenv`; `managed` for those of Venvoy.
        path: of the executable, None before it is there.
        environments: names of those with a prefix made by it, or made by none else.
        archive: id of the archive that it came from, None for those that were found.
        state: how the wish for it is doing; `ready` for those that were found.
        operation: id of the newest work on it.
    """

    node: str
    node_state: NodeState
    version: str
    implementation: str
    free_threaded: bool = False
    origin: Origin
    source: str = ""
    path: str | None = None
    environments: list[str] = []
    archive: str | None = None
    state: ReplicaState = ReplicaState.READY
    step: str | None = None
    attempt: int = 1
    progress: Progress | None = None
    cause: CauseView | None = None
    operation: str | None = None
    reported_at: datetime | None = None


class PythonArchive(Output):
    """One archive of the catalogue.

    Attributes:
        name: of the file that was uploaded.
        size: bytes.
        glibc: the oldest version of it that will do, None where none is needed.
        nodes: names of the nodes that have it, or are to.
    """

    id: str
    name: str
    sha256: str
    size: int
    implementation: str
    version: str
    platform: Platform
    glibc: str | None = None
    uploaded_by: str | None = None
    created_at: datetime
    nodes: list[str] = []
