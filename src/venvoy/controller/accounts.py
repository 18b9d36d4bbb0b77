"""Commands on people: who may sign in, and with which rights.

There is always an enabled admin: the last one can be neither removed, demoted nor
disabled. Changing a password, disabling and demoting end the user's sessions.
Every change stands in the audit log, in its own transaction, never with a secret.
"""

import re
from dataclasses import replace

from venvoy.controller.context import Actor, Context
from venvoy.controller.passwords import Passwords, check_password, random_password
from venvoy.domain.errors import Conflict, InvalidInput, NotFound
from venvoy.domain.role import Role
from venvoy.store import audit, events, idempotency, sessions, users
from venvoy.store.idempotency import Claim
from venvoy.store.pages import Paging
from venvoy.store.session import Transaction
from venvoy.store.users import UserRow
from venvoy.wire.people import User, UserCreate, UserEdit
from venvoy.wire.schemas import Page

FIRST_ADMIN = "admin"
_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,62}", re.ASCII)
_SHOWN = 80


async def list_users(ctx: Context, wish: Paging) -> Page[User]:
    """Return one page of users."""
    async with ctx.db.read() as tx:
        rows, following = await users.list_page(tx, wish)
    return Page[User](items=[_view(row) for row in rows], next=following)


async def show_user(ctx: Context, username: str) -> User:
    """Return one user.

    Raises:
        NotFound: `user-not-found`.
    """
    async with ctx.db.read() as tx:
        return _view(_found(await users.by_name(tx, username), username))


async def create_user(
    ctx: Context, passwords: Passwords, actor: Actor, wish: UserCreate, claim: Claim | None = None
) -> User:
    """Add a user.

    Raises:
        InvalidInput: `username-invalid`, or as `check_password`.
        Conflict: `username-taken`, `idempotency-key-reused`.
    """
    if not _NAME.fullmatch(wish.username):
        raise InvalidInput("username-invalid", username=wish.username[:_SHOWN])
    check_password(wish.username, wish.password)
    row = await _new(ctx, passwords, wish.username, wish.password, wish.role)
    async with ctx.db.write() as tx:
        if claim and (kept := await idempotency.begin(tx, claim, ctx.clock())) is not None:
            return User.model_validate(kept)
        if await users.by_name(tx, wish.username) is not None:
            raise Conflict("username-taken", username=wish.username)
        await _add(ctx, tx, actor, row)
        if claim:
            await idempotency.keep(tx, claim, _view(row).model_dump(mode="json"))
    return _view(row)


async def edit_user(
    ctx: Context,
    passwords: Passwords,
    actor: Actor,
    username: str,
    change: UserEdit,
    *,
    keep_session: str | None = None,
) -> User:
    """Change a user's role or password, disable or enable.

    Args:
        ctx, passwords, actor, username: as everywhere.
        change: None in a field leaves it as it is.
        keep_session: id of the session in which users change their own password.

    Raises:
        NotFound: `user-not-found`.
        InvalidInput: as `check_password`.
        Conflict: `last-admin`.
    """
    hashed: dict[str, str] = {}
    if change.password is not None:
        check_password(username, change.password)
        hashed = {"password_hash": await passwords.hash(change.password)}
    async with ctx.db.write() as tx:
        admins = await users.enabled_admins(tx)
        before = _found(await users.locked(tx, username), username)
        after = replace(
            before,
            role=before.role if change.role is None else change.role,
            disabled=before.disabled if change.disabled is None else change.disabled,
            updated_at=ctx.clock(),
        )
        if after.role is not Role.ADMIN or after.disabled:
            _keep_one(admins, before)
        values = {"role": after.role.value, "disabled": after.disabled}
        await users.change(tx, before.id, **values, **hashed, updated_at=after.updated_at)
        if hashed or after.disabled or after.role.rank < before.role.rank:
            await sessions.remove_of_user(tx, before.id, keep=keep_session)
        await _record(ctx, tx, actor, "user-edited", before, after, password=bool(hashed))
    return _view(after)


async def delete_user(ctx: Context, actor: Actor, username: str) -> None:
    """Delete a user with sessions and tokens; what they made stays.

    Raises:
        NotFound: `user-not-found`.
        Conflict: `last-admin`.
    """
    async with ctx.db.write() as tx:
        admins = await users.enabled_admins(tx)
        user = _found(await users.locked(tx, username), username)
        _keep_one(admins, user)
        await users.remove(tx, user.id)
        await _record(ctx, tx, actor, "user-deleted", user, None)


async def ensure_first_admin(
    ctx: Context, passwords: Passwords, password: str | None
) -> str | None:
    """Make the user `admin` where there is no user at all.

    Args:
        ctx, passwords: as everywhere.
        password: the operator's choice; a random one when None.

    Returns:
        The random password, to be shown once; None where none was made up.

    Raises:
        InvalidInput: as `check_password`, for the operator's choice.
    """
    async with ctx.db.read() as tx:
        if await users.any_at_all(tx):
            return None
    chosen = random_password() if password is None else check_password(FIRST_ADMIN, password)
    row = await _new(ctx, passwords, FIRST_ADMIN, chosen, Role.ADMIN)
    async with ctx.db.write() as tx:
        if await users.any_at_all(tx):
            return None
        await _add(ctx, tx, None, row)
    return chosen if password is None else None


async def _new(
    ctx: Context, passwords: Passwords, username: str, password: str, role: Role
) -> UserRow:
    now = ctx.clock()
    hashed = await passwords.hash(password)
    return UserRow(
        ctx.new_id(), username, hashed, role, disabled=False, created_at=now, updated_at=now
    )


async def _add(ctx: Context, tx: Transaction, actor: Actor | None, row: UserRow) -> None:
    await users.add(tx, row)
    await _record(ctx, tx, actor, "user-created", None, row)


async def _record(
    ctx: Context,
    tx: Transaction,
    actor: Actor | None,
    action: str,
    before: UserRow | None,
    after: UserRow | None,
    *,
    password: bool = False,
) -> None:
    """Write the audit entry and the event of one change."""
    subject = after or before
    assert subject is not None  # noqa: S101 - one of the two is there
    shown = None if after is None else _shown(after) | ({"password": "changed"} if password else {})
    now = ctx.clock()
    await audit.add(
        tx,
        audit.AuditRow(
            id=ctx.new_id(),
            at=now,
            user_id=actor.user_id if actor else None,
            username=actor.username if actor else None,
            action=action,
            subject_kind="user",
            subject_id=subject.id,
            subject_name=subject.username,
            before=None if before is None else _shown(before),
            after=shown,
        ),
    )
    events.add(tx, action, now, username=subject.username)
    tx.after_commit(ctx.wakes.changed.ring)


def _keep_one(admins: list[UserRow], user: UserRow) -> None:
    if [admin.id for admin in admins] == [user.id]:
        raise Conflict("last-admin", username=user.username)


def _found(user: UserRow | None, username: str) -> UserRow:
    if user is None:
        raise NotFound("user-not-found", username=username[:_SHOWN])
    return user


def _shown(user: UserRow) -> dict[str, object]:
    return {"username": user.username, "role": user.role.value, "disabled": user.disabled}


def _view(user: UserRow) -> User:
    return User(
        id=user.id,
        username=user.username,
        role=user.role,
        disabled=user.disabled,
        created_at=user.created_at,
        last_sign_in_at=user.last_sign_in_at,
    )
