"""Who a node is: its registration, its tokens for NATS, its signatures on requests.

Guarantees: a request is answered for the node whose key signed it and once only (a
replay inside the clock's tolerance is refused by its nonce, which is kept in the
database, so by every controller alike); a node whose key was replaced gets nothing
more. The lists of rights are in `venvoy.wire.permissions`; revoking a live
connection is for `venvoy.bus`.
"""

import base64
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from venvoy.bus.keys import Keyring
from venvoy.controller.nonces import Nonces
from venvoy.controller.reach import Reach
from venvoy.domain.errors import Unauthenticated
from venvoy.store import nodes
from venvoy.store.nodes import NodeRow
from venvoy.store.session import Database
from venvoy.wire.credentials import node_token
from venvoy.wire.joining import NodeTombstone
from venvoy.wire.membership import Membership
from venvoy.wire.nkey import Role, check_public
from venvoy.wire.signing import RequestSignature, sign_document, verify_request

LOCAL = "local"
TOKEN_SECONDS = 3_600
"""Life of a node's token, in seconds."""


@dataclass(frozen=True, slots=True)
class NodeAccess:
    """What a node needs to connect.

    Attributes:
        token: the user token for NATS, to be renewed over HTTP.
        nats_urls: where to connect.
        expires_at: of the token.
    """

    token: str
    nats_urls: tuple[str, ...]
    expires_at: datetime


class Credentials:
    """Registers, recognises and equips nodes.

    Args:
        db: where nodes and nonces are.
        keys: of this fleet.
        reach: where nodes reach the HTTP API.
        nats_urls: where nodes reach NATS that reach HTTP by a host, asked for every time.
        clock: aware, UTC.
        new_id: a new UUIDv7 as text.
        revoke: voids all tokens of a public key at the server.
    """

    def __init__(
        self,
        db: Database,
        keys: Keyring,
        *,
        reach: Reach,
        nats_urls: Callable[[str | None], tuple[str, ...]],
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        revoke: Callable[[str], Awaitable[None]],
    ) -> None:
        self._db = db
        self._keys = keys
        self.reach = reach
        self._nats_urls = nats_urls
        self._clock = clock
        self._new_id = new_id
        self._revoke = revoke
        self._nonces = Nonces(db, clock, self.refuse_removed)

    @property
    def document_key(self) -> str:
        """The public key of the only signer that nodes obey."""
        return self._keys.documents.public

    async def register_local(self, public_key: str) -> Membership:
        """Make the holder of a key the node `local`; repeating it changes nothing.

        The agent of the controller's own machine makes its key itself; where it lost
        the old one (its directory was removed), the new one takes its place.

        Raises:
            InvalidInput: `nkey-invalid`.
            Unavailable: the database or the bus failed; try again.
        """
        check_public(public_key, Role.USER)
        async with self._db.read() as tx:
            known = await nodes.get(tx, LOCAL)
        # First, so that a crash in between leaves no old key that still opens doors.
        if known is not None and known.public_key not in {None, public_key}:
            await self._revoke(str(known.public_key))
        async with self._db.write() as tx:
            node = await nodes.register(tx, self._new_id(), LOCAL, public_key, self._clock())
        return Membership(
            node=node.id,
            name=node.name,
            controller_url=self.reach.here,
            document_key=self.document_key,
            ca=self.reach.here_ca,
        )

    def issue(self, node: NodeRow, host: str | None = None) -> NodeAccess:
        """Sign a node's next token.

        Args:
            host: by which the node reached HTTP; None on this machine.

        Raises:
            Unauthenticated: `node-without-key`, if nobody joined as this node.
        """
        if node.public_key is None:
            raise Unauthenticated("node-without-key", node=node.name)
        issued_at = int(self._clock().timestamp())
        token = node_token(
            self._keys.node_signer,
            account=self._keys.account.public,
            node=node.id,
            public_key=node.public_key,
            issued_at=issued_at,
            lifetime_s=TOKEN_SECONDS,
        )
        expires_at = datetime.fromtimestamp(issued_at + TOKEN_SECONDS, UTC)
        return NodeAccess(token, self._nats_urls(host), expires_at)

    def prove(
        self, headers: Mapping[str, str], *, method: str, path_with_query: str, body_sha256: str
    ) -> RequestSignature:
        """Return whose key signed a request, known or not; it may be a replay.

        Raises:
            Unauthenticated: `request-unsigned`, `request-forged` or
                `request-clock-skew`.
        """
        return verify_request(
            headers,
            method=method,
            path_with_query=path_with_query,
            body_sha256=body_sha256,
            now_ms=int(self._clock().timestamp() * 1000),
        )

    def tombstone(self, node: NodeRow) -> str:
        """Return what tells a removed node's agent, signed, that it is one; base64."""
        removed_at = node.removed_at or self._clock()
        told = NodeTombstone(
            node=node.id, name=node.name, removed_at=removed_at, keep_data=node.keep_data
        )
        envelope = sign_document(self._keys.documents, told.model_dump_json().encode())
        return base64.b64encode(envelope).decode("ascii")

    def refuse_removed(self, node: NodeRow) -> None:
        """Refuse a node that was removed.

        Raises:
            Unauthenticated: `node-removed`, with the signed tombstone.
        """
        if node.removed_at is not None:
            raise Unauthenticated("node-removed", node=node.name, tombstone=self.tombstone(node))

    async def authenticate(
        self, headers: Mapping[str, str], *, method: str, path_with_query: str, body_sha256: str
    ) -> NodeRow:
        """Return the node that signed a request, once per signature.

        Args:
            headers: of the request; names in any case.
            method: upper case.
            path_with_query: as it came over the wire.
            body_sha256: lower-case hex, of the empty string where there is no body.

        Raises:
            Unauthenticated: as `prove`, and `node-unknown`, `node-removed` with the
                signed tombstone, or `request-replayed`.
            Unavailable: the database failed.
        """
        signature = self.prove(
            headers, method=method, path_with_query=path_with_query, body_sha256=body_sha256
        )
        return await self._nonces.claim(signature)
