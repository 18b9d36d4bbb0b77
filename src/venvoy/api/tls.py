"""How this controller proves itself: TLS as soon as other machines can reach it.

On loopback everything is plain. Beyond it, HTTP shows a certificate of the operator's
own, or one of the fleet's own authority; NATS, which only agents speak to, always shows
the latter, for agents learn that authority over HTTP that they have verified already.
Both are renewed while the process runs, without a connection being ended.
"""

import socket
import ssl
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from venvoy.api.hosts import is_loopback
from venvoy.bus.configuration import Tls
from venvoy.config import ControllerSettings
from venvoy.controller.certificates import Files, ensure
from venvoy.controller.reach import Reach
from venvoy.domain.errors import InvalidInput
from venvoy.wire import certificates

_ANYWHERE = ("192.0.2.1", 9)
"""An address of nobody (RFC 5737); nothing is sent, the system only chooses a way there."""
_LOCAL_NAME = "localhost"
_ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - compared, not used


@dataclass(frozen=True, slots=True)
class Security:
    """What was decided at the start.

    Attributes:
        reach: where and how the controller is reached.
        context: what HTTP shows; None where it is plain.
        nats: what NATS shows; None where it is plain.
    """

    reach: Reach
    settings: ControllerSettings
    context: ssl.SSLContext | None = None
    nats: Tls | None = None
    _inner: ssl.SSLContext | None = None

    def renew(self) -> bool:
        """Renew what is due, and show it to new connections; blocks.

        Returns:
            Whether the fleet's own certificate is another one now.

        Raises:
            InvalidInput: `tls-certificate-unusable`, for one of the operator's own; the
                old one is shown on.
            Unavailable: as `ensure`.
        """
        if self.nats is None and self._inner is None:
            return False
        settings = self.settings
        files = Files(settings.file("tls"))
        changed = ensure(files, hosts(settings), datetime.now(UTC)).changed
        if changed and self._inner is not None:
            self._inner.load_cert_chain(files.server, files.server_key)
        if self.context is not None and self.context is not self._inner:
            _load_own(self.context, settings)
        return changed


def secure(settings: ControllerSettings, port: int) -> Security:
    """Decide how this controller proves itself, and make what that takes; blocks.

    Raises:
        InvalidInput: `tls-certificate-unusable`, `tls-certificate-unfit`, `tls-key-missing`.
        Unavailable: `key-damaged`, or the directory cannot be written.
    """
    alone = is_loopback(settings.host)
    speaks = settings.tls == "on" or (settings.tls == "auto" and not alone)
    if settings.tls == "auto" and settings.tls_cert is not None:
        speaks = True
    if not speaks and alone:
        return Security(_reach(settings, port, "http"), settings)
    files = Files(settings.file("tls"))
    standing = ensure(files, hosts(settings), datetime.now(UTC))
    fleet = standing.authority.decode("ascii")
    nats = None if alone else Tls(files.server, files.server_key, fleet)
    nats_ca = None if alone else fleet
    if not speaks:
        return Security(_reach(settings, port, "http", nats_ca=nats_ca), settings, nats=nats)
    inner = _context()
    inner.load_cert_chain(files.server, files.server_key)
    if settings.tls_cert is None:
        reach = _reach(
            settings,
            port,
            "https",
            here_ca=fleet,
            ca=fleet,
            nats_ca=nats_ca,
            pin=standing.pin,
        )
        return Security(reach, settings, inner, nats, inner)
    return _with_own(settings, port, inner, fleet, nats)


def hosts(settings: ControllerSettings) -> frozenset[str]:
    """Return all names and addresses by which this machine may be reached."""
    found = {_LOCAL_NAME, "127.0.0.1", "::1", socket.gethostname()}
    if settings.host not in _ANY_ADDRESS:
        found.add(settings.host.strip("[]"))
    if settings.public_url is not None:
        found.add(urlsplit(settings.public_url).hostname or "")
    with suppress(OSError):
        for addresses in psutil.net_if_addrs().values():
            found |= {
                each.address
                for each in addresses
                # An address with a zone means something else on each machine.
                if each.family in {socket.AF_INET, socket.AF_INET6} and "%" not in each.address
            }
    if settings.tls_cert is not None:
        with suppress(OSError, InvalidInput):
            found |= certificates.hosts_of(settings.tls_cert.read_bytes())
    return frozenset(found - {""})


