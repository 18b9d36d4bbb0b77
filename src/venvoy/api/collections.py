"""Garbage on nodes: previewed, and collected at once."""

from fastapi import APIRouter

from venvoy.api.auth import Operator
from venvoy.api.parts import Has
from venvoy.wire.collections import Collections, CollectionWish

router = APIRouter(prefix="/collections", tags=["nodes"])


@router.post("", operation_id="collect_garbage")
async def collect(parts: Has, who: Operator, wish: CollectionWish) -> Collections:
    """Delete what nodes do not have to keep and nobody works in, or preview it.

    Nodes that are offline are named and not waited for; others answer within seconds.
    """
    return await parts.controller.garbage.collect(who.actor, wish)
