"""Packages that this installation knows."""

from typing import Annotated

from fastapi import APIRouter, Query

from venvoy.api.auth import Viewer
from venvoy.api.parts import Has
from venvoy.controller import packages
from venvoy.wire.environments import PackageName
from venvoy.wire.schemas import Page

router = APIRouter(prefix="/packages", tags=["packages"])


@router.get("/names", operation_id="list_package_names")
async def list_package_names(
    parts: Has,
    _: Viewer,
    search: Annotated[str, Query(max_length=255)] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Page[PackageName]:
    """Complete a package's name: names that begin with it, then names that hold it."""
    return await packages.list_names(parts.ctx, search=search, limit=limit)
