"""The fleet's own certificates hold in a real TLS handshake, and survive their renewal."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from venvoy.bus.trust import trusting
from venvoy.domain.errors import InvalidInput
from venvoy.wire import certificates
from venvoy.wire.certificates import Certified

NOW = datetime.now(UTC)
HOSTS = ("controller.example.org", "10.0.0.5", "::1", "localhost", "bad host")


@pytest.fixture(scope="module")
def authority() -> Certified:
    return certificates.make_authority("Venvoy", NOW)


def shake(tmp_path: Path, server: Certified, trusted: bytes, name: str) -> None:
    """One handshake in memory. Raises ssl.SSLError where the client refuses."""
    (tmp_path / "crt").write_bytes(server.certificate)
    (tmp_path / "key").write_bytes(server.key)
    shown = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    shown.load_cert_chain(tmp_path / "crt", tmp_path / "key")
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = trusting(trusted.decode()).wrap_bio(down, up, server_hostname=name)
    host = shown.wrap_bio(up, down, server_side=True)
    for _ in range(4):
        for side in (client, host):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue


@pytest.mark.parametrize("name", ["controller.example.org", "10.0.0.5", "::1", "localhost"])
def test_a_server_is_believed_by_each_of_its_names(
    tmp_path: Path, authority: Certified, name: str
) -> None:
    server = certificates.issue(authority, HOSTS, NOW)
    shake(tmp_path, server, authority.certificate, name)


def test_another_name_or_another_authority_is_refused(tmp_path: Path, authority: Certified) -> None:
    server = certificates.issue(authority, HOSTS, NOW)
    with pytest.raises(ssl.SSLCertVerificationError):
        shake(tmp_path, server, authority.certificate, "other.example.org")
    stranger = certificates.make_authority("Venvoy", NOW)
    with pytest.raises(ssl.SSLCertVerificationError):
        shake(tmp_path, server, stranger.certificate, "localhost")


def test_a_renewed_authority_has_the_same_pin_and_old_trust_holds(
    tmp_path: Path, authority: Certified
) -> None:
    later = NOW - timedelta(hours=1)
    renewed = certificates.renew_authority(authority, later)
    assert renewed.certificate != authority.certificate
    assert certificates.pin(renewed.certificate) == certificates.pin(authority.certificate)
    server = certificates.issue(renewed, HOSTS, NOW)
    # A node that knows the old certificate believes what the renewed one signed.
    shake(tmp_path, server, authority.certificate, "localhost")
    shake(tmp_path, server, renewed.certificate, "localhost")


def test_it_is_renewed_with_a_third_of_its_life_left(authority: Certified) -> None:
    server = certificates.issue(authority, HOSTS, NOW).certificate
    assert not certificates.due(server, NOW + certificates.SERVER_LIFE / 2)
    assert certificates.due(server, NOW + certificates.SERVER_LIFE * 0.7)
    assert not certificates.due(authority.certificate, NOW + certificates.AUTHORITY_LIFE / 2)


def test_names_are_read_back(authority: Certified) -> None:
    server = certificates.issue(authority, HOSTS, NOW).certificate
    assert certificates.covers(server, ["localhost", "10.0.0.5"])
    assert not certificates.covers(server, ["localhost", "10.0.0.6"])
    assert certificates.hosts_of(server) == set(HOSTS) - {"bad host"}


def test_a_chain_ends_in_an_anchor_or_in_none(authority: Certified) -> None:
    server = certificates.issue(authority, HOSTS, NOW).certificate
    assert certificates.anchor(server + authority.certificate) == authority.certificate
    assert certificates.anchor(server) is None
    with pytest.raises(InvalidInput):
        certificates.anchor(b"nonsense")


def test_a_key_belongs_to_its_certificate_only(authority: Certified) -> None:
    one, two = (certificates.issue(authority, HOSTS, NOW) for _ in range(2))
    assert certificates.belongs(one)
    assert not certificates.belongs(Certified(one.certificate, two.key))
    assert one.key.decode() not in repr(one)


@pytest.mark.parametrize("text", [b"", b"-----BEGIN CERTIFICATE-----\nAA==\n"])
def test_nonsense_is_refused(text: bytes) -> None:
    for read in (certificates.pin, certificates.hosts_of):
        with pytest.raises(InvalidInput, match="certificate-unreadable"):
            read(text)


def test_a_pin_is_shown_as_people_compare_it() -> None:
    assert certificates.shown("0aff") == "0A:FF"
