"""Revisions of an environment: numbered, immutable, each with its lock, exports and tags."""

from enum import StrEnum
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import PlainTextResponse

from venvoy.api import etags
from venvoy.api.asking import Paged
from venvoy.api.auth import Operator, Viewer
from venvoy.api.parts import Has
from venvoy.controller import queries, revisions
from venvoy.domain.lock import Lock
from venvoy.domain.pylock import export_pylock, export_requirements
from venvoy.wire.environments import Revision, RevisionDetail
from venvoy.wire.revisions import TagWish
from venvoy.wire.schemas import Page

router = APIRouter(prefix="/environments/{name}", tags=["revisions"])

_LARGEST = 2**31 - 1
Number = Annotated[int, Path(ge=1, le=_LARGEST)]
WithDemands = Annotated[bool, Query(description="tell who asks for each package")]
Newest = Annotated[int | None, Query(ge=1, le=_LARGEST, description="the newest by default")]


class ExportFormat(StrEnum):
    """How an environment is written for other tools."""

    PYLOCK = "pylock"
    REQUIREMENTS = "requirements"
    SPEC = "spec"


@router.get("/revisions", operation_id="list_revisions")
async def list_revisions(name: str, parts: Has, _: Viewer, wish: Paged) -> Page[Revision]:
    """List an environment's revisions, newest first."""
    return await queries.list_revisions(parts.ctx, name, wish)


@router.get("/revisions/{number}", operation_id="show_revision")
async def show_revision(
    name: str, number: Number, parts: Has, _: Viewer, demands: WithDemands = False
) -> RevisionDetail:
    """Show one revision with its packages.

    With `demands`, each package has `required_by`. That is read from the packages' own
    metadata, which the controller has as a rule; for what it has not, the index is
    waited for two seconds at most, and then `required_by` may be null or lack some.
    """
    return await queries.show_revision(parts.ctx, name, number, with_demands=demands)


@router.get("/revisions/{number}/lock", operation_id="read_lock", response_class=Response)
async def read_lock(name: str, number: Number, parts: Has, _: Viewer) -> Response:
    """Return a revision's lock in its canonical form."""
    data = await queries.lock_of(parts.ctx, name, number)
    digest = etags.tag(Lock.from_bytes(data).digest)
    return Response(data, media_type="application/json", headers={"ETag": digest})


@router.put("/tags/{tag}", operation_id="tag_revision", status_code=HTTPStatus.NO_CONTENT)
async def tag_revision(name: str, tag: str, parts: Has, who: Operator, wish: TagWish) -> None:
    """Name a revision; a name moves to another one only when asked to."""
    await revisions.tag(parts.ctx, who.actor, name, tag, wish)


@router.delete("/tags/{tag}", operation_id="untag_revision", status_code=HTTPStatus.NO_CONTENT)
async def untag_revision(name: str, tag: str, parts: Has, who: Operator) -> None:
    """Take a name away from a revision."""
    await revisions.untag(parts.ctx, who.actor, name, tag)


@router.get("/export", operation_id="export_environment", response_class=PlainTextResponse)
async def export(
    name: str,
    parts: Has,
    _: Viewer,
    format: ExportFormat = ExportFormat.PYLOCK,  # noqa: A002 - the parameter's name in the URL
    revision: Newest = None,
) -> PlainTextResponse:
    """Write a revision, the newest by default, as `pylock.toml`, requirements or spec."""
    number = revision or await queries.newest_revision(parts.ctx, name)
    if format is ExportFormat.SPEC:
        shown = await queries.show_revision(parts.ctx, name, number)
        lines = [f"# python {shown.python}", *shown.requirements]
        return PlainTextResponse("".join(f"{line}\n" for line in lines))
    lock = Lock.from_bytes(await queries.lock_of(parts.ctx, name, number))
    write = export_pylock if format is ExportFormat.PYLOCK else export_requirements
    return PlainTextResponse(write(lock))
