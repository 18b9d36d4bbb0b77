"""The controller over HTTP, as a node sees it: locks, and a token for NATS.

Every request is signed with the node's own key; nothing else authenticates it. It is
signed by the controller's time where this machine's clock is wrong: the refusal tells how
wrong, and a signature for another time is good for nothing but the request that it signs.
"""

import asyncio
import hashlib
import secrets
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any

import aiohttp
from pydantic import ValidationError
from yarl import URL

from venvoy.agent import log
from venvoy.bus.proxy import session_options
from venvoy.bus.trust import trusting
from venvoy.domain.errors import (
    Conflict,
    InvalidInput,
    NotFound,
    Param,
    Unauthenticated,
    Unavailable,
    VenvoyError,
)
from venvoy.wire import certificates
from venvoy.wire.joining import NodeJoin, NodeJoined, NodeLeave
from venvoy.wire.joining import NodeRemoved as NodeLeft
from venvoy.wire.nkey import KeyPair
from venvoy.wire.nodes import NodeCredentials
from venvoy.wire.signing import sign_request
from venvoy.wire.tenure import TenureClaim

_TIMEOUT_S = 30.0
_LOCK_LIMIT = 64 * 2**20
_UNKNOWN = 404
_REFUSED = {401, 403}
_SHOWN = 80
_LONGEST = 4_000
_TOLD: Mapping[str, type[VenvoyError]] = {
    "join-token-unknown": Unauthenticated,
    "join-token-expired": Unauthenticated,
    "join-token-used-up": Unauthenticated,
    "request-clock-skew": Unauthenticated,
    "node-name-taken": Conflict,
    "node-is-local": Conflict,
    "node-cloned": Conflict,
    "name-empty": InvalidInput,
    "name-too-long": InvalidInput,
    "name-reserved": InvalidInput,
    "name-invalid": InvalidInput,
}
"""What the controller may say for itself: codes that this release has words for."""


def connections(url: str, ca: str | None = None, proxy: str | None = None) -> aiohttp.ClientSession:
    """Return connections for the controller at a URL.

    Args:
        url: of the controller.
        ca: PEM of the authority behind its certificate; None for the system's trust.
        proxy: to go through.

    Without one, through the proxy that the environment names, if any; but never to this machine
    itself, for which a proxy would stand elsewhere.
    """
    secure = URL(url).scheme == "https"
    connector = aiohttp.TCPConnector(ssl=trusting(ca)) if secure else None
    own = is_own(url)
    return aiohttp.ClientSession(
        connector=connector, trust_env=not own, **session_options(None if own else proxy)
    )


async def fetch_authority(url: str, pin: str, proxy: str | None = None) -> str:
    """Return the authority behind a controller's certificate, proven by its pin alone.

    The connection itself proves nothing yet, so nothing is said on it.

    Raises:
        Unauthenticated: `controller-certificate-foreign`.
        Unavailable: `controller-unreachable`.
    """
    limit = aiohttp.ClientTimeout(total=_TIMEOUT_S)
    path = f"{url.rstrip('/')}/api/v1/ca"
    own = is_own(url)
    try:
        async with (
            aiohttp.ClientSession(
                trust_env=not own, **session_options(None if own else proxy)
            ) as http,
            http.get(path, ssl=False, timeout=limit, allow_redirects=False) as response,
        ):
            found = (await _body(response)).decode("ascii", "replace")
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        reason = str(error) or type(error).__name__
        raise Unavailable("controller-unreachable", url=url, reason=reason) from error
    try:
        shown = certificates.pin(found.encode())
    except InvalidInput:
        shown = ""
    if shown != pin:
        raise Unauthenticated(
            "controller-certificate-foreign",
            url=url,
            found=certificates.shown(shown) or "-",
            wanted=certificates.shown(pin),
        )
    return found


def is_own(url: str) -> bool:
    """Whether an address is on this machine itself."""
    return _is_own(URL(url).host or "")


def _is_own(host: str) -> bool:
    if host.rstrip(".").lower() == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


class NodeRemoved(Unauthenticated):
    """Whoever answers says that this node was removed; only the tombstone proves it.

    Attributes:
        tombstone: signed, base64, unverified.
    """

    def __init__(self, url: str, tombstone: str) -> None:
        super().__init__("node-refused", url=url, reason="node-removed")
        self.tombstone = tombstone


