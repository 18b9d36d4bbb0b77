"""The way to the controller: through the environment's proxy, but never to this machine."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from venvoy.agent.controller import Controller, connections
from venvoy.domain.errors import Unavailable
from venvoy.wire.nkey import KeyPair, Role


class Recorder:
    """Answers everything, as a controller or as a proxy, and keeps what was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        app = web.Application()
        app.router.add_route("*", "/{rest:.*}", self._answer)
        self.server = TestServer(app)

    async def _answer(self, request: web.Request) -> web.Response:
        self.asked.append(str(request.url))
        return web.Response(body=b"{}")


@pytest.fixture
async def controller() -> AsyncIterator[Recorder]:
    found = Recorder()
    async with found.server:
        yield found


@pytest.fixture
async def proxy(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Recorder]:
    found = Recorder()
    async with found.server:
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        for name in ("http_proxy", "HTTP_PROXY"):
            monkeypatch.setenv(name, str(found.server.make_url("/")))
        yield found


async def lock(url: str) -> bytes:
    async with connections(url) as http:
        return await Controller(http, url, KeyPair.generate(Role.USER)).fetch_lock("0" * 64)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST"])
async def test_a_controller_on_this_machine_is_never_asked_through_a_proxy(
    controller: Recorder, proxy: Recorder, host: str
) -> None:
    port = controller.server.port
    await lock(f"http://{host}:{port}")
    assert proxy.asked == []
    assert len(controller.asked) == 1


async def test_the_proxys_password_stands_in_no_error(proxy: Recorder) -> None:
    url, key = "https://controller.example.org:7300", KeyPair.generate(Role.USER)
    address = proxy.server.make_url("/").with_user("fleet").with_password("hush")
    async with connections(url, proxy=str(address)) as http:
        with pytest.raises(Unavailable) as refused:
            await Controller(http, url, key).fetch_lock("0" * 64)
    assert "hush" not in str(refused.value)


async def test_any_other_controller_is_asked_through_the_proxy(proxy: Recorder) -> None:
    await lock("http://controller.example.org:7300")
    [asked] = proxy.asked
    assert asked.startswith("http://controller.example.org:7300/api/v1/locks/")
