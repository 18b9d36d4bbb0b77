"""Who is asking: sessions of browsers and API tokens.

Secrets are random, 256 bits, shown once and kept as their sha256. A session ends
after a week, or after a day without use; a token when it says so. The user behind
either is looked up at every request, so that a disabled user, a lowered role or a
revoked token counts from then on. When something was last used is noted in memory
and written now and then (`LastUsed.flush`).
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from venvoy.controller.context import Actor, Context
from venvoy.controller.passwords import Passwords
from venvoy.domain.errors import Unauthenticated
from venvoy.domain.role import Role
from venvoy.store import sessions, tokens, users
from venvoy.store.sessions import SessionRow
from venvoy.store.users import UserRow

SESSION_AGE = timedelta(days=7)
SESSION_UNUSED = timedelta(days=1)
TOKEN_PREFIX = "vv_"  # noqa: S105 - how a token begins, so that scanners for leaked ones know it
_BYTES = 32


class Means(StrEnum):
    """By what somebody is known."""

    SESSION = "session"
    TOKEN = "token"  # noqa: S105 - a word, not a secret


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody who proved who they are.

    Attributes:
        actor: the user, with the role that holds for this request.
        means: by what.
        id: of the session or the token.
        csrf_token: what a change must repeat; None for a token.
        expires_at: when the session or the token ends, if it does.
    """

    actor: Actor
    means: Means
    id: str
    csrf_token: str | None = field(default=None, repr=False)
    expires_at: datetime | None = None


@dataclass
class LastUsed:
    """When sessions and tokens were last used, by id, until that is written."""

    sessions: dict[str, datetime] = field(default_factory=dict)
    tokens: dict[str, datetime] = field(default_factory=dict)

    def note(self, identity: Identity, now: datetime) -> None:
        """Remember a use."""
        kind = self.sessions if identity.means is Means.SESSION else self.tokens
        kind[identity.id] = now

    async def flush(self, ctx: Context) -> None:
        """Write what was noted; what cannot be written is kept for the next time.

        Raises:
            Unavailable: the database cannot be used.
        """
        used_sessions, used_tokens = dict(self.sessions), dict(self.tokens)
        if not used_sessions and not used_tokens:
            return
        async with ctx.db.write() as tx:
            await sessions.touch(tx, used_sessions)
            await tokens.touch(tx, used_tokens)
        _forget(self.sessions, used_sessions)
        _forget(self.tokens, used_tokens)


def _forget(noted: dict[str, datetime], written: dict[str, datetime]) -> None:
    for key, at in written.items():
        if noted.get(key) == at:
            del noted[key]


def digest(secret: str) -> str:
    """Return the form in which a secret is kept: it is random, so a plain hash will do."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_secret() -> str:
    """Return a fresh secret: 256 random bits in URL-safe text."""
    return secrets.token_urlsafe(_BYTES)


def new_token_secret() -> str:
    """Return a fresh secret of an API token."""
    return TOKEN_PREFIX + new_secret()


async def sign_in(
    ctx: Context, passwords: Passwords, username: str, password: str
) -> tuple[str, Identity]:
    """Open a session; return the cookie's secret and who it is.

    Raises:
        Unauthenticated: `sign-in-failed` for a wrong name or password alike,
            `user-disabled` only to who knows the password.
    """
    async with ctx.db.read() as tx:
        user = await users.by_name(tx, username)
    known = await passwords.matches(user.password_hash if user else None, password)
    if user is None or not known:
        raise Unauthenticated("sign-in-failed")
    renewed = await passwords.hash(password) if passwords.outdated(user.password_hash) else None
    now, secret = ctx.clock(), secrets.token_urlsafe(_BYTES)
    async with ctx.db.write() as tx:
        held = await users.locked(tx, username)
        # The password may have been changed while it was being checked.
        if held is None or held.password_hash != user.password_hash:
            raise Unauthenticated("sign-in-failed")
        if held.disabled:
            raise Unauthenticated("user-disabled")
        session = _session(ctx.new_id(), held, now)
        await sessions.remove_ended(tx, now=now, unused_since=now - SESSION_UNUSED)
        await sessions.add(tx, session, digest(secret))
        hashes = {"password_hash": renewed} if renewed else {}
        await users.change(tx, held.id, last_sign_in_at=now, **hashes)
    return secret, _of_session(session)


async def by_session(ctx: Context, secret: str) -> Identity:
    """Return who a cookie belongs to.

    Raises:
        Unauthenticated: `session-ended`, `user-disabled`.
    """
    async with ctx.db.read() as tx:
        session = await sessions.by_digest(tx, digest(secret))
    now = ctx.clock()
    if session is None or now >= min(session.expires_at, session.last_used_at + SESSION_UNUSED):
        raise Unauthenticated("session-ended")
    if session.user_disabled:
        raise Unauthenticated("user-disabled")
    return _of_session(session)


async def by_token(ctx: Context, secret: str) -> Identity:
    """Return who a token belongs to, with the weaker of its own and its user's role.

    Raises:
        Unauthenticated: `token-unknown`, `token-expired`, `user-disabled`.
    """
    async with ctx.db.read() as tx:
        token = await tokens.by_digest(tx, digest(secret))
    if token is None:
        raise Unauthenticated("token-unknown")
    if token.expires_at is not None and token.expires_at <= ctx.clock():
        raise Unauthenticated("token-expired", name=token.name)
    if token.user_disabled:
        raise Unauthenticated("user-disabled")
    role = _weaker(token.role, token.user_role)
    actor = Actor(token.user_id, token.username, role)
    return Identity(actor, Means.TOKEN, token.id, expires_at=token.expires_at)


async def sign_out(ctx: Context, identity: Identity) -> None:
    """End a session; a token is revoked by `venvoy.controller.tokens` instead."""
    async with ctx.db.write() as tx:
        await sessions.remove(tx, identity.id)


def _session(session_id: str, user: UserRow, now: datetime) -> SessionRow:
    return SessionRow(
        id=session_id,
        csrf_token=secrets.token_urlsafe(_BYTES),
        created_at=now,
        expires_at=now + SESSION_AGE,
        last_used_at=now,
        user_id=user.id,
        username=user.username,
        user_role=user.role,
        user_disabled=user.disabled,
    )


def _of_session(session: SessionRow) -> Identity:
    actor = Actor(session.user_id, session.username, session.user_role)
    return Identity(
        actor, Means.SESSION, session.id, session.csrf_token, expires_at=session.expires_at
    )


def _weaker(one: Role, other: Role) -> Role:
    return min(one, other, key=lambda role: role.rank)
