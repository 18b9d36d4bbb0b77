"""The local index, as fast as one can be: nginx where it is installed, else aiohttp.

A process of its own either way, with the headers of a good index: pages that may be
kept for ten minutes and have a tag, compressed for who accepts that; files for ever.
`python -m bench.server TREE PORT` is the second kind.
"""

import asyncio
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from bench.process import BenchFailed, child_environment, free_port, running
from bench.snapshot import Snapshot
from venvoy.index.pages import JSON_TYPE

_PAGE_AGE = "max-age=600"
_FILE_AGE = "max-age=31536000, immutable"
_SBIN = "/usr/sbin"
_NGINX = """\
daemon off;
master_process off;
pid {work}/nginx.pid;
error_log {work}/error.log;
events {{}}
http {{
  access_log off;
  sendfile on;
  tcp_nopush on;
  types {{}}
  default_type application/octet-stream;
  client_body_temp_path {work};
  proxy_temp_path {work};
  fastcgi_temp_path {work};
  uwsgi_temp_path {work};
  scgi_temp_path {work};
  server {{
    listen 127.0.0.1:{port};
    root {tree};
    location /simple/ {{
      default_type {page_type};
      index index.json;
      gzip_static on;
      gzip_vary on;
      add_header Cache-Control "{page_age}";
    }}
    location /packages/ {{
      add_header Cache-Control "{file_age}";
    }}
  }}
}}
"""


@dataclass(frozen=True, slots=True)
class Served:
    """A running local index.

    Attributes:
        base: its address without `/` at its end.
        program: `nginx` or `aiohttp`.
    """

    base: str
    program: str

    @property
    def simple(self) -> str:
        """The project list's address."""
        return f"{self.base}/simple/"


@contextmanager
def serving(snapshot: Snapshot, folder: Path) -> Iterator[Served]:
    """Serve a snapshot while the context is open.

    Args:
        snapshot: complete.
        folder: for what is served; on a tmpfs if there is one.
    """
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    tree = folder / "tree"
    snapshot.lay_out(tree, base)
    nginx = shutil.which("nginx") or shutil.which("nginx", path=_SBIN)
    if nginx:
        configuration = _configuration(folder, tree, port)
        command: list[str | Path] = [
            "/bin/sh",
            "-c",
            'echo begun; exec "$@"',
            "sh",
            nginx,
            "-c",
            configuration,
        ]
    else:
        command = [sys.executable, "-m", "bench.server", tree, str(port)]
    with running(command, child_environment()):
        _wait_for(port)
        yield Served(base, "nginx" if nginx else "aiohttp")


def _configuration(folder: Path, tree: Path, port: int) -> Path:
    work = folder / "nginx"
    work.mkdir()
    text = _NGINX.format(
        work=work,
        port=port,
        tree=tree,
        page_type=JSON_TYPE,
        page_age=_PAGE_AGE,
        file_age=_FILE_AGE,
    )
    file = work / "nginx.conf"
    file.write_text(text, encoding="utf-8")
    return file


def _wait_for(port: int) -> None:
    async def connect() -> None:
        async with asyncio.timeout(10):
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                except OSError:
                    await asyncio.sleep(0.02)
                    continue
                writer.close()
                return

    try:
        asyncio.run(connect())
    except TimeoutError as error:
        raise BenchFailed("the local index did not start") from error


async def _serve(tree: Path, port: int) -> None:
    async def page(request: web.Request) -> web.FileResponse:
        file = tree / "simple" / Path(request.match_info["project"]).name / "index.json"
        headers = {"Content-Type": JSON_TYPE, "Cache-Control": _PAGE_AGE, "Vary": "Accept-Encoding"}
        if not file.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(file, headers=headers)

    async def file(request: web.Request) -> web.FileResponse:
        path = (tree / "packages" / request.match_info["path"]).resolve()
        if not path.is_relative_to(tree / "packages") or not path.is_file():
            raise web.HTTPNotFound
        headers = {"Content-Type": "application/octet-stream", "Cache-Control": _FILE_AGE}
        return web.FileResponse(path, headers=headers)

    app = web.Application()
    app.router.add_get("/simple/{project}/", page)
    app.router.add_get("/packages/{path:.+}", file)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    print("begun", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]).resolve(), int(sys.argv[2])))
