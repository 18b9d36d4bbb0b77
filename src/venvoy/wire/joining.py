"""How a machine becomes a node: the join token, and the documents of joining and leaving.

A join token is one word to paste. It holds a secret that the controller knows by its
hash, and what the machine must know to trust the controller before it has ever spoken
to it: the key that signs all that the node will obey, where the controller is, and
the pin of its certificate. It is read on the machine that joins; only the secret is
sent on.
"""

import base64
import binascii
import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from venvoy.domain.errors import InvalidInput
from venvoy.wire.messages import Identifier, Message
from venvoy.wire.nkey import Role, check_public
from venvoy.wire.schemas import Input, Labels, Output
from venvoy.wire.tenure import TenureClaim

DAY_S = 86_400
LONGEST_S = 365 * DAY_S
MOST_USES = 100_000

_PREFIX = "vj1_"
_LONGEST = 4_096
_SECRET = re.compile(r"[A-Za-z0-9_-]{20,128}", re.ASCII)
_PIN = re.compile(r"[0-9a-f]{64}", re.ASCII)

Region = Annotated[str, Field(pattern=r"^([a-z0-9][a-z0-9_-]{0,62})?$")]


@dataclass(frozen=True, slots=True)
class JoinToken:
    """What a join token says.

    Attributes:
        secret: proves that an admin allowed the machine to join.
        document_key: the controller's public nkey; the only signer that is obeyed.
        addresses: where the controller may be reached, the likeliest first.
        pin: sha256 of the public key of the authority behind the controller's
            certificate, in lower-case hex; None where the system's trust decides.
    """

    secret: str = field(repr=False)
    document_key: str
    addresses: tuple[str, ...]
    pin: str | None = None

    def encode(self) -> str:
        """Return the one word: URL-safe, without padding."""
        fields = {"s": self.secret, "k": self.document_key, "a": list(self.addresses)}
        if self.pin is not None:
            fields["p"] = self.pin
        packed = json.dumps(fields, separators=(",", ":")).encode()
        return _PREFIX + base64.urlsafe_b64encode(packed).decode("ascii").rstrip("=")

    @classmethod
    def decode(cls, text: str) -> "JoinToken":
        """Read a token as it was pasted; fields of later releases are ignored.

        Raises:
            InvalidInput: `join-token-malformed`; the text itself is never repeated.
        """
        text = text.strip()
        try:
            if not text.startswith(_PREFIX) or len(text) > _LONGEST:
                raise ValueError
            packed = text.removeprefix(_PREFIX)
            padded = packed + "=" * (-len(packed) % 4)
            raw = base64.b64decode(padded, altchars=b"-_", validate=True)
            return cls._read(json.loads(raw))
        except (ValueError, TypeError, KeyError, binascii.Error, RecursionError, InvalidInput):
            raise InvalidInput("join-token-malformed") from None

    @classmethod
    def _read(cls, fields: object) -> "JoinToken":
        if not isinstance(fields, dict):
            raise TypeError
        secret, addresses, pin = fields["s"], fields["a"], fields.get("p")
        known = isinstance(addresses, list) and all(isinstance(each, str) for each in addresses)
        if not known or not _SECRET.fullmatch(secret):
            raise ValueError
        if pin is not None and not _PIN.fullmatch(pin):
            raise ValueError
        return cls(secret, check_public(fields["k"], Role.USER), tuple(addresses), pin)


class NodeTokenCreate(Input):
    """A new join token."""

    expires_in_seconds: Annotated[int, Field(ge=60, le=LONGEST_S)] = DAY_S
    uses: Annotated[int, Field(ge=1, le=MOST_USES)] = 1


class NodeToken(Output):
    """A join token; itself and its commands are shown once, when it is made.

    Attributes:
        command: for a machine that has Venvoy.
        install_linux: one line for a shell on a bare Linux machine.
        install_windows: one line for PowerShell on a bare Windows machine.
        uses: how many nodes may join with it in all.
        used: how many did.
        addresses: where a machine that joins looks for the controller.
        local_only: whether no other machine reaches these addresses.
    """

    id: str
    token: str | None = None
    command: str | None = None
    install_linux: str | None = None
    install_windows: str | None = None
    addresses: tuple[str, ...] = ()
    local_only: bool = False
    uses: int
    used: int
    created_by: str | None
    created_at: datetime
    expires_at: datetime


class NodeJoin(Message):
    """A machine asks to become a node; the request is signed with its own key.

    `name` is checked by the domain, so that the errors are its. What a later agent says
    beside this is ignored, as in every message of an agent.
    """

    secret: Annotated[str, Field(max_length=200)]
    name: Annotated[str, Field(max_length=200)]
    region: Region = ""
    labels: Labels = Field(default_factory=dict)


class NodeJoined(Output):
    """What a machine is told that became a node, or was one already.

    Attributes:
        created: whether it became one by this request.
    """

    node: Identifier
    name: str
    document_key: str
    created: bool


class NodeTombstone(Message):
    """A node was removed: signed by the controller, and all that ends an agent.

    Attributes:
        keep_data: whether its environments stay on the machine.
    """

    kind: Literal["node-removed"] = "node-removed"
    node: Identifier
    name: str
    removed_at: datetime
    keep_data: bool


class NodeLeave(Message):
    """A node leaves of its own will.

    Attributes:
        claim: which run of an agent the machine had; a copy must not take its
            original out of the fleet.
    """

    keep_data: bool = False
    claim: TenureClaim | None = None


class NodeRemoved(Output):
    """The answer to a node that leaves: its signed tombstone, as base64."""

    tombstone: str
