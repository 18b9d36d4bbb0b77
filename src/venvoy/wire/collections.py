"""Garbage collection on nodes: asked for at once, previewed, and told to people.

A node is asked by a signed command at `dn.<node>.cmd` and answers. The command names no
prefix: what may go follows from the documents that the node obeys already, so one that is
doubled, late or played back does nothing that the node would not do by itself later.
"""

from typing import Annotated, Literal

from pydantic import Field

from venvoy.domain.retention import Fate
from venvoy.domain.state import NodeState
from venvoy.wire.messages import Identifier, Message
from venvoy.wire.schemas import Input, Output

MOST_NODES = 50
"""That one request asks; a client asks for all of them in turns."""
MOST_PREFIXES = 2_000


class CollectCommand(Message):
    """Asks a node to delete what it does not have to keep, or to tell what that is."""

    kind: Literal["collect"] = "collect"
    node: Identifier
    preview: bool


class PrefixFact(Message):
    """One prefix of a node.

    Attributes:
        build: id of the build that it is; the end of its directory's name.
        revision: that it was built for, or stands for as the live one.
        fate: a `venvoy.domain.retention.Fate`, or a word of a later release.
        processes: that are seen to work in it.
        size_bytes: of its files; None where there was no time to look.
        own_bytes: of those that no other directory shares, which its deletion frees.
    """

    environment: Identifier
    build: str = Field(max_length=64)
    revision: int
    fate: str = Field(max_length=32)
    processes: int = 0
    size_bytes: int | None = None
    own_bytes: int | None = None


class CollectReply(Message):
    """What a node has, or had before it deleted what was free.

    Attributes:
        prefixes: by environment and age; the first of them.
        total: how many there are.
        finished: whether all that was free is deleted; it goes on otherwise.
    """

    prefixes: tuple[PrefixFact, ...] = Field(default=(), max_length=MOST_PREFIXES)
    total: int = 0
    finished: bool = True


class CollectionWish(Input):
    """Asks for a collection on nodes.

    Attributes:
        nodes: names.
        preview: whether nothing is deleted.
    """

    nodes: Annotated[list[str], Field(min_length=1, max_length=MOST_NODES)]
    preview: bool = False


class CollectedPrefix(Output):
    """One prefix, see `PrefixFact`."""

    environment: str
    build: str
    revision: int
    fate: str
    processes: int = 0
    size_bytes: int | None = None
    own_bytes: int | None = None


class NodeCollection(Output):
    """What a collection on one node deletes, or deleted, and what stays.

    Attributes:
        answered: whether the node told; what is offline is not waited for.
        finished: whether all that is free is deleted; it goes on otherwise.
        free: how many prefixes are deleted.
        free_bytes: what that frees at least, as far as it was looked at: files that only
            prefixes share which go together count for none.
        prefixes: the first of them, by environment and age.
        total: how many there are.
    """

    node: str
    node_state: NodeState
    answered: bool
    finished: bool = True
    free: int = 0
    free_bytes: int = 0
    prefixes: list[CollectedPrefix] = []
    total: int = 0


class Collections(Output):
    """What was asked of nodes, in the order of their names."""

    preview: bool
    items: list[NodeCollection]


def is_free(fate: str) -> bool:
    """Return whether a prefix of this fate is deleted."""
    return fate == Fate.FREE
