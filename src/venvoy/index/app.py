"""The gateway over HTTP, as uv and pip see it.

`/<secret>/simple/[<project>/]`, `/<secret>/files/<sha256>/<name>[.metadata]`. A wrong
secret looks like nothing at all. Failures come as problem documents with the status
that uv's own handling fits best: what upstream refused is passed on, what cannot be
reached is a 502 or 504 (uv tries again), wrong bytes are a 422 (uv does not).
"""

import asyncio
import hmac
from collections.abc import Awaitable, Callable

from aiohttp import hdrs, web

from venvoy.index import address
from venvoy.index.gateway import Gateway
from venvoy.index.pages import HTML_TYPE, JSON_TYPE, page_as_html, project_list, wants_json
from venvoy.index.problem import FetchFailed
from venvoy.index.responses import IMMUTABLE, problem_response, tagged

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_METADATA = ".metadata"


def make_app(gateway: Gateway, secret: str, page_age_s: float) -> web.Application:
    """Return the app of one gateway.

    Args:
        gateway: started and closed by the caller.
        secret: first part of every path.
        page_age_s: seconds for which clients may keep a page.
    """
    handlers = _Handlers(gateway, page_age_s)

    def guarded(handler: Handler) -> Handler:
        async def check(request: web.Request) -> web.StreamResponse:
            given = request.match_info["secret"].encode("utf-8", "surrogateescape")
            if not hmac.compare_digest(given, secret.encode()):
                raise web.HTTPNotFound
            try:
                return await handler(request)
            except FetchFailed as error:
                return problem_response(error.problem)

        return check

    app = web.Application()
    app.router.add_get("/{secret}/files/{sha256}/{name}", guarded(handlers.file))
    app.router.add_get("/{secret}/simple/", guarded(handlers.projects))
    app.router.add_get("/{secret}/simple/{project}/", guarded(handlers.page))
    app.router.add_get("/{secret}/simple/{project}", guarded(handlers.without_slash))
    return app


class _Handlers:
    def __init__(self, gateway: Gateway, page_age_s: float) -> None:
        self._gateway = gateway
        self._page_age_s = page_age_s

    async def projects(self, request: web.Request) -> web.StreamResponse:
        """List the projects that were asked for; the whole index is no use to uv."""
        as_json = wants_json(request.headers.get(hdrs.ACCEPT, ""))
        body = project_list(self._gateway.projects(), as_json=as_json)
        headers = {"Content-Type": JSON_TYPE if as_json else "text/html", "Vary": "Accept"}
        return web.Response(body=body, headers=headers)

    async def without_slash(self, request: web.Request) -> web.StreamResponse:
        """Redirect to the one address that a page has (PEP 503)."""
        project = _project(request)
        raise web.HTTPMovedPermanently(f"{address.normalised(project)}/")

    async def page(self, request: web.Request) -> web.StreamResponse:
        """Serve a project's page as JSON or HTML, or say that it did not change."""
        project = _project(request)
        name = address.normalised(project)
        if name != project:
            raise web.HTTPMovedPermanently(f"../{name}/")
        refresh = "no-cache" in request.headers.get(hdrs.CACHE_CONTROL, "").lower()
        page = await self._gateway.page(name, refresh=refresh)
        headers = {
            "Cache-Control": f"max-age={self._page_age_s:.0f}",
            "Age": f"{min(page.age(), self._page_age_s):.0f}",
            "Vary": "Accept",
        }
        accept = request.headers.get(hdrs.ACCEPT, "")
        if wants_json(accept):
            return tagged(
                request, page.body, page.head.etag, {**headers, "Content-Type": JSON_TYPE}
            )
        body = await asyncio.to_thread(page_as_html, page.body)
        kind = HTML_TYPE if HTML_TYPE in accept else "text/html; charset=utf-8"
        etag = f'{page.head.etag[:-1]}-html"'
        return tagged(request, body, etag, {**headers, "Content-Type": kind})

    async def file(self, request: web.Request) -> web.StreamResponse:
        """Serve a file, from the store or as it comes, or its metadata."""
        sha256, name = request.match_info["sha256"], request.match_info["name"]
        if not address.is_sha256(sha256) or not address.is_file_name(name):
            raise web.HTTPNotFound
        if name.endswith(_METADATA):
            data = await self._gateway.metadata.get(sha256, name.removesuffix(_METADATA))
            return tagged(request, data, f'"{sha256}-metadata"', IMMUTABLE)
        stored = self._gateway.files.stored(sha256)
        if stored is not None:
            return web.FileResponse(stored, headers=IMMUTABLE)
        if request.method == hdrs.METH_HEAD:
            return await self._head(sha256, name)
        if hdrs.RANGE in request.headers:
            return await self._part(request, sha256, name)
        return await self._stream(request, sha256, name)

    async def _head(self, sha256: str, name: str) -> web.StreamResponse:
        size = self._gateway.files.known(sha256, name).size
        if size is None:
            size = (await self._gateway.locate(sha256, name)).size
        headers = {**IMMUTABLE, "Accept-Ranges": "bytes"}
        if size is not None:
            headers["Content-Length"] = str(size)
        return web.Response(headers=headers)

    async def _part(self, request: web.Request, sha256: str, name: str) -> web.StreamResponse:
        """Serve a range of a file that is not here: some bytes cannot be checked, all can."""
        async with self._gateway.files.held(sha256, name) as path:
            response = web.FileResponse(path, headers=IMMUTABLE)
            await response.prepare(request)
            return response

    async def _stream(self, request: web.Request, sha256: str, name: str) -> web.StreamResponse:
        download = self._gateway.files.download(sha256, name)
        with download.reading():
            await download.ready()
            response = web.StreamResponse(headers={**IMMUTABLE, "Accept-Ranges": "bytes"})
            response.content_length = download.size
            await response.prepare(request)
            try:
                async for chunk in download.chunks():
                    await response.write(chunk)
                await response.write_eof()
            except FetchFailed:
                # The head is out; only a cut connection says that the body is not whole.
                if request.transport is not None:
                    request.transport.abort()
            except ConnectionError:
                pass  # the client left; there is nobody to tell
            return response


def _project(request: web.Request) -> str:
    project = request.match_info["project"]
    if not address.is_project(project):
        raise web.HTTPNotFound
    return project
