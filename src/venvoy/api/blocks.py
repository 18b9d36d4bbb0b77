"""Blocked releases: listed for everybody, changed by admins."""

from http import HTTPStatus

from fastapi import APIRouter

from venvoy.api.asking import Called, Paged
from venvoy.api.auth import Admin, Viewer
from venvoy.controller import blocks
from venvoy.wire.blocks import BlockedRelease, BlockWish
from venvoy.wire.schemas import Page

router = APIRouter(prefix="/blocks", tags=["packages"])


@router.get("", operation_id="list_blocks")
async def list_blocks(call: Called, _: Viewer, wish: Paged) -> Page[BlockedRelease]:
    """List blocked releases by name, each with where it is already."""
    return await blocks.list_blocks(call.ctx, wish)


@router.post("", operation_id="add_block", status_code=HTTPStatus.CREATED)
async def add_block(call: Called, who: Admin, wish: BlockWish) -> BlockedRelease:
    """Block a release: nothing is resolved to it from now on."""
    return await blocks.add(call.ctx, who.actor, wish)


@router.delete("/{block}", operation_id="remove_block", status_code=HTTPStatus.NO_CONTENT)
async def remove_block(block: str, call: Called, who: Admin) -> None:
    """Take a block away."""
    await blocks.remove(call.ctx, who.actor, block)
