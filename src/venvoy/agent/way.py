"""The ways from a node to NATS: straight to its port, else behind the HTTP port.

A network that lets only HTTP out lets the second through, by a proxy too. Where a proxy
is named the first is not even tried: it would end at the same wall after seconds.
"""

from dataclasses import dataclass, field

from yarl import URL

from venvoy.agent.controller import is_own
from venvoy.bus.connection import Target
from venvoy.bus.trust import trusting
from venvoy.wire import subjects
from venvoy.wire.nodes import NodeCredentials

_DIRECT_S = 5.0
"""A wall that drops packets says nothing; a server that is there answers in far less."""
_SCHEMES = {"http": "ws", "https": "wss"}


@dataclass(frozen=True, slots=True)
class Way:
    """How the controller is reached over HTTP.

    Attributes:
        url: of the controller.
        ca: PEM of the authority behind its certificate; None for the system's trust.
        proxy: to go through; None for the environment's.
    """

    url: str
    ca: str | None = None
    proxy: str | None = field(default=None, repr=False)

    def to_nats(self, node: str, granted: NodeCredentials) -> Target:
        """Return where to connect, the best first."""
        name, inbox = f"agent {node}", subjects.node_inbox(node)
        behind = self._behind(name, inbox)
        if self.proxy is not None and not is_own(self.url):
            return behind
        return Target(
            urls=granted.nats_urls,
            inbox=inbox,
            name=name,
            tls=None if granted.nats_ca is None else trusting(granted.nats_ca),
            deadline_s=_DIRECT_S,
            otherwise=behind,
        )

    def _behind(self, name: str, inbox: str) -> Target:
        url, own = URL(self.url), is_own(self.url)
        scheme = _SCHEMES.get(url.scheme, "wss")
        return Target(
            urls=[str(url.with_scheme(scheme).with_path("/nats"))],
            inbox=inbox,
            name=name,
            tls=trusting(self.ca) if scheme == "wss" else None,
            proxy=None if own else self.proxy,
            trust_env=not own,
        )
