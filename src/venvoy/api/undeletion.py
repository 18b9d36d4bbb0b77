"""Deleted environments: listed as long as they can be brought back, and brought back."""

from fastapi import APIRouter

from venvoy.api.asking import Called, Paged
from venvoy.api.auth import Operator, Viewer
from venvoy.api.environments import shown
from venvoy.controller import undeletion
from venvoy.wire.environments import DeletedEnvironment, Environment
from venvoy.wire.schemas import Page

router = APIRouter(tags=["environments"])


@router.get("/deleted-environments", operation_id="list_deleted_environments")
async def list_deleted_environments(
    call: Called, _: Viewer, wish: Paged
) -> Page[DeletedEnvironment]:
    """List what can be brought back, the last that was deleted first."""
    return await undeletion.list_deleted(call.ctx, wish)


@router.post("/environments/{name}/undelete", operation_id="undelete_environment")
async def undelete_environment(name: str, call: Called, who: Operator) -> Environment:
    """Bring back the environment of this name that was deleted last, as it was."""
    await undeletion.undelete(call.ctx, who.actor, name)
    return await shown(call, name)
