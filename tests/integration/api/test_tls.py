"""When a controller speaks TLS, by which certificate, and where it says that it is."""

import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from venvoy.api.tls import hosts, secure
from venvoy.config import ControllerSettings
from venvoy.domain.errors import InvalidInput
from venvoy.wire import certificates

ANY = "0.0.0.0"


def settings(tmp_path: Path, **given: Any) -> ControllerSettings:
    return ControllerSettings(data=tmp_path / "data", **given)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of the operator's own, with its root at the end."""
    folder = tmp_path_factory.mktemp("own")
    root = certificates.make_authority("Corporate", datetime.now(UTC))
    made = certificates.issue(root, ["venvoy.example.org", "10.9.9.9"], datetime.now(UTC))
    (folder / "leaf.pem").write_bytes(made.certificate)
    (folder / "chain.pem").write_bytes(made.certificate + root.certificate)
    (folder / "key.pem").write_bytes(made.key)
    (folder / "root.pem").write_bytes(root.certificate)
    return folder


def test_on_loopback_everything_is_plain(tmp_path: Path) -> None:
    found = secure(settings(tmp_path), 7300)
    assert (found.context, found.nats) == (None, None)
    assert found.reach.here == "http://127.0.0.1:7300"
    assert found.reach.local_only
    assert not (tmp_path / "data").exists()
    assert not found.renew()


def test_beyond_loopback_all_is_protected_by_the_fleets_authority(tmp_path: Path) -> None:
    found = secure(settings(tmp_path, host=ANY), 7300)
    assert found.context is not None
    assert found.nats is not None
    reach = found.reach
    assert reach.here == "https://127.0.0.1:7300"
    assert not reach.local_only
    assert all(each.startswith("https://") for each in reach.elsewhere)
    assert reach.ca == reach.here_ca == reach.nats_ca == found.nats.authority
    assert reach.pin == certificates.pin(found.nats.authority.encode())
    # Over a restart too.
    assert secure(settings(tmp_path, host=ANY), 7300).reach.pin == reach.pin
    assert not found.renew()


def test_a_proxy_in_front_speaks_for_itself(tmp_path: Path) -> None:
    given = settings(tmp_path, host=ANY, tls="off", public_url="https://venvoy.example.org")
    found = secure(given, 7300)
    assert found.context is None
    assert found.reach.here == "http://127.0.0.1:7300"
    assert found.reach.elsewhere == ("https://venvoy.example.org",)
    assert (found.reach.pin, found.reach.ca) == (None, None)
    # NATS is reached without it.
    assert found.nats is not None
    assert found.reach.nats_ca == found.nats.authority


def test_a_certificate_of_ones_own_is_shown_and_its_root_pinned(tmp_path: Path, own: Path) -> None:
    files = {"tls_cert": own / "chain.pem", "tls_key": own / "key.pem"}
    found = secure(settings(tmp_path, host=ANY, **files), 7300)
    root = (own / "root.pem").read_text()
    assert found.reach.elsewhere == ("https://10.9.9.9:7300", "https://venvoy.example.org:7300")
    assert (found.reach.ca, found.reach.pin) == (root, certificates.pin(root.encode()))
    # This machine's own parts ask for `localhost` and get the fleet's.
    assert found.reach.here == "https://localhost:7300"
    assert found.nats is not None
    assert found.reach.here_ca == found.nats.authority
    assert not found.renew()
    without = secure(
        settings(tmp_path, host=ANY, tls_cert=own / "leaf.pem", tls_key=own / "key.pem"), 7300
    )
    assert (without.reach.ca, without.reach.pin) == (None, None)


def test_a_certificate_that_cannot_serve_is_refused(tmp_path: Path, own: Path) -> None:
    for files, code in (
        ({"tls_cert": own / "leaf.pem"}, "tls-key-missing"),
        ({"tls_cert": own / "leaf.pem", "tls_key": own / "root.pem"}, "tls-certificate-unusable"),
        ({"tls_cert": own / "none.pem", "tls_key": own / "key.pem"}, "tls-certificate-unusable"),
    ):
        with pytest.raises(InvalidInput, match=code):
            secure(settings(tmp_path, host=ANY, **files), 7300)
    fits = {"tls_cert": own / "chain.pem", "tls_key": own / "key.pem"}
    with pytest.raises(InvalidInput, match="tls-certificate-unfit"):
        secure(settings(tmp_path, host="10.1.1.1", **fits), 7300)
    assert secure(settings(tmp_path, host="10.9.9.9", **fits), 7300).reach.here == (
        "https://10.9.9.9:7300"
    )


def test_this_machine_is_known_by_all_its_names(tmp_path: Path, own: Path) -> None:
    given = settings(
        tmp_path, host="10.9.9.9", tls_cert=own / "chain.pem", public_url="https://x.example.org"
    )
    assert {
        "localhost",
        "127.0.0.1",
        "::1",
        "10.9.9.9",
        "x.example.org",
        "venvoy.example.org",
    } <= hosts(given)


def test_a_renewed_certificate_is_shown_at_once(tmp_path: Path) -> None:
    found = secure(settings(tmp_path, host=ANY), 7300)
    assert found.nats is not None
    before = found.nats.certificate.read_bytes()
    found.nats.certificate.unlink()
    assert found.renew()
    assert found.nats.certificate.read_bytes() != before
    assert isinstance(found.context, ssl.SSLContext)
