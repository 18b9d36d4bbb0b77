"""A real gateway on a loopback port, as a test's own, in one expression."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from venvoy.index.gateway import Gateway
from venvoy.index.server import GatewayAddress, GatewayServer
from venvoy.index.settings import GatewaySettings, Retention
from venvoy.index.store import FileStore
from venvoy.index.upstream import FixedRoute
from venvoy.testing.wheels import MadeFile

QUICK = GatewaySettings(
    retention=Retention.KEEP, connect_s=5.0, stall_s=5.0, backoff_s=0.01, trust_env=False
)
"""Retries at once and never looks at the machine's proxies."""


@dataclass(frozen=True, slots=True)
class RunningGateway:
    """A gateway that serves.

    Attributes:
        gateway: itself.
        address: where it is reached.
        store: its files.
    """

    gateway: Gateway
    address: GatewayAddress
    store: FileStore

    def file(self, file: MadeFile) -> str:
        """Return the address of a file."""
        return self.address.file(file.sha256, file.name)

    def page(self, project: str) -> str:
        """Return the address of a project's page."""
        return f"{self.address.simple}{project}/"


@asynccontextmanager
async def running_gateway(
    folder: Path,
    *upstreams: str,
    settings: GatewaySettings = QUICK,
    port: int = 0,
    **changes: float,
) -> AsyncIterator[RunningGateway]:
    """Serve a gateway while the context is open.

    Args:
        folder: for all that it keeps; a second gateway finds what the first left.
        upstreams: addresses of indexes, the preferred one first.
        settings: its limits.
        port: to listen on, or 0 for any.
        changes: fields of the settings that differ, in seconds.
    """
    limits = replace(settings, **changes)  # type: ignore[arg-type] # only fields in seconds
    store = FileStore(folder / "files", limits.retention)
    gateway = Gateway(folder / "index", store, FixedRoute.to(*upstreams), limits)
    server = GatewayServer(gateway, folder / "gateway.json", port, limits.page_age_s)
    address = await server.start()
    try:
        yield RunningGateway(gateway, address, store)
    finally:
        await server.stop()
