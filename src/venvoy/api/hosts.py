"""Which host names a controller on loopback answers to.

A page on the internet can let its own name point at 127.0.0.1 and so reach a
controller that listens on loopback only, as if it were that page's server (DNS
rebinding). The `Host` header still tells: it must be a name of this machine's
loopback. Elsewhere the names by which a controller is reached are not known, and
its cookies are not sent under a foreign name.
"""

import ipaddress

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from venvoy.api.problems import respond
from venvoy.domain.errors import Forbidden


def is_loopback(host: str) -> bool:
    """Whether a host name or address, without a port, means this machine alone."""
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):  # RFC 6761, section 6.3
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def without_port(authority: str) -> str:
    """Return the host of a `Host` header: `[::1]:7300` → `[::1]`."""
    if authority.startswith("["):
        return authority.partition("]")[0] + "]"
    return authority.partition(":")[0]


class LoopbackHosts:
    """Refuses requests whose `Host` is not a name of loopback."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a foreign host, pass everything else on."""
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            host = without_port(headers.get("host", ""))
            if not is_loopback(host):
                refusal = respond(Forbidden("host-not-allowed", host=host[:200]), headers)
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)
