"""NATS behind the HTTP port: a websocket at `/nats` is passed on to the server, byte by byte.

For networks that let nothing but HTTP out. The server itself answers the handshake and
speaks websocket; this stands between two sockets and understands nothing, so what NATS
grants is decided by NATS alone, as on its own port. TLS has been taken off by then.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, cast

PATH = b"/nats"
_CONNECT_S = 5.0
_HEAD_LIMIT = 64 * 1024


class _Upstream(asyncio.Protocol):
    """The server's side: what it sends goes to the client."""

    def __init__(self, bridge: "NatsBridge") -> None:
        self._bridge = bridge

    def data_received(self, data: bytes) -> None:
        self._bridge.client.write(data)

    def connection_lost(self, _: Exception | None) -> None:
        self._bridge.client.close()

    def pause_writing(self) -> None:
        self._bridge.client.pause_reading()

    def resume_writing(self) -> None:
        self._bridge.client.resume_reading()


class NatsBridge(asyncio.Protocol):
    """The client's side of one connection, as uvicorn hands it over.

    Args:
        port: of the server's websocket on loopback; None while there is none.
        server_state: uvicorn's; open connections are noted there, to be ended at a stop.
    """

    def __init__(
        self,
        *,
        port: Callable[[], int | None],
        server_state: Any,
        **_: object,
    ) -> None:
        self._port = port
        self._open: set[object] = server_state.connections
        self._waiting = b""
        self._server: asyncio.Transport | None = None
        self._opening: asyncio.Task[None] | None = None
        self.client: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the client's connection."""
        self.client = cast("asyncio.Transport", transport)
        self._open.add(self)

    def data_received(self, data: bytes) -> None:
        """Pass on what the client sends; first its request, which names the path."""
        if self._server is not None:
            self._server.write(data)
            return
        self._waiting += data
        if self._opening is None:
            self._begin(data)
        elif len(self._waiting) > _HEAD_LIMIT:
            self.client.close()

    def connection_lost(self, _: Exception | None) -> None:
        """End the server's side too."""
        self._open.discard(self)
        if self._opening is not None:
            self._opening.cancel()
        if self._server is not None:
            self._server.close()

    def pause_writing(self) -> None:
        """Let the server wait: the client does not keep up."""
        if self._server is not None:
            self._server.pause_reading()

    def resume_writing(self) -> None:
        """Let the server go on."""
        if self._server is not None:
            self._server.resume_reading()

    def shutdown(self) -> None:
        """End the connection; uvicorn calls it when it stops."""
        self.client.close()

    def _begin(self, head: bytes) -> None:
        words = head.partition(b"\r\n")[0].split(b" ")
        if len(words) < 2 or words[1].partition(b"?")[0] != PATH:  # noqa: PLR2004 - method, target
            self._refuse(b"404 Not Found")
            return
        self._opening = asyncio.get_running_loop().create_task(self._connect())

    async def _connect(self) -> None:
        port = self._port()
        try:
            if port is None:
                raise ConnectionError
            async with asyncio.timeout(_CONNECT_S):
                loop = asyncio.get_running_loop()
                server, _ = await loop.create_connection(
                    partial(_Upstream, self), "127.0.0.1", port
                )
        except (OSError, TimeoutError):
            self._refuse(b"503 Service Unavailable")
            return
        if self.client.is_closing():
            server.close()
            return
        server.write(self._waiting)
        self._server, self._waiting = server, b""

    def _refuse(self, status: bytes) -> None:
        self.client.write(
            b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        )
        self.client.close()
