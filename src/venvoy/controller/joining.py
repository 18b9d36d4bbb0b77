"""A machine becomes a node: the token is used, and the node made, in one transaction.

Who asks is proven by a signature of the machine's own key; that it may join, by the
token's secret. Repeating it with the same key changes nothing and needs no use of the
token, so a machine whose answer was lost just asks again.
"""

from venvoy.controller.context import Context
from venvoy.controller.credentials import LOCAL, Credentials
from venvoy.controller.records import Change, node_changed
from venvoy.controller.signin import digest
from venvoy.domain.errors import Conflict, Unauthenticated
from venvoy.domain.name import check_name
from venvoy.store import node_tokens, nodes
from venvoy.store.node_tokens import NodeTokenRow
from venvoy.store.nodes import NodeRow
from venvoy.store.session import Transaction
from venvoy.wire.joining import NodeJoin, NodeJoined


async def join(
    ctx: Context, credentials: Credentials, public_key: str, wish: NodeJoin
) -> NodeJoined:
    """Make the holder of a key a node, unless it is one.

    Args:
        public_key: whose holder signed the request.

    Raises:
        Unauthenticated: `join-token-unknown`, `join-token-expired`,
            `join-token-used-up`, or `node-removed` for the key of a removed node.
        InvalidInput: for a bad name.
        Conflict: `node-name-taken`.
        Unavailable: the database failed; try again.
    """
    async with ctx.db.write() as tx:
        known = await nodes.by_key(tx, public_key)
        if known is not None:
            credentials.refuse_removed(known)
            return _told(credentials, known, created=False)
        token = await _usable(ctx, tx, wish.secret)
        node = _new(ctx, check_name(wish.name), public_key, wish)
        if node.name == LOCAL or not await nodes.add(tx, node):
            raise Conflict("node-name-taken", name=node.name)
        if not await node_tokens.use(tx, token.id, ctx.clock()):
            raise _used_up(token)
        after = {
            "name": node.name,
            "region": node.region,
            "labels": node.labels,
            "public_key": public_key,
            "token": token.id,
        }
        await node_changed(ctx, tx, None, node, Change("joined", node.version, after=after))
    return _told(credentials, node, created=True)


async def _usable(ctx: Context, tx: Transaction, secret: str) -> NodeTokenRow:
    token = await node_tokens.by_digest(tx, digest(secret))
    if token is None:
        raise Unauthenticated("join-token-unknown")
    if token.expires_at <= ctx.clock():
        at = f"{token.expires_at:%Y-%m-%d %H:%M} UTC"
        raise Unauthenticated("join-token-expired", expires_at=at)
    if token.used >= token.uses:
        raise _used_up(token)
    return token


def _used_up(token: NodeTokenRow) -> Unauthenticated:
    return Unauthenticated("join-token-used-up", uses=token.uses)


def _new(ctx: Context, name: str, public_key: str, wish: NodeJoin) -> NodeRow:
    now = ctx.clock()
    return NodeRow(
        id=ctx.new_id(),
        name=name,
        public_key=public_key,
        facts=None,
        boot=0,
        online=False,
        cordoned=False,
        last_seen_at=None,
        created_at=now,
        updated_at=now,
        labels=dict(wish.labels),
        region=wish.region,
    )


def _told(credentials: Credentials, node: NodeRow, *, created: bool) -> NodeJoined:
    return NodeJoined(
        node=node.id, name=node.name, document_key=credentials.document_key, created=created
    )
