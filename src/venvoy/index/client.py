"""Requests to mirrors: shared connections, bounded retries, typed failures.

Answers that are no success become `FetchFailed` here, so that nothing above sees an
exception of the HTTP library.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import TypeVar

import aiohttp
from yarl import URL

from venvoy.index.failure import NETWORK_ERRORS, failed, from_exception, from_status
from venvoy.index.problem import FetchFailed, ProblemKind
from venvoy.index.settings import GatewaySettings
from venvoy.index.upstream import Upstream

READ_BUFFER = 2**20
"""Bytes that the client reads ahead per connection; large reads are few reads."""

T = TypeVar("T")


class Client:
    """The gateway's side towards mirrors.

    Args:
        settings: time limits, retries and connections.
        agent: the `User-Agent` header.
    """

    def __init__(self, settings: GatewaySettings, agent: str) -> None:
        self._settings = settings
        self._agent = agent
        self._pages: aiohttp.ClientSession | None = None
        self._files: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Open the sessions, in the loop that will use them.

        Two, because pages may come compressed, while a file's bytes are what they are:
        some servers declare a `.tar.gz` to be compressed text.
        """
        connector = aiohttp.TCPConnector(
            limit=0, limit_per_host=self._settings.connections_per_host, ttl_dns_cache=60
        )
        self._pages = self._session(connector, decompress=True)
        self._files = self._session(connector, decompress=False)

    def _session(
        self, connector: aiohttp.TCPConnector, *, decompress: bool
    ) -> aiohttp.ClientSession:
        settings = self._settings
        return aiohttp.ClientSession(
            connector=connector,
            connector_owner=decompress,
            timeout=aiohttp.ClientTimeout(
                total=None, sock_connect=settings.connect_s, sock_read=settings.stall_s
            ),
            headers={"User-Agent": self._agent},
            read_bufsize=READ_BUFFER,
            auto_decompress=decompress,
            trust_env=settings.trust_env,
        )

    async def close(self) -> None:
        """Close all connections."""
        for session in (self._files, self._pages):
            if session is not None:
                await session.close()
        self._files = self._pages = None

    @asynccontextmanager
    async def get(
        self,
        url: str,
        upstream: Upstream | None,
        headers: Mapping[str, str],
        *,
        raw: bool = False,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """Send one GET and hand out its answer once the head came.

        Args:
            url: absolute; what it has percent-encoded stays so.
            upstream: whose credentials to send when the origin is its own.
            headers: further headers.
            raw: leave the body as it is, compressed or not.

        Yields:
            An answer with a status below 400.

        Raises:
            FetchFailed: no answer came, or one that is no success; also for network
                errors inside the `async with` block, which concern the body.
        """
        session = self._files if raw else self._pages
        if session is None:
            raise RuntimeError("the client was not started")
        sent = {**headers, **(upstream.headers_for(url) if upstream else {})}
        in_body = False
        try:
            address = URL(url, encoded=True)
        except ValueError as error:
            raise failed(ProblemKind.UNREADABLE, url, detail=str(error)) from error
        try:
            async with session.get(address, headers=sent) as response:
                in_body = True
                if response.status >= HTTPStatus.BAD_REQUEST:
                    raise from_status(response.status, url)
                yield response
        except NETWORK_ERRORS as error:
            raise from_exception(error, url, in_body=in_body) from error

    async def retried(self, work: Callable[[], Awaitable[T]]) -> T:
        """Repeat idempotent work while its failures are transient, with backoff.

        Raises:
            FetchFailed: of the last attempt.
        """
        attempt = 0
        while True:
            try:
                return await work()
            except FetchFailed as error:
                attempt += 1
                if not error.problem.transient or attempt >= self._settings.attempts:
                    raise
            await self.pause(attempt)

    async def pause(self, attempt: int) -> None:
        """Wait before an attempt, twice as long each time, with jitter.

        Args:
            attempt: how many have failed; 1 before the second attempt.
        """
        longest = self._settings.backoff_s * 2 ** (attempt - 1)
        await asyncio.sleep(longest * random.uniform(0.5, 1.0))  # noqa: S311 - jitter
