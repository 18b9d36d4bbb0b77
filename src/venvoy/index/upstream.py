"""Where packages come from: one index, and the order in which indexes are asked.

`Route` is the seam for everything that will choose mirrors (measurements, regions,
pins): the gateway asks it anew for every request and tries what it says in order.
"""

import base64
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from venvoy.domain.errors import InvalidInput
from venvoy.index.address import shown


@dataclass(frozen=True, slots=True)
class Upstream:
    """One index that speaks PEP 503 or PEP 691.

    Attributes:
        simple: address of its project list, without credentials, ending with `/`.
        authorization: value of the `Authorization` header, or None; sent to the
            index's own origin only, never to another host that its pages name.
    """

    simple: str
    authorization: str | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, url: str) -> "Upstream":
        """Read an address as people write it, credentials in it or not.

        Raises:
            InvalidInput: `mirror-url-invalid` unless it is an http or https address.
        """
        parts = _split(url.strip())
        user_info, _, host = parts.netloc.rpartition("@")
        simple = urlunsplit((parts.scheme, host, parts.path.rstrip("/") + "/", "", ""))
        return cls(simple, _basic(user_info) if user_info else None)

    @property
    def key(self) -> str:
        """A short name for directories, the same over restarts."""
        return sha256(self.simple.encode()).hexdigest()[:16]

    def page(self, project: str) -> str:
        """Return the address of a project's page.

        Args:
            project: normalised name.
        """
        return f"{self.simple}{project}/"

    def headers_for(self, url: str) -> dict[str, str]:
        """Return the headers that authorise a request, empty for another origin."""
        if self.authorization is None or _origin(url) != _origin(self.simple):
            return {}
        return {"Authorization": self.authorization}


class Route(Protocol):
    """A node's choice of indexes."""

    def upstreams(self) -> tuple[Upstream, ...]:
        """Return the indexes to ask, the preferred one first; never empty."""


@dataclass(frozen=True, slots=True)
class FixedRoute:
    """A route that never changes."""

    order: tuple[Upstream, ...]

    def upstreams(self) -> tuple[Upstream, ...]:
        """Return the given order."""
        return self.order

    @classmethod
    def to(cls, *urls: str) -> "FixedRoute":
        """Make a route from addresses.

        Raises:
            InvalidInput: `mirror-url-invalid`.
        """
        return cls(tuple(Upstream.parse(url) for url in urls))


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise InvalidInput("mirror-url-invalid", url=shown(url))
    return parts


def _basic(user_info: str) -> str:
    user, _, password = user_info.partition(":")
    pair = f"{unquote(user)}:{unquote(password)}".encode()
    return "Basic " + base64.b64encode(pair).decode()


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)
