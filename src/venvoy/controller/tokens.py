"""Commands on API tokens: made by a user, never stronger or longer-lived than its maker.

A secret is returned once and kept as a hash. Admins see and revoke everybody's
tokens, others their own; every change stands in the audit log.
"""

from datetime import timedelta

from venvoy.controller.context import Actor, Context
from venvoy.controller.signin import Identity, Means, digest, new_token_secret
from venvoy.domain.errors import Forbidden, NotFound
from venvoy.domain.printable import check_text
from venvoy.domain.role import Role
from venvoy.store import audit, idempotency, tokens, users
from venvoy.store.idempotency import Claim
from venvoy.store.pages import Paging
from venvoy.store.session import Transaction
from venvoy.store.tokens import TokenRow
from venvoy.store.users import UserRow
from venvoy.wire.people import Token, TokenCreate
from venvoy.wire.schemas import Page

LOCAL_CLI = "venvoy up"
"""Name of the token in `<data>/cli.toml`."""


async def list_tokens(ctx: Context, actor: Actor, wish: Paging) -> Page[Token]:
    """Return one page of the tokens that the actor may see, newest first."""
    owner = None if actor.role is Role.ADMIN else actor.user_id
    async with ctx.db.read() as tx:
        rows, following = await tokens.list_page(tx, wish, user_id=owner)
    return Page[Token](items=[_view(row) for row in rows], next=following)


async def create_token(
    ctx: Context, maker: Identity, wish: TokenCreate, claim: Claim | None = None
) -> Token:
    """Make a token for the user who asks.

    Its end is at most that of the token it was asked with, so that a token cannot
    prolong its own life. A repeated request is answered without the secret.

    Raises:
        Forbidden: `token-role-too-high`.
        InvalidInput: `text-control-characters`.
        Conflict: `idempotency-key-reused`.
    """
    actor = maker.actor
    if wish.role.rank > actor.role.rank:
        raise Forbidden("token-role-too-high", held=actor.role.value, wanted=wish.role.value)
    check_text("name", wish.name)
    now, secret = ctx.clock(), new_token_secret()
    days = wish.expires_in_days
    ends = [now + timedelta(days=days)] if days is not None else []
    if maker.means is Means.TOKEN and maker.expires_at is not None:
        ends.append(maker.expires_at)
    async with ctx.db.write() as tx:
        if claim and (kept := await idempotency.begin(tx, claim, now)) is not None:
            return Token.model_validate(kept)
        row = TokenRow(
            id=ctx.new_id(),
            name=wish.name,
            role=wish.role,
            created_at=now,
            expires_at=min(ends, default=None),
            last_used_at=None,
            user_id=actor.user_id,
            username=actor.username,
            user_role=actor.role,
            user_disabled=False,
        )
        await _add(ctx, tx, actor, row, secret)
        if claim:
            await idempotency.keep(tx, claim, _view(row).model_dump(mode="json"))
    return _view(row).model_copy(update={"secret": secret})


async def revoke_token(ctx: Context, actor: Actor, token_id: str) -> None:
    """Delete a token, one's own or as an admin anybody's.

    Raises:
        NotFound: `token-not-found`, also for somebody else's.
    """
    async with ctx.db.write() as tx:
        row = await tokens.get(tx, token_id)
        if row is None or (actor.role is not Role.ADMIN and row.user_id != actor.user_id):
            raise NotFound("token-not-found", token=token_id[:80])
        await tokens.remove(tx, token_id)
        await _record(ctx, tx, actor, "token-revoked", row)


async def ensure_cli_token(ctx: Context, current: str | None) -> str | None:
    """Return a secret with an admin's rights for the CLI on this machine.

    Args:
        ctx: as everywhere.
        current: the secret that stands in `<data>/cli.toml`, kept while it is valid.

    Returns:
        The secret; None where no admin is enabled.
    """
    async with ctx.db.write() as tx:
        known = None if current is None else await tokens.by_digest(tx, digest(current))
        if current is not None and known is not None and _serves(ctx, known):
            return current
        admins = await users.enabled_admins(tx)
        if not admins:
            return None
        secret = new_token_secret()
        await _add(ctx, tx, None, _of_cli(ctx, admins[0]), secret)
    return secret


def _serves(ctx: Context, token: TokenRow) -> bool:
    ended = token.expires_at is not None and token.expires_at <= ctx.clock()
    strong = token.role is Role.ADMIN and token.user_role is Role.ADMIN
    return strong and not ended and not token.user_disabled


def _of_cli(ctx: Context, admin: UserRow) -> TokenRow:
    return TokenRow(
        id=ctx.new_id(),
        name=LOCAL_CLI,
        role=Role.ADMIN,
        created_at=ctx.clock(),
        expires_at=None,
        last_used_at=None,
        user_id=admin.id,
        username=admin.username,
        user_role=admin.role,
        user_disabled=False,
    )


async def _add(
    ctx: Context, tx: Transaction, actor: Actor | None, row: TokenRow, secret: str
) -> None:
    await tokens.add(tx, row, digest(secret))
    await _record(ctx, tx, actor, "token-created", row)


async def _record(
    ctx: Context, tx: Transaction, actor: Actor | None, action: str, row: TokenRow
) -> None:
    ends = row.expires_at.isoformat() if row.expires_at else None
    shown = {"name": row.name, "username": row.username, "role": row.role.value, "expires_at": ends}
    made = action == "token-created"
    await audit.add(
        tx,
        audit.AuditRow(
            id=ctx.new_id(),
            at=ctx.clock(),
            user_id=actor.user_id if actor else None,
            username=actor.username if actor else None,
            action=action,
            subject_kind="token",
            subject_id=row.id,
            subject_name=row.name,
            before=None if made else shown,
            after=shown if made else None,
        ),
    )


def _view(row: TokenRow) -> Token:
    return Token(
        id=row.id,
        name=row.name,
        username=row.username,
        role=row.role,
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
    )
