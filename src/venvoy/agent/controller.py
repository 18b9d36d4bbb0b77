"""The controller over HTTP, as a node sees it: locks, and a token for NATS.

Every request is signed with the node's own key; nothing else authenticates it.
"""

import asyncio
import hashlib
import secrets
import time
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any

import aiohttp
from pydantic import ValidationError
from yarl import URL

from venvoy.domain.errors import NotFound, Unauthenticated, Unavailable, VenvoyError
from venvoy.wire.nkey import KeyPair
from venvoy.wire.schemas import NodeCredentials
from venvoy.wire.signing import sign_request

_TIMEOUT_S = 30.0
_LOCK_LIMIT = 64 * 2**20
_UNKNOWN = 404
_REFUSED = {401, 403}


def connections(url: str) -> aiohttp.ClientSession:
    """Return connections for the controller at a URL.

    Through the proxy that the environment names, if any; but never to this machine
    itself, for which a proxy would stand elsewhere.
    """
    return aiohttp.ClientSession(trust_env=not _is_own(URL(url).host or ""))


def _is_own(host: str) -> bool:
    if host.rstrip(".").lower() == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


class Controller:
    """A client of one controller.

    Args:
        http: kept by the caller.
        url: of the controller, with or without a slash at the end.
        key: the node's.
    """

    def __init__(self, http: aiohttp.ClientSession, url: str, key: KeyPair) -> None:
        self._http = http
        self._url = url.rstrip("/")
        self._key = key

    async def fetch_lock(self, digest: str) -> bytes:
        """Return a lock's bytes, unverified.

        Raises:
            NotFound: `lock-unknown`.
            Unauthenticated: `node-refused`.
            Unavailable: `controller-unreachable`.
        """
        return await self._ask("GET", f"/api/v1/locks/{digest}", missing="lock-unknown")

    async def credentials(self) -> NodeCredentials:
        """Return a fresh token for NATS, and where to connect.

        Raises:
            Unauthenticated: `node-refused`.
            NotFound: `node-unknown`.
            Unavailable: `controller-unreachable`.
        """
        data = await self._ask("POST", "/api/v1/node/credentials", missing="node-unknown")
        try:
            return NodeCredentials.model_validate_json(data)
        except ValidationError as error:
            raise self._unreachable("the answer is not understood") from error

    async def _ask(self, method: str, path: str, *, missing: str) -> bytes:
        headers = sign_request(
            self._key,
            method,
            path,
            hashlib.sha256(b"").hexdigest(),
            time.time_ns() // 1_000_000,
            secrets.token_urlsafe(18),
        )
        limit = aiohttp.ClientTimeout(total=_TIMEOUT_S)
        try:
            async with self._http.request(
                method, self._url + path, headers=headers, timeout=limit, allow_redirects=False
            ) as response:
                if response.status >= HTTPStatus.BAD_REQUEST:
                    raise await self._refusal(response, missing)
                return await _body(response)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise self._unreachable(str(error) or type(error).__name__) from error

    async def _refusal(self, response: aiohttp.ClientResponse, missing: str) -> VenvoyError:
        code = await _code(response)
        if response.status in _REFUSED:
            return Unauthenticated("node-refused", url=self._url, reason=code)
        if response.status == _UNKNOWN:
            return NotFound(missing, url=self._url)
        return self._unreachable(code)

    def _unreachable(self, reason: str) -> Unavailable:
        return Unavailable("controller-unreachable", url=self._url, reason=reason)


async def _body(response: aiohttp.ClientResponse) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for chunk in response.content.iter_chunked(65_536):
        size += len(chunk)
        if size > _LOCK_LIMIT:
            raise ValueError("the answer is too large")
        parts.append(chunk)
    return b"".join(parts)


async def _code(response: aiohttp.ClientResponse) -> str:
    """The problem's code (RFC 9457), else the status."""
    try:
        problem: Any = await asyncio.wait_for(response.json(content_type=None), _TIMEOUT_S)
        return str(problem["code"])[:80]
    except (ValueError, KeyError, TypeError, TimeoutError, aiohttp.ClientError):
        return f"status {response.status}"
