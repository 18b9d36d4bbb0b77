"""People: who may sign in and with which role. Everybody may change their own password."""

from http import HTTPStatus

from fastapi import APIRouter, Request

from venvoy.api.asking import Paged, claim_of
from venvoy.api.auth import Admin, Viewer
from venvoy.api.parts import Has
from venvoy.controller import accounts
from venvoy.controller.signin import Means
from venvoy.domain.role import Role, require
from venvoy.wire.people import User, UserCreate, UserEdit
from venvoy.wire.schemas import Page

router = APIRouter(prefix="/users", tags=["users"])


@router.get("", operation_id="list_users")
async def list_users(parts: Has, _: Admin, wish: Paged) -> Page[User]:
    """List users, by name."""
    return await accounts.list_users(parts.ctx, wish)


@router.post("", operation_id="create_user", status_code=HTTPStatus.CREATED)
async def create_user(request: Request, parts: Has, who: Admin, wish: UserCreate) -> User:
    """Add a user."""
    claim = await claim_of(request, who)
    return await accounts.create_user(parts.ctx, parts.passwords, who.actor, wish, claim)


@router.get("/{username}", operation_id="show_user")
async def show_user(username: str, parts: Has, _: Admin) -> User:
    """Show one user."""
    return await accounts.show_user(parts.ctx, username)


@router.patch("/{username}", operation_id="edit_user")
async def edit_user(username: str, change: UserEdit, parts: Has, who: Viewer) -> User:
    """Change a user; who is no admin may change their own password, signed in as themselves."""
    own = who.means is Means.SESSION and who.actor.username == username
    if not (own and change.role is None and change.disabled is None):
        require(who.actor.role, Role.ADMIN)
    keep = who.id if own else None
    return await accounts.edit_user(
        parts.ctx, parts.passwords, who.actor, username, change, keep_session=keep
    )


@router.delete("/{username}", operation_id="delete_user", status_code=HTTPStatus.NO_CONTENT)
async def delete_user(username: str, parts: Has, who: Admin) -> None:
    """Delete a user with sessions and tokens."""
    await accounts.delete_user(parts.ctx, who.actor, username)
