"""uvicorn inside a process that has more to do than HTTP.

The process decides about signals and about when to stop; uvicorn gets a socket that
listens already and says when it answers on it.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial
from typing import cast

import uvicorn
from fastapi import FastAPI

from venvoy.api.nats_bridge import NatsBridge
from venvoy.api.parts import Parts
from venvoy.domain.errors import Unavailable

_GRACE_SECONDS = 2


class HttpServer:
    """Serves one application until it is stopped.

    Args:
        app: of `create_app`.
        listening: of `venvoy.api.ports.listen`.
        tls: what the server shows; None speaks plain.
        nats: the port on loopback where NATS takes websockets; None while there is none.
    """

    def __init__(
        self,
        app: FastAPI,
        listening: socket.socket,
        tls: ssl.SSLContext | None = None,
        nats: Callable[[], int | None] = lambda: None,
    ) -> None:
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=True,
            lifespan="on",
            timeout_graceful_shutdown=_GRACE_SECONDS,
            # A callable that makes a protocol, as a class is.
            ws=cast("type[asyncio.Protocol]", partial(NatsBridge, port=nats)),
            ssl_context_factory=None if tls is None else lambda *_: tls,
        )
        self._server = _Server(config)
        self._socket = listening
        self._parts: Parts = app.state.parts
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Return once requests are answered.

        Raises:
            Unavailable: `http-not-started`.
        """
        self._task = asyncio.create_task(self._server.serve(sockets=[self._socket]), name="http")
        answering = asyncio.create_task(self._server.answering.wait())
        try:
            await asyncio.wait({self._task, answering}, return_when="FIRST_COMPLETED")
        finally:
            answering.cancel()
        if not self._server.answering.is_set():
            raise Unavailable("http-not-started")

    async def ended(self) -> None:
        """Return when the server has ended, asked or unasked."""
        if self._task is not None:
            await asyncio.wait({self._task})

    async def stop(self) -> None:
        """End open streams, let what is being answered finish, and return within seconds."""
        self._parts.stopping.set()
        self._server.should_exit = True
        await self.ended()


class _Server(uvicorn.Server):
    """A server that leaves signals alone."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.answering = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to answer, and say so."""
        await super().startup(sockets)
        if self.started:
            self.answering.set()

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Leave them to the process."""
        yield
