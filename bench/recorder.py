"""An index that fetches what it is asked for and keeps it: how the snapshot is filled.

`python -m bench.recorder FOLDER UPSTREAM` prints its address and serves. Pages are
kept byte by byte as upstream sent them; only on their way out do the files' addresses
become this server's, which `served` does for the measured server too.
"""

import asyncio
import re
import sys
from pathlib import Path

import aiohttp
from aiohttp import web

from bench.process import free_port
from venvoy.index.address import is_neutral_path, is_project, split_file_url
from venvoy.index.pages import JSON_TYPE

PAGES = "pages"
FILES = "files"
_URL = re.compile(rb'"url": ?"(https?://[^"]+)"')
_TRIES = 4


def root_of(page: bytes) -> bytes | None:
    """Return the file root that a page's addresses begin with; None for an empty page."""
    match = _URL.search(page)
    split = split_file_url(match[1].decode()) if match else None
    return split[0].encode() if split else None


def served(page: bytes, base: str) -> bytes:
    """Return a page whose files are at `base`, and that is else as the index sent it."""
    root = root_of(page)
    return page if root is None else page.replace(root, f"{base}/".encode())


class Recorder:
    """Answers from the folder, or else from upstream into the folder.

    Args:
        folder: of the snapshot.
        upstream: address of an index' project list, ending with `/`.
        base: this server's own address.
        http: for upstream.
    """

    def __init__(self, folder: Path, upstream: str, base: str, http: aiohttp.ClientSession) -> None:
        self._folder = folder
        self._upstream = upstream
        self._base = base
        self._http = http
        self._root = b""

    async def page(self, request: web.Request) -> web.Response:
        """Serve a project's page."""
        project = request.match_info["project"]
        if not is_project(project):
            raise web.HTTPNotFound
        file = self._folder / PAGES / f"{project}.json"
        if not file.exists():
            await self._fetch(f"{self._upstream}{project}/", file)
        page = file.read_bytes()
        self._root = root_of(page) or self._root
        return web.Response(
            body=served(page, self._base),
            headers={"Content-Type": JSON_TYPE, "Cache-Control": "max-age=600"},
        )

    async def file(self, request: web.Request) -> web.FileResponse:
        """Serve a file or its metadata."""
        path = f"packages/{request.match_info['path']}"
        if not is_neutral_path(path) or not self._root:
            raise web.HTTPNotFound
        file = self._folder / FILES / path
        if not file.exists():
            await self._fetch(self._root.decode() + path, file)
        return web.FileResponse(file)

    async def _fetch(self, url: str, file: Path) -> None:
        for left in reversed(range(_TRIES)):
            try:
                async with self._http.get(url, headers={"Accept": JSON_TYPE}) as answer:
                    if answer.status == web.HTTPNotFound.status_code:
                        raise web.HTTPNotFound
                    answer.raise_for_status()
                    data = await answer.read()
                break
            except (aiohttp.ClientError, TimeoutError):
                if not left:
                    raise
        file.parent.mkdir(parents=True, exist_ok=True)
        new = file.with_name(f".{file.name}.new")
        new.write_bytes(data)
        new.replace(file)


async def serve(folder: Path, upstream: str) -> None:
    """Serve until the process is ended."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    # Addresses hold characters that must reach upstream as they are.
    async with aiohttp.ClientSession(trust_env=True) as http:
        recorder = Recorder(folder, upstream, base, http)
        app = web.Application()
        app.router.add_get("/simple/{project}/", recorder.page)
        app.router.add_get("/packages/{path:.+}", recorder.file)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        print(base, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), sys.argv[2]))
