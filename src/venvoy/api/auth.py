"""Who may call a route: stated at the route, decided here and nowhere else.

A route takes one of `Viewer`, `Operator`, `Admin`, `Anybody`, `SignedNode` or
`SignedKey` as a parameter; `access_of` reads it back, and `create_app` refuses a route without one.

A browser is known by its session's cookie (HttpOnly, SameSite=Strict); what it
changes must come from a page of this very origin and repeat the session's token in
`X-CSRF-Token`. Programs are known by a bearer token, which no browser sends by
itself, so neither rule applies to them.
"""

import hashlib
import ipaddress
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.routing import APIRoute

from venvoy.api.parts import Parts, parts_of
from venvoy.controller.signin import Identity, Means, by_session, by_token
from venvoy.domain.errors import Forbidden, Unauthenticated
from venvoy.domain.role import Role, require
from venvoy.store.nodes import NodeRow

COOKIE = "venvoy_session"
CSRF_HEADER = "X-CSRF-Token"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Needs:
    """States that a route needs a role."""

    role: Role

    async def __call__(self, request: Request) -> Identity:
        """Return who asks.

        Raises:
            Unauthenticated: nobody, or not any more.
            Forbidden: `role-too-low`, `csrf-missing`, `origin-foreign`.
        """
        identity = await identify(request)
        require(identity.actor.role, self.role)
        return identity


@dataclass(frozen=True, slots=True)
class Open:
    """States that a route is open to everybody who reaches the port."""

    async def __call__(self) -> None:
        """Let everybody in."""


@dataclass(frozen=True, slots=True)
class NodeSigned:
    """States that a route takes requests that a node signed with its own key."""

    async def __call__(self, request: Request) -> NodeRow:
        """Return the node that signed.

        Raises:
            Unauthenticated: unsigned, forged, replayed, from a wrong clock, or by a
                node that is unknown or was removed.
        """
        credentials = parts_of(request).controller.credentials
        return await credentials.authenticate(request.headers, **await _signed_parts(request))


@dataclass(frozen=True, slots=True)
class KeySigned:
    """States that a route takes requests signed with any key: of who is no node yet."""

    async def __call__(self, request: Request) -> str:
        """Return the public key whose holder signed.

        Raises:
            Unauthenticated: unsigned, forged or from a wrong clock.
        """
        credentials = parts_of(request).controller.credentials
        signature = credentials.prove(request.headers, **await _signed_parts(request))
        return signature.public_key


async def _signed_parts(request: Request) -> dict[str, str]:
    """Return what a signature covers, as it came over the wire."""
    query = request.scope["query_string"]
    path = request.scope.get("raw_path") or request.url.path.encode()
    target = path + b"?" + query if query else path
    return {
        "method": request.method,
        "path_with_query": target.decode("latin-1"),
        "body_sha256": hashlib.sha256(await request.body()).hexdigest(),
    }


Viewer = Annotated[Identity, Depends(Needs(Role.VIEWER))]
Operator = Annotated[Identity, Depends(Needs(Role.OPERATOR))]
Admin = Annotated[Identity, Depends(Needs(Role.ADMIN))]
Anybody = Annotated[None, Depends(Open())]
SignedNode = Annotated[NodeRow, Depends(NodeSigned())]
SignedKey = Annotated[str, Depends(KeySigned())]

Access = Needs | Open | NodeSigned | KeySigned


def access_of(route: APIRoute) -> Access:
    """Return who may call a route.

    Raises:
        LookupError: the route states nothing, or more than one thing.
    """
    calls = (dependency.call for dependency in route.dependant.dependencies)
    stated = [call for call in calls if isinstance(call, Access)]
    if len(stated) != 1:
        raise LookupError(f"{route.path} states {len(stated)} accesses, not one")
    return stated[0]


def check_routes(routes: Iterable[object]) -> None:
    """Refuse to serve routes that do not state who may call them.

    Raises:
        LookupError: with the first such route.
    """
    for route in routes:
        if isinstance(route, APIRoute):
            access_of(route)


async def identify(request: Request) -> Identity:
    """Return who asks, by bearer token or by cookie.

    Raises:
        Unauthenticated: `sign-in-needed`, or why what was given does not count.
        Forbidden: `csrf-missing` or `origin-foreign`, for a browser's change.
    """
    parts = parts_of(request)
    identity = await _known(request, parts)
    if identity.means is Means.SESSION and request.method not in _SAFE:
        check_origin(request)
        given = request.headers.get(CSRF_HEADER, "")
        if not secrets.compare_digest(given.encode(), (identity.csrf_token or "").encode()):
            raise Forbidden("csrf-missing", header=CSRF_HEADER)
    parts.used.note(identity, parts.ctx.clock())
    return identity


async def still(request: Request, role: Role) -> bool:
    """Whether who opened a stream may still read it."""
    try:
        identity = await _known(request, parts_of(request))
        require(identity.actor.role, role)
    except (Unauthenticated, Forbidden):
        return False
    return True


async def _known(request: Request, parts: Parts) -> Identity:
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and credentials.strip():
        return await by_token(parts.ctx, credentials.strip())
    if cookie := request.cookies.get(COOKIE):
        return await by_session(parts.ctx, cookie)
    raise Unauthenticated("sign-in-needed")


def check_origin(request: Request) -> None:
    """Refuse what a page of another origin makes a browser send.

    `Sec-Fetch-Site` and `Origin` are set by the browser itself; programs send
    neither. The scheme is not compared: a proxy in front may speak TLS for us.

    Raises:
        Forbidden: `origin-foreign`.
    """
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site", "none")
    foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    if foreign or site not in {"same-origin", "none"}:
        raise Forbidden("origin-foreign", origin=(origin or site)[:200])


def address_of(request: Request) -> str:
    """Return whose failures are counted together: an IPv4 address, or an IPv6 network.

    One subscriber holds a whole /64 (RFC 6177), so single IPv6 addresses mean nothing.
    """
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return host