def _with_own(
    settings: ControllerSettings, port: int, inner: ssl.SSLContext, fleet: str, nats: Tls | None
) -> Security:
    """Show the operator's certificate to everybody but this machine itself.

    Who asks for `localhost` is this machine's own agent or command line, and no
    certificate of the operator's names that.
    """
    own = _context()
    _load_own(own, settings)

    def chosen(connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        if name == _LOCAL_NAME:
            connection.context = inner

    own.sni_callback = chosen
    chain = _read(settings.tls_cert)
    pinned = certificates.anchor(chain)
    anchor = None if pinned is None else pinned.decode("ascii")
    anywhere = settings.host in _ANY_ADDRESS or is_loopback(settings.host)
    if not anywhere and not certificates.covers(chain, [settings.host]):
        raise InvalidInput("tls-certificate-unfit", path=str(settings.tls_cert), host=settings.host)
    reach = _reach(
        settings,
        port,
        "https",
        near=_LOCAL_NAME if anywhere else None,
        named=certificates.hosts_of(chain),
        here_ca=fleet if anywhere else anchor,
        ca=anchor,
        nats_ca=None if nats is None else fleet,
        pin=None if pinned is None else certificates.pin(pinned),
    )
    return Security(reach, settings, own, nats, inner)


def _reach(
    settings: ControllerSettings,
    port: int,
    scheme: str,
    *,
    near: str | None = None,
    named: Iterable[str] = (),
    here_ca: str | None = None,
    ca: str | None = None,
    nats_ca: str | None = None,
    pin: str | None = None,
) -> Reach:
    here = _url(scheme, near or _ANY_ADDRESS.get(settings.host, settings.host), port)
    if settings.public_url is not None:
        # What stands in front speaks for itself, with a certificate that systems trust.
        return Reach(here, (settings.public_url,), False, here_ca, None, nats_ca)
    if is_loopback(settings.host):
        return Reach(here, (here,), True, here_ca, ca, nats_ca, pin)
    far = [name for name in sorted(named) if "*" not in name] or _far(settings.host)
    addresses = tuple(_url(scheme, name, port) for name in far)
    return Reach(here, addresses, False, here_ca, ca, nats_ca, pin)


def _far(host: str) -> list[str]:
    """Return by what other machines most likely reach this one."""
    if host not in _ANY_ADDRESS:
        return [host.strip("[]")]
    found = []
    family = socket.AF_INET6 if host == "::" else socket.AF_INET
    with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as way:
        way.connect(_ANYWHERE if family == socket.AF_INET else ("2001:db8::1", 9))
        found.append(str(way.getsockname()[0]))
    return [*found, socket.gethostname()]


def _url(scheme: str, host: str, port: int) -> str:
    bare = host.strip("[]")
    return f"{scheme}://{f'[{bare}]' if ':' in bare else bare}:{port}"


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    return context


def _load_own(context: ssl.SSLContext, settings: ControllerSettings) -> None:
    if settings.tls_key is None or settings.tls_cert is None:
        raise InvalidInput("tls-key-missing")
    try:
        context.load_cert_chain(settings.tls_cert, settings.tls_key, password="")
    except (OSError, ssl.SSLError, ValueError) as error:
        reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or str(error)
        raise InvalidInput(
            "tls-certificate-unusable", path=str(settings.tls_cert), reason=str(reason)
        ) from error


def _read(path: Path | None) -> bytes:
    try:
        return b"" if path is None else path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise InvalidInput("tls-certificate-unusable", path=str(path), reason=reason) from error
