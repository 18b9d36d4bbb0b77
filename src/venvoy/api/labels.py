"""Labels: what environments and nodes are marked with."""

from fastapi import APIRouter

from venvoy.api.auth import Viewer
from venvoy.api.parts import Has
from venvoy.controller import queries
from venvoy.domain.label import Labelled
from venvoy.wire.environments import LabelUse
from venvoy.wire.schemas import Page

router = APIRouter(prefix="/labels", tags=["labels"])


@router.get("", operation_id="list_labels")
async def list_labels(
    parts: Has, _: Viewer, of: Labelled = Labelled.ENVIRONMENTS
) -> Page[LabelUse]:
    """List the labels that environments, or nodes, have, by key and value."""
    return await queries.list_labels(parts.ctx, of)
