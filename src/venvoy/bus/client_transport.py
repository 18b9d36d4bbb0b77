"""The client library's connection by websocket, over the way that HTTP takes.

nats-py opens websockets past every proxy and has no option for one; here they go
through the proxy that is named, or that the environment names. It hangs on private
parts of nats-py, whose version is pinned.
"""

import asyncio
import ssl
from typing import Any
from urllib.parse import ParseResult

import aiohttp
from nats.aio.client import Client, Srv
from nats.aio.transport import WebSocketTransport

from venvoy.bus.proxy import session_options

_WEBSOCKETS = frozenset({"ws", "wss"})


class ProxiedWebSocket(WebSocketTransport):
    """A websocket through a proxy.

    Args:
        proxy: the proxy's address, with user and password if it wants them; None for
            the one of the environment.
        trust_env: whether the environment is asked at all.
    """

    def __init__(self, proxy: str | None, *, trust_env: bool) -> None:
        # Not the base's: it would open a session of its own, past every proxy.
        self._ws = None
        self._client = aiohttp.ClientSession(trust_env=trust_env, **session_options(proxy))
        self._pending = asyncio.Queue()
        self._close_task = asyncio.get_running_loop().create_future()
        self._using_tls = None
        self._ws_headers = None

    async def connect(self, uri: ParseResult, buffer_size: int, connect_timeout: int) -> None:  # noqa: ARG002 - the base's signature
        """Open a plain websocket."""
        await self._open(uri.geturl(), None, connect_timeout)

    async def connect_tls(
        self,
        uri: str | ParseResult,
        ssl_context: ssl.SSLContext,
        buffer_size: int,  # noqa: ARG002 - the base's signature
        connect_timeout: int,
    ) -> None:
        """Open a websocket under TLS; one that is under it stays as it is."""
        if self._ws is not None and self._using_tls:
            return
        address = uri if isinstance(uri, str) else uri.geturl()
        await self._open(address, ssl_context, connect_timeout)

    async def _open(self, address: str, tls: ssl.SSLContext | None, seconds: float) -> None:
        more: dict[str, Any] = {} if tls is None else {"ssl": tls}
        try:
            async with asyncio.timeout(seconds):
                self._ws = await self._client.ws_connect(address, max_msg_size=0, **more)
        except BaseException:
            await self._client.close()
            raise
        self._using_tls = tls is not None


class ProxiedClient(Client):
    """The client library, with websockets that know proxies.

    Args:
        proxy, trust_env: as `ProxiedWebSocket`.
    """

    def __init__(self, proxy: str | None = None, *, trust_env: bool = False) -> None:
        super().__init__()
        self._proxy = proxy
        self._trust_env = trust_env

    async def _connect_to_server(self, s: Srv) -> None:
        if s.uri.scheme in _WEBSOCKETS:
            self._transport = ProxiedWebSocket(self._proxy, trust_env=self._trust_env)
        await super()._connect_to_server(s)
