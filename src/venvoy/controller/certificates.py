"""The certificates of a controller on its disk: its authority, and its server's.

Made once and kept in private files; both are renewed long before they expire, and the
server's whenever the machine has names or addresses that it does not cover. The
authority's key stays, and with it the pin that nodes hold.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from venvoy.bus.files import make_private_directory, storage_errors, write_private
from venvoy.domain.errors import InvalidInput, Unavailable
from venvoy.wire import certificates
from venvoy.wire.certificates import Certified

_NAME = "Venvoy"


@dataclass(frozen=True, slots=True)
class Files:
    """Where they are, below `<data>/controller/tls`."""

    directory: Path

    @property
    def authority(self) -> Path:
        """The authority's certificate."""
        return self.directory / "ca.crt"

    @property
    def authority_key(self) -> Path:
        """The authority's key; losing it means that every node must join again."""
        return self.directory / "ca.key"

    @property
    def server(self) -> Path:
        """The server's certificate, followed by the authority's."""
        return self.directory / "server.crt"

    @property
    def server_key(self) -> Path:
        """The server's key."""
        return self.directory / "server.key"


@dataclass(frozen=True, slots=True)
class Standing:
    """What there is now.

    Attributes:
        authority: the authority's certificate, PEM.
        changed: whether the server's certificate was made just now.
    """

    authority: bytes
    changed: bool

    @property
    def pin(self) -> str:
        """What nodes pin."""
        return certificates.pin(self.authority)


def ensure(files: Files, hosts: Collection[str], now: datetime) -> Standing:
    """Make what is missing, and renew what is due; blocks for some milliseconds.

    Args:
        hosts: names and addresses by which the server is reached.

    Raises:
        Unavailable: `key-damaged` for a key that cannot be read (it is never
            replaced), or as `storage_errors`.
    """
    make_private_directory(files.directory)
    authority = _authority(files, now)
    server = _read(files.server, files.server_key)
    serves = server is not None and _serves(server, authority, hosts, now)
    if not serves:
        made = certificates.issue(authority, hosts, now)
        # The key first: with the old certificate it serves nobody, so a crash in
        # between is seen at the next start.
        write_private(files.server_key, made.key)
        write_private(files.server, made.certificate + authority.certificate)
    return Standing(authority.certificate, changed=not serves)


def _authority(files: Files, now: datetime) -> Certified:
    found = _read(files.authority, files.authority_key)
    if found is None:
        if files.authority_key.exists():
            raise Unavailable("key-damaged", path=str(files.authority_key))
        found = certificates.make_authority(_NAME, now)
    else:
        try:
            if not certificates.due(found.certificate, now):
                return found
            found = certificates.renew_authority(found, now)
        except InvalidInput:
            raise Unavailable("key-damaged", path=str(files.authority_key)) from None
    write_private(files.authority_key, found.key)
    write_private(files.authority, found.certificate)
    return found


def _serves(server: Certified, authority: Certified, hosts: Collection[str], now: datetime) -> bool:
    try:
        return (
            certificates.signed_by(server.certificate, authority.certificate)
            and certificates.belongs(server)
            and certificates.covers(server.certificate, hosts)
            and not certificates.due(server.certificate, now)
        )
    except InvalidInput:
        return False


def _read(certificate: Path, key: Path) -> Certified | None:
    with storage_errors(certificate):
        if not certificate.exists() or not key.exists():
            return None
        key.chmod(0o600)
        return Certified(certificate.read_bytes(), key.read_bytes())
