"""A controller's certificates on disk: made once, private, renewed in place."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from venvoy.controller.certificates import Files, ensure
from venvoy.domain.errors import Unavailable
from venvoy.wire import certificates

NOW = datetime(2026, 3, 4, tzinfo=UTC)
HOSTS = frozenset({"localhost", "10.0.0.5"})


@pytest.fixture
def files(tmp_path: Path) -> Files:
    made = Files(tmp_path / "tls")
    assert ensure(made, HOSTS, NOW).changed
    return made


def test_they_are_private_and_stay(files: Files) -> None:
    before = files.server.read_bytes()
    for path in files.directory.iterdir():
        assert path.stat().st_mode & 0o777 == 0o600
    standing = ensure(files, HOSTS, NOW + timedelta(days=100))
    assert not standing.changed
    assert files.server.read_bytes() == before
    # The chain is shown whole, for who pins the authority.
    assert before.endswith(standing.authority)


@pytest.mark.parametrize("days", [300, 397, 2_000, 3_000, 4_000])
def test_both_are_renewed_and_the_pin_stays(files: Files, days: int) -> None:
    before = ensure(files, HOSTS, NOW)
    later = NOW + timedelta(days=days)
    after = ensure(files, HOSTS, later)
    assert after.changed
    assert after.pin == before.pin
    assert not certificates.due(files.server.read_bytes(), later)
    assert not certificates.due(after.authority, later)


def test_a_new_address_is_covered_and_a_lost_one_does_no_harm(files: Files) -> None:
    assert ensure(files, HOSTS | {"10.0.0.6"}, NOW).changed
    assert not ensure(files, HOSTS, NOW).changed


@pytest.mark.parametrize("damage", ["other key", "no key", "nonsense"])
def test_a_server_certificate_that_is_damaged_is_made_anew(
    files: Files, damage: str, tmp_path: Path
) -> None:
    if damage == "other key":
        other = Files(tmp_path / "other")
        ensure(other, HOSTS, NOW)
        files.server_key.write_bytes(other.server_key.read_bytes())
    elif damage == "no key":
        files.server_key.unlink()
    else:
        files.server.write_text("nonsense")
    assert ensure(files, HOSTS, NOW).changed
    assert not ensure(files, HOSTS, NOW).changed


@pytest.mark.parametrize("file", ["ca.crt", "ca.key"])
def test_an_authority_that_is_damaged_is_never_replaced(files: Files, file: str) -> None:
    (files.directory / file).write_text("nonsense")
    with pytest.raises(Unavailable, match="key-damaged"):
        ensure(files, HOSTS, NOW + timedelta(days=3_000))
    if file == "ca.crt":
        (files.directory / file).unlink()
        with pytest.raises(Unavailable, match="key-damaged"):
            ensure(files, HOSTS, NOW)
