"""API tokens: everybody's own, all of them for an admin."""

from http import HTTPStatus

from fastapi import APIRouter, Request

from venvoy.api.asking import Paged, claim_of
from venvoy.api.auth import Viewer
from venvoy.api.parts import Has
from venvoy.controller import tokens
from venvoy.wire.people import Token, TokenCreate
from venvoy.wire.schemas import Page

router = APIRouter(prefix="/tokens", tags=["tokens"])


@router.get("", operation_id="list_tokens")
async def list_tokens(parts: Has, who: Viewer, wish: Paged) -> Page[Token]:
    """List tokens, newest first."""
    return await tokens.list_tokens(parts.ctx, who.actor, wish)


@router.post("", operation_id="create_token", status_code=HTTPStatus.CREATED)
async def create_token(request: Request, parts: Has, who: Viewer, wish: TokenCreate) -> Token:
    """Make a token; its secret is in this answer and nowhere else."""
    return await tokens.create_token(parts.ctx, who, wish, await claim_of(request, who))


@router.delete("/{token}", operation_id="revoke_token", status_code=HTTPStatus.NO_CONTENT)
async def revoke_token(token: str, parts: Has, who: Viewer) -> None:
    """Revoke a token."""
    await tokens.revoke_token(parts.ctx, who.actor, token)
