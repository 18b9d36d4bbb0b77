"""The catalogue of interpreters: archives, uploaded and taken out again."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request

from venvoy.api.asking import Paged
from venvoy.api.auth import Operator, Viewer
from venvoy.api.parts import Has
from venvoy.controller import python_archives
from venvoy.controller.archive_reading import Given
from venvoy.domain.platform import Platform
from venvoy.wire.pythons import PythonArchive
from venvoy.wire.schemas import Page

router = APIRouter(prefix="/python-archives", tags=["pythons"])

_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
Name = Annotated[str, Query(min_length=1, max_length=255, description="of the file")]
Sha256 = Annotated[str | None, Query(max_length=128, description="that the file must have")]


@router.get("", operation_id="list_python_archives")
async def list_python_archives(parts: Has, _: Viewer, wish: Paged) -> Page[PythonArchive]:
    """List archives, newest first."""
    return await python_archives.list_archives(parts.ctx, wish)


@router.post(
    "",
    operation_id="upload_python_archive",
    status_code=HTTPStatus.CREATED,
    openapi_extra=_BODY,
)
async def upload_python_archive(
    request: Request,
    parts: Has,
    who: Operator,
    name: Name,
    sha256: Sha256 = None,
    version: Annotated[str | None, Query(max_length=63)] = None,
    platform: Platform | None = None,
) -> PythonArchive:
    """Take in an archive; the body is the file, an `install_only` one (`.tar.gz`).

    Version and platform are read from inside it; they need be given only where that
    cannot be. The same file again changes nothing.
    """
    return await python_archives.upload(
        parts.ctx,
        who.actor,
        request.stream(),
        name=name,
        sha256=sha256,
        given=Given(version, platform),
    )


@router.delete(
    "/{archive}", operation_id="remove_python_archive", status_code=HTTPStatus.NO_CONTENT
)
async def remove_python_archive(archive: str, parts: Has, who: Operator) -> None:
    """Take an archive out of the catalogue; refused while a node has what is in it."""
    await python_archives.remove(parts.ctx, who.actor, archive)
