"""The application: routes, errors, limits and the console put together, once.

Every route states who may call it, or the application is not made. Middleware
stands in one order: the outermost sees a request first and its answer last.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

import structlog
from fastapi import FastAPI, Request
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response

from venvoy.api import problems
from venvoy.api.description import routed
from venvoy.api.headers import SafeHeaders
from venvoy.api.hosts import LoopbackHosts, is_loopback
from venvoy.api.limits import BodyLimit
from venvoy.api.parts import Parts
from venvoy.api.static import Console
from venvoy.controller.main import Controller
from venvoy.controller.passwords import Passwords
from venvoy.domain.errors import VenvoyError

_FLUSH_SECONDS = 30.0
_GZIP_BYTES = 1_000
_log = structlog.get_logger(__name__)


def create_app(
    controller: Controller, *, passwords: Passwords | None = None, console: Console | None = None
) -> FastAPI:
    """Return the application of a running controller.

    Args:
        controller: started; the application never stops it.
        passwords: how passwords are hashed; the safe way when None.
        console: the built console; the one in the package when None.

    Raises:
        LookupError: a route does not state who may call it.
    """
    parts = Parts(controller, passwords or Passwords())
    app = routed(lifespan=_lifespan(parts))
    app.state.parts = parts
    _serve(app, console or Console())
    problems.install(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(GZipMiddleware, minimum_size=_GZIP_BYTES)
    if is_loopback(controller.context.settings.host):
        app.add_middleware(LoopbackHosts)
    app.add_middleware(SafeHeaders)
    return app


def _serve(app: FastAPI, console: Console) -> None:
    """Let the console answer what no route of the API takes."""

    async def answer(request: Request) -> Response:
        return await asyncio.to_thread(console.answer, request)

    app.router.add_route("/{path:path}", answer, methods=["GET", "HEAD"], include_in_schema=False)


def _lifespan(parts: Parts) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        flushing = asyncio.create_task(_flush(parts), name="last-used")
        try:
            yield
        finally:
            parts.stopping.set()
            flushing.cancel()
            with suppress(asyncio.CancelledError):
                await flushing
            with suppress(VenvoyError):
                await parts.used.flush(parts.ctx)

    return lifespan


async def _flush(parts: Parts) -> None:
    """Write when sessions and tokens were last used, now and then."""
    while True:
        await asyncio.sleep(_FLUSH_SECONDS)
        try:
            await parts.used.flush(parts.ctx)
        except VenvoyError as error:
            _log.warning("last uses not written", code=error.code)
