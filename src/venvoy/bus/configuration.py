"""The configuration file of the embedded server, as a value.

NATS reads JSON as its own format, so nothing here needs quoting of its own. Pure:
what is written where is for `venvoy.bus.server`.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ANY_PORT = -1
_LOG_BYTES = 4 * 1024 * 1024
_LOG_FILES = 3
_NO_LIMIT_BYTES = 2**50


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the server must know to check everybody else.

    Attributes:
        operator: the operator's token.
        system: public key and token of the system account.
        account: public key and token of the product's account.
    """

    operator: str
    system: tuple[str, str]
    account: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the server keeps what, below its own directory."""

    root: Path

    @property
    def configuration(self) -> Path:
        """The file that `render` is written to."""
        return self.root / "server.conf"

    @property
    def log(self) -> Path:
        """The server's log; it turns it over by itself at 4 MiB and keeps three."""
        return self.root / "server.log"

    @property
    def output(self) -> Path:
        """What the process says outside its log: a refused configuration, a crash."""
        return self.root / "server.out"

    @property
    def port(self) -> Path:
        """The port of the last start, for the next."""
        return self.root / "port"

    @property
    def process(self) -> Path:
        """Which process serves this directory."""
        return self.root / "process.json"

    @property
    def lock(self) -> Path:
        """The lock that keeps a second server out: the server itself takes none."""
        return self.root / "lock"


def server_name(account: str) -> str:
    """A name by which a client tells this fleet's server from another on its port."""
    return f"venvoy-{account[1:17].lower()}"


@dataclass(frozen=True, slots=True)
class Tls:
    """How the server proves itself: files that it reads, and who made them.

    Attributes:
        certificate, key: PEM files; they may be renewed in place.
        authority: PEM of the authority that clients trust.
    """

    certificate: Path
    key: Path
    authority: str


def render(
    layout: Layout, *, host: str, port: int, tokens: Tokens, tls: Tls | None = None
) -> bytes:
    """Return the configuration file.

    Args:
        layout: where the server keeps its files.
        host: the address to listen on.
        port: the port, or `ANY_PORT`.
        tokens: whom to trust.
        tls: its certificate; None speaks plain, for loopback.
    """
    system, account = tokens.system, tokens.account
    bare = host.strip("[]")
    settings: dict[str, Any] = {
        "server_name": server_name(account[0]),
        "listen": f"{f'[{bare}]' if ':' in bare else bare}:{port}",
        "ports_file_dir": str(layout.root),
        "log_file": str(layout.log),
        "logfile_size_limit": _LOG_BYTES,
        "logfile_max_num": _LOG_FILES,
        "operator": tokens.operator,
        "system_account": system[0],
        # `interval` bounds how long a server that was down accepts a revoked node.
        "resolver": {
            "type": "full",
            "dir": str(layout.root / "jwt"),
            "allow_delete": True,
            "interval": "5s",
            "timeout": "1.9s",
        },
        "resolver_preload": dict((system, account)),
        # `always`: an acknowledged write must outlive a power cut.
        "jetstream": {
            "store_dir": str(layout.root / "js"),
            "sync_interval": "always",
            # The disk is the limit. By default it is three quarters of what was free at
            # the start, and stays so when space is freed.
            "max_file_store": _NO_LIMIT_BYTES,
            "limits": {"default_max_consumers": -1},
        },
        "authorization": {"timeout": 10},
        # Reached through the HTTP port alone, which takes TLS off (`venvoy.api.nats_bridge`).
        "websocket": {"listen": f"127.0.0.1:{ANY_PORT}", "no_tls": True, "compression": True},
    }
    if tls is not None:
        settings["tls"] = {
            "cert_file": str(tls.certificate),
            "key_file": str(tls.key),
            "min_version": "1.2",
            "timeout": 10,
        }
    # The server's parser takes UTF-8 as it is, but knows no `\u` escape of JSON.
    text = json.dumps(settings, indent=2, ensure_ascii=False)
    return text.encode("utf-8", "surrogateescape")
