"""How two machines with one identity are told apart: what each says of its run.

The rule is `venvoy.domain.tenure`. Agents of earlier releases say nothing of it, and
are not judged.
"""

from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator

from venvoy.wire.messages import Identifier, Message
from venvoy.wire.schemas import Output

LINEAGE = 64
"""Earlier instances that are looked at; a later agent may send more."""
_HOST = 255


def _newest(value: object) -> object:
    return value[:LINEAGE] if isinstance(value, list | tuple) else value


def _short(value: object) -> object:
    return value[:_HOST] if isinstance(value, str) else value


class TenureClaim(Message):
    """A run of an agent asks to act as its node.

    Attributes:
        instance: random, made at this start and kept nowhere else.
        lineage: instances that this machine had before, newest first.
        hostname: of the machine, for people.
    """

    instance: Identifier
    lineage: Annotated[tuple[Identifier, ...], BeforeValidator(_newest)] = ()
    hostname: Annotated[str, BeforeValidator(_short)] = ""


class Presence(Message):
    """The answer of a run that is asked whether it lives."""

    instance: Identifier


class NodeClone(Output):
    """A second machine that has the identity of a node, and is turned away.

    Attributes:
        hostname, address: of the one that is turned away.
        holder_hostname, holder_address: of the one that acts as the node.
        since: when it first came.
        last_seen_at: when it last came.
    """

    hostname: str = ""
    address: str = ""
    holder_hostname: str = ""
    holder_address: str = ""
    since: datetime
    last_seen_at: datetime
