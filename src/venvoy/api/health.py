"""Whether the process lives, whether it can work, and which release it is."""

from datetime import datetime
from http import HTTPStatus

from fastapi import APIRouter, Response

from venvoy import __version__
from venvoy.api.auth import Anybody
from venvoy.api.parts import Has
from venvoy.wire.schemas import Output, VersionInfo

probes = APIRouter(tags=["health"])
router = APIRouter(tags=["health"])


class Alive(Output):
    """The process answers."""

    status: str = "ok"


class PartHealth(Output):
    """One part of the controller; `code` says in a word what is wrong with it."""

    name: str
    ok: bool
    since: datetime
    code: str | None = None


class Ready(Output):
    """Whether all parts work."""

    ready: bool
    parts: list[PartHealth]


@probes.get("/healthz", operation_id="alive")
async def alive(_: Anybody) -> Alive:
    """Answer while the process lives."""
    return Alive()


@probes.get("/readyz", operation_id="ready", responses={503: {"model": Ready}})
async def ready(response: Response, parts: Has, _: Anybody) -> Ready:
    """Answer 200 when every part works, else 503, and which does not."""
    report = parts.controller.readiness()
    if not report.ready:
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    shown = [
        PartHealth(
            name=part.name,
            ok=part.ok,
            since=part.since,
            code=part.error.code if part.error else None,
        )
        for part in report.parts
    ]
    return Ready(ready=report.ready, parts=shown)


@router.get("/version", operation_id="version")
async def version(_: Anybody) -> VersionInfo:
    """Tell the controller's release."""
    return VersionInfo(version=__version__)
