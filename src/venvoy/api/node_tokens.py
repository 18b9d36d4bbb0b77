"""Join tokens: what machines become nodes with; for admins."""

from http import HTTPStatus

from fastapi import APIRouter, Request

from venvoy.api.asking import Paged, claim_of
from venvoy.api.auth import Admin
from venvoy.api.parts import Has
from venvoy.controller import node_tokens
from venvoy.wire.joining import NodeToken, NodeTokenCreate
from venvoy.wire.schemas import Page

router = APIRouter(prefix="/node-tokens", tags=["node-tokens"])


@router.get("", operation_id="list_node_tokens")
async def list_node_tokens(parts: Has, who: Admin, wish: Paged) -> Page[NodeToken]:
    """List join tokens, newest first."""
    return await node_tokens.list_node_tokens(parts.ctx, who.actor, wish)


@router.post("", operation_id="create_node_token", status_code=HTTPStatus.CREATED)
async def create_node_token(
    request: Request, parts: Has, who: Admin, wish: NodeTokenCreate
) -> NodeToken:
    """Make a join token; it is in this answer and nowhere else."""
    claim = await claim_of(request, who)
    controller = parts.controller
    return await node_tokens.create_node_token(
        parts.ctx, controller.credentials, controller.installer, who.actor, wish, claim
    )


@router.delete("/{token}", operation_id="revoke_node_token", status_code=HTTPStatus.NO_CONTENT)
async def revoke_node_token(token: str, parts: Has, who: Admin) -> None:
    """Revoke a join token; nodes that joined with it stay."""
    await node_tokens.revoke_node_token(parts.ctx, who.actor, token)
