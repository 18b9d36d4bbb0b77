"""The API as OpenAPI describes it, known without a controller.

What is served at `/api/openapi.json` and what the console's types are made from is
made here, from the same routes.
"""

from itertools import chain
from typing import Any

from fastapi import FastAPI

from venvoy import __version__
from venvoy.api.auth import check_routes
from venvoy.api.routes import INSTALL, PREFIX, PROBES, PROBLEM, VERSIONED


def routed(**options: Any) -> FastAPI:
    """Return an application with every route of the API, and nothing behind them.

    Args:
        options: further arguments of `FastAPI`.

    Raises:
        LookupError: a route does not state who may call it.
    """
    routers = (PROBES, INSTALL, *VERSIONED)
    check_routes(chain.from_iterable(router.routes for router in routers))
    app = FastAPI(
        title="Venvoy",
        version=__version__,
        openapi_url="/api/openapi.json",
        docs_url=None,  # FastAPI's pages load from a CDN
        redoc_url=None,
        responses=PROBLEM,
        **options,
    )
    for router in VERSIONED:
        app.include_router(router, prefix=PREFIX)
    app.include_router(PROBES)
    app.include_router(INSTALL)
    return app


def description() -> dict[str, Any]:
    """Return the OpenAPI document of this version."""
    return routed().openapi()
