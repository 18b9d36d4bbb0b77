"""Commands on join tokens: what an admin hands to machines that are to become nodes.

Admins only: a node runs what its environments hold and may read their locks, so who
lets a machine in decides whom the fleet trusts, as with users. A secret is returned
once and kept as a hash; every change stands in the audit log.
"""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from venvoy.controller.context import Actor, Context
from venvoy.controller.credentials import Credentials
from venvoy.controller.install.installer import Installer
from venvoy.controller.signin import digest, new_secret
from venvoy.domain.errors import NotFound
from venvoy.domain.role import Role, require
from venvoy.store import audit, idempotency, node_tokens, people
from venvoy.store.idempotency import Claim
from venvoy.store.node_tokens import NodeTokenRow
from venvoy.store.pages import Paging
from venvoy.store.session import Transaction
from venvoy.wire.joining import JoinToken, NodeToken, NodeTokenCreate
from venvoy.wire.schemas import Page

_KEPT = timedelta(days=30)
"""For so long an expired token is still called expired and not unknown."""
_SHOWN = 80


async def list_node_tokens(ctx: Context, actor: Actor, wish: Paging) -> Page[NodeToken]:
    """Return one page of tokens, the newest first.

    Raises:
        Forbidden: `role-too-low`.
        InvalidInput: `sort-unknown` or `cursor-invalid`.
    """
    require(actor.role, Role.ADMIN)
    async with ctx.db.read() as tx:
        rows, following = await node_tokens.list_page(tx, wish)
        items = await _views(tx, rows)
    return Page[NodeToken](items=items, next=following)


async def create_node_token(
    ctx: Context,
    credentials: Credentials,
    installer: Installer,
    actor: Actor,
    wish: NodeTokenCreate,
    claim: Claim | None = None,
) -> NodeToken:
    """Make a token. A repeated request is answered without the secret.

    Raises:
        Forbidden: `role-too-low`.
        Conflict: `idempotency-key-reused`.
        Unavailable: the scripts that the lines name cannot be kept.
    """
    require(actor.role, Role.ADMIN)
    now, secret = ctx.clock(), new_secret()
    row = NodeTokenRow(
        id=ctx.new_id(),
        uses=wish.uses,
        used=0,
        created_by=actor.user_id,
        created_at=now,
        expires_at=now + timedelta(seconds=wish.expires_in_seconds),
    )
    async with ctx.db.write() as tx:
        if claim and (kept := await idempotency.begin(tx, claim, now)) is not None:
            return NodeToken.model_validate(kept)
        await node_tokens.remove_ended(tx, now - _KEPT)
        await node_tokens.add(tx, row, digest(secret))
        await _record(ctx, tx, actor, "node-token-created", row)
        shown = (await _views(tx, [row]))[0]
        if claim:
            await idempotency.keep(tx, claim, shown.model_dump(mode="json"))
    return await _with_secret(shown, credentials, installer, secret)


async def revoke_node_token(ctx: Context, actor: Actor, token_id: str) -> None:
    """Delete a token; the nodes that joined with it stay.

    Raises:
        Forbidden: `role-too-low`.
        NotFound: `node-token-not-found`.
    """
    require(actor.role, Role.ADMIN)
    async with ctx.db.write() as tx:
        row = await node_tokens.get(tx, token_id)
        if row is None:
            raise NotFound("node-token-not-found", token=token_id[:_SHOWN])
        await node_tokens.remove(tx, [row.id])
        await _record(ctx, tx, actor, "node-token-revoked", row)


async def _with_secret(
    shown: NodeToken, credentials: Credentials, installer: Installer, secret: str
) -> NodeToken:
    reach = credentials.reach
    token = JoinToken(secret, credentials.document_key, reach.elsewhere, reach.pin).encode()
    lines = await installer.lines(token)
    told: dict[str, Any] = {
        "token": token,
        "command": f"venvoy agent join {reach.elsewhere[0]} --token {token}",
        "install_linux": lines.linux,
        "install_windows": lines.windows,
        "addresses": reach.elsewhere,
        "local_only": reach.local_only,
    }
    return shown.model_copy(update=told)


async def _record(
    ctx: Context, tx: Transaction, actor: Actor, action: str, row: NodeTokenRow
) -> None:
    shown = {"uses": row.uses, "used": row.used, "expires_at": row.expires_at.isoformat()}
    made = action == "node-token-created"
    await audit.add(
        tx,
        audit.AuditRow(
            id=ctx.new_id(),
            at=ctx.clock(),
            user_id=actor.user_id,
            username=actor.username,
            action=action,
            subject_kind="node-token",
            subject_id=row.id,
            subject_name=row.id,
            before=None if made else shown,
            after=shown if made else None,
        ),
    )


async def _views(tx: Transaction, rows: Collection[NodeTokenRow]) -> list[NodeToken]:
    makers = await people.usernames(tx, {row.created_by for row in rows})
    return [
        NodeToken(
            id=row.id,
            uses=row.uses,
            used=row.used,
            created_by=makers.get(row.created_by or ""),
            created_at=row.created_at,
            expires_at=row.expires_at,
        )
        for row in rows
    ]
