"""The controller's keys and account token: made once, private, never lost or widened."""

import os
import stat
import sys
from pathlib import Path

import pytest

from venvoy.bus.account import Account
from venvoy.bus.files import write_private
from venvoy.bus.keys import load_keyring
from venvoy.domain.errors import InvalidInput, Unavailable
from venvoy.wire import jwt
from venvoy.wire.credentials import MAX_LIFETIME_S
from venvoy.wire.nkey import KeyPair, Role

NOW = 1_700_000_000
USER = KeyPair(Role.USER, b"\1" * 32).public
OTHER = KeyPair(Role.USER, b"\2" * 32).public
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX'")


def account(directory: Path) -> Account:
    return Account(directory / "account.jwt", load_keyring(directory))


def revocations(token: str) -> object:
    return jwt.decode(token).nats.get("revocations", {})


def test_keys_are_made_once(tmp_path: Path) -> None:
    made = load_keyring(tmp_path / "deep" / "keys")
    assert load_keyring(tmp_path / "deep" / "keys") == made
    pairs = [getattr(made, name) for name in made.__slots__]
    assert len({pair.secret for pair in pairs}) == len(pairs) == 6


@posix_only
def test_keys_are_their_owner_s_alone(tmp_path: Path) -> None:
    directory = tmp_path / "keys"
    directory.mkdir(mode=0o755)
    account(directory).token(NOW)
    (directory / "operator.nk").chmod(0o644)
    load_keyring(directory)
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in directory.iterdir()}
    assert len(modes) == 7
    assert set(modes.values()) == {0o600}


@pytest.mark.parametrize("content", [b"", b"SUAAAA\n", b"\xff\xfe", None])
def test_a_damaged_key_is_named_and_kept(tmp_path: Path, content: bytes | None) -> None:
    keys = load_keyring(tmp_path)
    damaged = tmp_path / "node-signer.nk"
    # None stands for a whole key of another kind.
    damaged.write_bytes(keys.documents.seed.encode() if content is None else content)
    before = damaged.read_bytes()
    with pytest.raises(Unavailable, match="key-damaged") as caught:
        load_keyring(tmp_path)
    assert caught.value.params["path"] == str(damaged)
    assert damaged.read_bytes() == before


def test_the_account_token_stays_until_its_claims_change(tmp_path: Path) -> None:
    token = account(tmp_path).token(NOW)
    assert account(tmp_path).token(NOW + 500) == token


def test_a_revocation_stays(tmp_path: Path) -> None:
    first = account(tmp_path).token(NOW)
    revoked = account(tmp_path).revoke(USER, NOW)
    assert revocations(revoked) == {USER: NOW}
    assert account(tmp_path).token(NOW + 5) == revoked
    both = account(tmp_path).revoke(OTHER, NOW + 7)
    assert revocations(both) == {USER: NOW, OTHER: NOW + 7}
    issued = [jwt.decode(token).issued_at for token in (first, revoked, both)]
    assert issued == sorted(set(issued)), "a server keeps the newer token only"


def test_a_clock_that_went_back_loses_no_revocation(tmp_path: Path) -> None:
    before = jwt.decode(account(tmp_path).token(NOW)).issued_at
    after = jwt.decode(account(tmp_path).revoke(USER, NOW - 1_000)).issued_at
    assert after > before


def test_revocations_of_expired_tokens_are_forgotten(tmp_path: Path) -> None:
    account(tmp_path).revoke(USER, NOW)
    later = NOW + MAX_LIFETIME_S
    assert revocations(account(tmp_path).revoke(OTHER, later)) == {USER: NOW, OTHER: later}
    assert revocations(account(tmp_path).revoke(OTHER, later + 1)) == {OTHER: later + 1}


def test_new_keys_make_a_new_account_token(tmp_path: Path) -> None:
    old = account(tmp_path).token(NOW)
    (tmp_path / "node-signer.nk").unlink()
    new = account(tmp_path).token(NOW)
    assert new != old
    assert load_keyring(tmp_path).node_signer.public in str(jwt.decode(new).nats["signing_keys"])


def test_a_damaged_account_token_is_not_signed_anew(tmp_path: Path) -> None:
    account(tmp_path).revoke(USER, NOW)
    (tmp_path / "account.jwt").write_text("a.b.c")
    with pytest.raises(Unavailable, match="key-damaged"):
        account(tmp_path).token(NOW)


def test_only_users_are_revoked(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="nkey-invalid"):
        account(tmp_path).revoke("*", NOW)


def test_a_failed_write_keeps_the_old_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    write_private(path, b"old")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Unavailable, match="bus-disk-full"):
        write_private(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
