"""An HTTP proxy that demands a password and lets through CONNECT alone (RFC 9110, 9.3.6)."""

import asyncio
import base64
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field

USER, PASSWORD = "fleet", "p@ss word"
_QUOTED = "p%40ss%20word"


@dataclass
class ConnectProxy:
    """The proxy.

    Attributes:
        asked: all authorities that were asked for, with whether they were let through.
        port: where it listens.
    """

    asked: list[tuple[str, bool]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        """Its address with user and password."""
        return f"http://{USER}:{_QUOTED}@127.0.0.1:{self.port}"

    @property
    def url_without_password(self) -> str:
        """Its address alone."""
        return f"http://127.0.0.1:{self.port}"

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["ConnectProxy"]:
        """Serve while the context is open."""
        server = await asyncio.start_server(self._client, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            method, target, _ = head.split("\r\n")[0].split(" ")
            wanted = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
            known = f"proxy-authorization: basic {wanted}".lower() in head.lower()
            self.asked.append((target, known))
            if not known:
                writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\n")
                writer.write(b'Proxy-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\n\r\n')
            elif method != "CONNECT":
                writer.write(b"HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n")
            else:
                host, _, port = target.rpartition(":")
                there, back = await asyncio.open_connection(host.strip("[]"), int(port))
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                await asyncio.gather(_pipe(reader, back), _pipe(there, writer))
        writer.close()


@contextmanager
def proxying() -> Iterator[ConnectProxy]:
    """Serve a proxy from a thread of its own while the context is open."""
    proxy, started, loop = ConnectProxy(), threading.Event(), asyncio.new_event_loop()
    stop = asyncio.Event()

    async def serve() -> None:
        async with proxy.serving():
            started.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    if not started.wait(10):
        raise AssertionError("the proxy did not start")
    try:
        yield proxy
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.close()
