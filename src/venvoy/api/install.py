"""What bare machines fetch to become nodes; open to everybody, for nothing of it is secret.

Who downloads has a shell, and perhaps a downloader that shows no refusal's body. So
an installer first asks `/install/ready`, which is always answered by 200 and one text:
`ready`, or what is missing, in the language asked for. The files that follow are
answered like all else.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import FileResponse, PlainTextResponse

from venvoy.api.auth import Anybody
from venvoy.api.language import language_of
from venvoy.api.parts import Has
from venvoy.api.problems import OperationFailed, problem_of, status_of
from venvoy.controller import views
from venvoy.controller.install.closure import Machine
from venvoy.controller.install.supplies import Supplies, SupplyFailed
from venvoy.controller.resolver import ResolveFailed
from venvoy.domain.errors import InvalidInput, VenvoyError
from venvoy.domain.platform import Platform
from venvoy.texts import pick_language
from venvoy.wire.messages import CauseMessage

router = APIRouter(tags=["install"], include_in_schema=False)

_PACKED = "application/gzip"
_READY = "ready\n"
_PYTHON = r"^3\.\d{1,2}\.\d{1,3}$"

Digest = Annotated[str, Query(max_length=64)]
Libc = Annotated[str, Query(max_length=80)]
Python = Annotated[str, Query(pattern=_PYTHON)]


class Supply(StrEnum):
    """What an installer is about to fetch."""

    UV = "uv"
    AGENT = "agent"
    PYTHON = "python"


def _platform(platform: str) -> Platform:
    """Read a platform.

    Raises:
        InvalidInput: `install-platform-unknown`.
    """
    if platform not in set(Platform):
        raise InvalidInput("install-platform-unknown", platform=platform[:80])
    return Platform(platform)


For = Annotated[Platform, Depends(_platform)]


@router.get("/install.sh")
async def shell(parts: Has, _: Anybody, sha256: Digest = "") -> PlainTextResponse:
    """Return the script for Linux: that of a hash, else the one of this release."""
    installer = parts.controller.installer
    return PlainTextResponse(await installer.script(installer.shell, sha256))


@router.get("/install.ps1")
async def powershell(parts: Has, _: Anybody, sha256: Digest = "") -> PlainTextResponse:
    """Return the script for Windows; as `shell`."""
    installer = parts.controller.installer
    return PlainTextResponse(await installer.script(installer.powershell, sha256))


@router.get("/install/ready")
async def ready(
    request: Request,
    parts: Has,
    _: Anybody,
    platform: Annotated[str, Query(max_length=80)],
    supply: Supply = Supply.UV,
    python: Annotated[str, Query(max_length=20)] = "",
    libc: Libc = "",
    lang: Annotated[str, Query(max_length=40)] = "",
) -> PlainTextResponse:
    """Have ready what is about to be fetched, or say in words why it is not to be had."""
    language = pick_language(lang) if lang else language_of(request.headers)
    try:
        async with _named(language):
            supplies, kind = await parts.controller.installer.supplies(), _platform(platform)
            if supply is Supply.UV:
                await supplies.uv(kind)
            elif supply is Supply.PYTHON:
                await supplies.interpreter(kind, libc)
            else:
                await supplies.fetch(Machine(kind, python), libc)
    except VenvoyError as error:
        return PlainTextResponse(_words(error, language))
    return PlainTextResponse(_READY)


@router.get("/install/uv/{platform}.gz")
async def uv(request: Request, parts: Has, _: Anybody, platform: For) -> FileResponse:
    """Return the program of uv, packed with gzip."""
    async with _supplying(request, parts) as supplies:
        return FileResponse(await supplies.uv(platform), media_type=_PACKED)


@router.get("/install/python/{platform}.tar.gz")
async def interpreter(
    request: Request, parts: Has, _: Anybody, platform: For, libc: Libc = ""
) -> FileResponse:
    """Return an interpreter for a machine that has none."""
    async with _supplying(request, parts) as supplies:
        return FileResponse(await supplies.interpreter(platform, libc), media_type=_PACKED)


@router.get("/install/pylock.toml")
async def pylock(
    request: Request,
    parts: Has,
    _: Anybody,
    platform: For,
    python: Python,
    base: Annotated[str, Query(max_length=500, pattern=r"^https?://[A-Za-z0-9_.:\[\]/-]+$")],
) -> PlainTextResponse:
    """Return what `uv pip sync` installs; every file of it is below `base`, with its hash."""
    async with _supplying(request, parts) as supplies:
        text = await supplies.pylock(Machine(platform, python), base.rstrip("/"))
    return PlainTextResponse(text)


@router.get("/install/files/{platform}/{python}/{name}")
async def file(
    request: Request, parts: Has, _: Anybody, platform: For, python: str, name: str
) -> Response:
    """Return one wheel of the agent's."""
    kind = Machine(platform, python)
    async with _supplying(request, parts) as supplies, supplies.file(kind, name) as found:
        if isinstance(found, bytes):
            return Response(found, media_type="application/octet-stream")
        # The controller's store keeps its files, so it stays while it is sent.
        return FileResponse(found, media_type="application/octet-stream")


@asynccontextmanager
async def _supplying(request: Request, parts: Has) -> AsyncIterator[Supplies]:
    async with _named(language_of(request.headers)):
        yield await parts.controller.installer.supplies()


@asynccontextmanager
async def _named(language: str) -> AsyncIterator[None]:
    """Give a failed piece of work its cause in a language."""
    try:
        yield
    except (ResolveFailed, SupplyFailed) as error:
        document = CauseMessage.of(error.cause).model_dump(mode="json")
        cause = views.cause(document, language)
        if isinstance(error, SupplyFailed):
            raise OperationFailed(error.code, cause, name=error.name) from error
        raise OperationFailed("install-not-resolved", cause) from error


def _words(error: VenvoyError, language: str) -> str:
    said = problem_of(error, language, status_of(error))
    lines = [said.message]
    if said.cause is not None:
        lines += [said.cause.message, said.cause.remedy]
    lines.append(said.hint or "")
    return "".join(f"{line}\n" for line in lines if line)