class Controller:
    """A client of one controller.

    Args:
        http: kept by the caller.
        url: of the controller, with or without a slash at the end.
        key: the node's.
    """

    def __init__(self, http: aiohttp.ClientSession, url: str, key: KeyPair) -> None:
        self._http = http
        self.url = url.rstrip("/")
        self._key = key
        self._behind_ms = 0

    async def fetch_lock(self, digest: str) -> bytes:
        """Return a lock's bytes, unverified.

        Raises:
            NotFound: `lock-unknown`.
            Unauthenticated: `node-refused`.
            Unavailable: `controller-unreachable`.
        """
        return await self._ask("GET", f"/api/v1/locks/{digest}", missing="lock-unknown")

    async def credentials(self, claim: TenureClaim | None = None) -> NodeCredentials:
        """Return a fresh token for NATS, and where to connect.

        Args:
            claim: which run of this machine's agent asks.

        Raises:
            Conflict: `node-cloned`, while another machine acts as this node.
            Unauthenticated: `node-refused`.
            NotFound: `node-unknown`.
            Unavailable: `controller-unreachable`.
        """
        body = "" if claim is None else claim.model_dump_json()
        path = "/api/v1/node/credentials"
        data = await self._ask("POST", path, missing="node-unknown", body=body)
        try:
            return NodeCredentials.model_validate_json(data)
        except ValidationError as error:
            raise self._unreachable("the answer is not understood") from error

    async def join(self, wish: NodeJoin) -> NodeJoined:
        """Become a node; repeating it with the same key changes nothing.

        Raises:
            Unauthenticated, InvalidInput, Conflict: with the controller's own code.
            Unavailable: `controller-unreachable`.
        """
        data = await self._ask(
            "POST", "/api/v1/node/join", missing="path-unknown", body=wish.model_dump_json()
        )
        try:
            return NodeJoined.model_validate_json(data)
        except ValidationError as error:
            raise self._unreachable("the answer is not understood") from error

    async def leave(self, claim: TenureClaim, *, keep_data: bool) -> str:
        """Leave the fleet; return the signed tombstone, unverified.

        Args:
            claim: which run of this machine's agent asks.

        Raises:
            NodeRemoved: the node was removed before.
            Conflict: `node-cloned`, while another machine acts as this node.
            Unauthenticated, Conflict: with the controller's own code.
            Unavailable: `controller-unreachable`.
        """
        body = NodeLeave(keep_data=keep_data, claim=claim).model_dump_json()
        data = await self._ask("POST", "/api/v1/node/leave", missing="path-unknown", body=body)
        try:
            return NodeLeft.model_validate_json(data).tombstone
        except ValidationError as error:
            raise self._unreachable("the answer is not understood") from error

    async def _ask(self, method: str, path: str, *, missing: str, body: str = "") -> bytes:
        try:
            return await self._ask_once(method, path, missing=missing, body=body)
        except Unauthenticated as error:
            ahead = error.params.get("seconds")
            if error.code != "request-clock-skew" or not isinstance(ahead, int | float):
                raise
            log.info("clock-wrong", ahead_s=ahead)
            self._behind_ms -= int(ahead * 1000)
            return await self._ask_once(method, path, missing=missing, body=body)

    async def _ask_once(self, method: str, path: str, *, missing: str, body: str) -> bytes:
        data = body.encode()
        headers = {"Content-Type": "application/json"} if data else {}
        limit = aiohttp.ClientTimeout(total=_TIMEOUT_S)
        async with self._answer(method, path, data, headers, limit, missing) as response:
            return await _body(response)

    @asynccontextmanager
    async def opened(
        self, path: str, headers: Mapping[str, str]
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """Ask for a file and hand its answer over as it arrives; silence ends it.

        Raises:
            NotFound: `path-unknown`, where there is no such file for this node.
            Unauthenticated: `node-refused`.
            Unavailable: `controller-unreachable`, also in the middle.
        """
        limit = aiohttp.ClientTimeout(total=None, sock_connect=_TIMEOUT_S, sock_read=_TIMEOUT_S)
        async with self._answer("GET", path, b"", headers, limit, "path-unknown") as response:
            yield response

    @asynccontextmanager
    async def _answer(
        self,
        method: str,
        path: str,
        data: bytes,
        headers: Mapping[str, str],
        limit: aiohttp.ClientTimeout,
        missing: str,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        signed = sign_request(
            self._key,
            method,
            path,
            hashlib.sha256(data).hexdigest(),
            max(0, time.time_ns() // 1_000_000 + self._behind_ms),
            secrets.token_urlsafe(18),
        )
        try:
            async with self._http.request(
                method,
                self.url + path,
                data=data or None,
                headers={**signed, **headers},
                timeout=limit,
                allow_redirects=False,
            ) as response:
                if response.status >= HTTPStatus.BAD_REQUEST:
                    raise await self._refusal(response, missing)
                yield response
        except aiohttp.ClientConnectorCertificateError as error:
            reason = getattr(error.certificate_error, "verify_message", "") or str(error)
            raise Unavailable(
                "controller-certificate-untrusted", url=self.url, reason=reason
            ) from error
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise self._unreachable(str(error) or type(error).__name__) from error

    async def _refusal(self, response: aiohttp.ClientResponse, missing: str) -> VenvoyError:
        problem = await _problem(response)
        code = problem.code
        if code == "node-removed":
            return NodeRemoved(self.url, str(problem.params.get("tombstone", "")))
        if code in _TOLD:
            return _TOLD[code](code, **problem.params)
        if response.status in _REFUSED:
            return Unauthenticated("node-refused", url=self.url, reason=code)
        if response.status == _UNKNOWN:
            return NotFound(missing, url=self.url)
        return self._unreachable(code)

    def _unreachable(self, reason: str) -> Unavailable:
        return Unavailable("controller-unreachable", url=self.url, reason=reason)


async def _body(response: aiohttp.ClientResponse) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for chunk in response.content.iter_chunked(65_536):
        size += len(chunk)
        if size > _LOCK_LIMIT:
            raise ValueError("the answer is too large")
        parts.append(chunk)
    return b"".join(parts)


@dataclass(frozen=True, slots=True)
class _Problem:
    """What a refusal says (RFC 9457); the status where it says nothing."""

    code: str
    params: dict[str, Param] = field(default_factory=dict)


async def _problem(response: aiohttp.ClientResponse) -> _Problem:
    try:
        said: Any = await asyncio.wait_for(response.json(content_type=None), _TIMEOUT_S)
        params: dict[str, Param] = {
            str(key)[:_SHOWN]: value if isinstance(value, int | float) else str(value)[:_LONGEST]
            for key, value in dict(said.get("params") or {}).items()
        }
        return _Problem(str(said["code"])[:_SHOWN], params)
    except (ValueError, KeyError, TypeError, AttributeError, TimeoutError, aiohttp.ClientError):
        return _Problem(f"status {response.status}")
