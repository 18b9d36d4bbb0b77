"""The gateway on a loopback port, the same one for good.

Port and secret are uv's cache key: a change of either makes uv download everything
again. They are kept in a file that only this user can read, for whoever has the
secret can read private packages.
"""

import errno
import json
import logging
import os
import secrets
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote

from aiohttp import web

from venvoy.domain.errors import Conflict
from venvoy.index.app import make_app
from venvoy.index.gateway import Gateway

HOST = "127.0.0.1"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class GatewayAddress:
    """Where a gateway is reached.

    Attributes:
        port: on loopback.
        secret: first part of every path.
    """

    port: int
    secret: str

    @property
    def simple(self) -> str:
        """What uv and pip get as their index, ending with `/`."""
        return f"http://{HOST}:{self.port}/{self.secret}/simple/"

    def file(self, sha256: str, name: str) -> str:
        """Return the address of a file, as it stands in a `pylock.toml` for uv."""
        return f"http://{HOST}:{self.port}/{self.secret}/files/{sha256}/{quote(name)}"


class GatewayServer:
    """Serves one gateway.

    Args:
        gateway: started and closed with the server.
        address_file: where port and secret are kept; its directory exists.
        port: to listen on; 0 means any, kept over restarts while it is free.
        page_age_s: seconds for which clients may keep a page.
    """

    def __init__(
        self, gateway: Gateway, address_file: Path, port: int = 0, page_age_s: float = 600.0
    ) -> None:
        self.gateway = gateway
        self._file = address_file
        self._port = port
        self._page_age_s = page_age_s
        self._runner: web.AppRunner | None = None

    async def start(self) -> GatewayAddress:
        """Start to serve.

        Raises:
            Conflict: `gateway-port-in-use`, when the port was given and is taken.
            OSError: the address file or the store cannot be written.
        """
        kept = _read(self._file)
        secret = kept.secret if kept else secrets.token_urlsafe(24)
        app = make_app(self.gateway, secret, self._page_age_s)
        runner = web.AppRunner(
            app, access_log=None, handler_cancellation=True, shutdown_timeout=2.0
        )
        await runner.setup()
        try:
            port = await _listen(runner, self._port, kept.port if kept else 0)
            address = GatewayAddress(port, secret)
            if address != kept:
                _write(self._file, address)
            await self.gateway.start()
        except BaseException:
            await runner.cleanup()
            raise
        self._runner = runner
        return address

    async def stop(self) -> None:
        """End all transfers and stop serving."""
        await self.gateway.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None


async def _listen(runner: web.AppRunner, wanted: int, kept: int) -> int:
    """Listen on the port wanted, or else on the one of last time, or else on any."""
    for port in (wanted,) if wanted else (kept, 0) if kept else (0,):
        site = web.TCPSite(runner, HOST, port)
        try:
            await site.start()
        except OSError as error:
            if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
                raise
            if wanted:
                raise Conflict("gateway-port-in-use", port=wanted) from error
            _log.warning("port %d of last time is taken, uv's cache starts anew", port)
            continue
        return int(runner.addresses[0][1])
    raise Conflict("gateway-port-in-use", port=kept)


def _read(file: Path) -> GatewayAddress | None:
    with suppress(OSError, ValueError, TypeError, KeyError):
        document = json.loads(file.read_text(encoding="utf-8"))
        return GatewayAddress(port=int(document["port"]), secret=str(document["secret"]))
    return None


def _write(file: Path, address: GatewayAddress) -> None:
    """Write the file so that it is never readable by others, nor half there."""
    new = file.with_name(f".{file.name}.new")
    with suppress(FileNotFoundError):
        new.unlink()
    descriptor = os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(asdict(address), stream)
        stream.flush()
        os.fsync(stream.fileno())
    new.replace(file)
