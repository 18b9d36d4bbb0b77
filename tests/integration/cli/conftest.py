"""The command line against the real API, and as a process of its own."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from venvoy.api.static import Console
from venvoy.cli.main import invoke
from venvoy.cli.output import Output
from venvoy.cli.surroundings import Surroundings
from venvoy.testing.api import URL, Api, open_api


class Bridge(httpx.BaseTransport):
    """Carries requests of a thread into the application's event loop."""

    def __init__(self, api: Api, loop: asyncio.AbstractEventLoop) -> None:
        self._asgi = httpx.ASGITransport(api.app, client=("127.0.0.1", 5000))
        self._loop = loop

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return asyncio.run_coroutine_threadsafe(self._answer(request), self._loop).result(30)

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        body = request.read()
        asked = httpx.Request(request.method, request.url, headers=request.headers, content=body)
        answer = await self._asgi.handle_async_request(asked)
        content = await answer.aread()
        headers = httpx.Headers(answer.headers)
        headers.pop("content-encoding", None)  # `aread` has taken it off
        return httpx.Response(answer.status_code, headers=headers, content=content)


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str


Run = Callable[..., Awaitable[Result]]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The CLI's data directory; nobody is signed in."""
    for name in ("VENVOY_URL", "VENVOY_TOKEN", "VENVOY_LANG", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("VENVOY_DATA", str(tmp_path / "cli"))
    return tmp_path / "cli"


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[Api]:
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "index.html").write_text("console")
    async with open_api(tmp_path / "data", Console(tmp_path / "static")) as opened:
        yield opened


@pytest.fixture
async def run(api: Api, data: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs one command line against the API."""
    bridge = Bridge(api, asyncio.get_running_loop())

    async def called(*arguments: str) -> Result:
        here = Surroundings(Output("en", as_json=False), bridge)
        code = await asyncio.to_thread(invoke, arguments, here)
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    return called


@pytest.fixture
async def signed_in(api: Api, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sign the CLI in as an admin, as `<data>/cli.toml` does."""
    admin = await api.signed_in()
    answer = await admin.post("/api/v1/tokens", json={"name": "cli", "role": "admin"})
    monkeypatch.setenv("VENVOY_URL", URL)
    monkeypatch.setenv("VENVOY_TOKEN", answer.json()["secret"])


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Return the surroundings of a process of its own."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {
        **kept,
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "VENVOY_DATA": str(tmp_path / "cli"),
        "VENVOY_URL": URL,
        "VENVOY_TOKEN": "vv_secret",
    }
