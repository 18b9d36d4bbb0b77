"""What differs between two revisions, also of two environments, or what nodes hold."""

from typing import Annotated

from fastapi import APIRouter, Query

from venvoy.api.auth import Viewer
from venvoy.api.parts import Has
from venvoy.controller import comparisons
from venvoy.wire.comparisons import Comparison

router = APIRouter(prefix="/comparison", tags=["revisions"])

_LONGEST = 200
_FORMS = "`NAME` (what is wanted now), `NAME@REV`, `NAME@TAG` or `NAME@node:NODE`"
SideText = Annotated[str, Query(max_length=_LONGEST, description=_FORMS)]
Everything = Annotated[bool, Query(alias="all", description="also what is equal")]


@router.get("", operation_id="compare_sides")
async def compare(
    parts: Has, _: Viewer, a: SideText, b: SideText, everything: Everything = False
) -> Comparison:
    """Compare two sides: packages, requirements, Pythons, platforms and settings.

    Of a node it is what the node told that its live prefix holds; until it has told, what
    it should hold. A revision beside a node is what that node's machine has of it.
    """
    return await comparisons.compare(parts.ctx, a, b, everything=everything)
