"""Which processes of a node work in which environments, told on change only.

As with `venvoy.wire.observations`, a digest is offered after every new connection, and
what is told whole replaces all that was told before, so a message that is lost, doubled
or late changes nothing in the end. One message is of the whole node: it is small.
"""

import hashlib
from datetime import datetime

from pydantic import Field

from venvoy.wire.messages import Digest, Identifier, Message

MOST_PROCESSES = 500
"""That are named of a node; counts are of all."""
MOST_OF_REPLICA = 50
_TEXT = 256


class ProcessFact(Message):
    """One process.

    Attributes:
        program: its name, and of an interpreter the script or module; no arguments.
        user: empty where it is not known.
        started: when it began.
        revision: whose files it works with; None where that cannot be told.
    """

    pid: int = Field(ge=0)
    program: str = Field(max_length=_TEXT)
    user: str = Field(default="", max_length=_TEXT)
    started: datetime
    revision: int | None = None


class RevisionUse(Message):
    """How many processes work with a revision."""

    revision: int | None = None
    count: int = Field(ge=1)


class ReplicaUse(Message):
    """The processes of one environment.

    Attributes:
        revisions: all of them, counted.
        processes: the first of them, the oldest first.
    """

    environment: Identifier
    revisions: tuple[RevisionUse, ...] = Field(default=(), max_length=1_000)
    processes: tuple[ProcessFact, ...] = Field(default=(), max_length=MOST_OF_REPLICA)


class NodeUse(Message):
    """All that works in environments of a node; those in no use are not named.

    Attributes:
        sequence: raised by each one of this node; a late one is known by it.
    """

    sequence: int
    replicas: tuple[ReplicaUse, ...] = Field(default=(), max_length=10_000)

    def digest(self) -> str:
        """Return what tells two contents apart; the number does not count."""
        text = self.model_dump_json(exclude={"sequence", "v"})
        return hashlib.sha256(text.encode()).hexdigest()


class UseRequest(Message):
    """Offers a digest, or tells all."""

    offer: Digest | None = None
    told: NodeUse | None = None


class UseReply(Message):
    """Whether the controller lacks what was offered."""

    wanted: bool = False
