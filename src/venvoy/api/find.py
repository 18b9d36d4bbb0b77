"""Where a release or a file is, over the whole fleet."""

from typing import Annotated

from fastapi import APIRouter, Query

from venvoy.api.asking import Called, Paged
from venvoy.api.auth import Viewer
from venvoy.controller import find
from venvoy.wire.find import FoundKind, FoundPage

router = APIRouter(tags=["packages"])

_LONGEST = 500
_REQUIREMENT = "releases of a package, such as `requests<2.32`"
_FILE = "the name of a wheel or a source distribution, in the place of a requirement"


@router.get("/find", operation_id="find")
async def find_holders(
    call: Called,
    _: Viewer,
    wish: Paged,
    requirement: Annotated[str, Query(max_length=_LONGEST, description=_REQUIREMENT)] = "",
    file: Annotated[str, Query(max_length=_LONGEST, description=_FILE)] = "",
    kind: Annotated[FoundKind | None, Query(description="only replicas, or revisions")] = None,
) -> FoundPage:
    """Find the replicas and revisions that hold something.

    A replica is found by what its node saw; by the lock of its live revision only where
    nothing was told yet, and for a file, whose name is in locks alone.
    """
    return await find.find(call.ctx, wish, requirement=requirement, file=file, kind=kind)
