"""The product's account token as it stands on disk, with its revocations.

The file is the truth: the server gets the token at its start (`resolver_preload`)
and again with every change. A server keeps the newer of two tokens by their time
of issue in whole seconds, so every new token is at least one second newer than the
last, whatever the clock says.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from venvoy.bus.files import storage_errors, write_private
from venvoy.bus.keys import Keyring
from venvoy.domain.errors import InvalidInput, Unavailable
from venvoy.wire import jwt
from venvoy.wire.credentials import MAX_LIFETIME_S, account_claims, account_token
from venvoy.wire.nkey import Role, check_public


class Account:
    """The one writer of the account token.

    Args:
        path: `<data>/controller/keys/account.jwt`.
        keys: of this fleet.
    """

    def __init__(self, path: Path, keys: Keyring) -> None:
        self._path = path
        self._keys = keys

    @property
    def public(self) -> str:
        """The account's public key."""
        return self._keys.account.public

    def token(self, now: int) -> str:
        """Return the token to serve; sign a new one if its claims are out of date.

        Args:
            now: seconds since 1970.

        Raises:
            Unavailable: `key-damaged` or as `storage_errors`.
        """
        current = self._read()
        return self._write(current, _revocations(current), now)

    def revoke(self, public_key: str, now: int) -> str:
        """Void all tokens that a user key was given up to now; return the new account token.

        Revocations older than the longest life of a token are dropped on the way.

        Raises:
            InvalidInput: `nkey-invalid`.
            Unavailable: `key-damaged` or as `storage_errors`.
        """
        current = self._read()
        oldest = now - MAX_LIFETIME_S
        kept = {key: at for key, at in _revocations(current).items() if at >= oldest}
        kept[check_public(public_key, Role.USER)] = now
        return self._write(current, kept, now)

    def _read(self) -> tuple[str, jwt.Claims] | None:
        with storage_errors(self._path):
            if not self._path.exists():
                return None
            raw = self._path.read_bytes()
        try:
            token = raw.decode("ascii").strip()
            return token, jwt.decode(token)
        except (InvalidInput, UnicodeDecodeError):
            # Signing anew would silently forget revocations: a person must look.
            raise Unavailable("key-damaged", path=str(self._path)) from None

    def _write(
        self, current: tuple[str, jwt.Claims] | None, revocations: Mapping[str, int], now: int
    ) -> str:
        wanted = account_claims(
            node_signer=self._keys.node_signer.public,
            controller_signer=self._keys.controller_signer.public,
            revocations=revocations,
        )
        issued_at = now
        if current is not None:
            token, claims = current
            if _same(claims, wanted, self._keys):
                return token
            issued_at = max(now, claims.issued_at + 1)
        token = account_token(self._keys.operator, self.public, wanted, issued_at=issued_at)
        write_private(self._path, f"{token}\n".encode())
        return token


def _revocations(current: tuple[str, jwt.Claims] | None) -> dict[str, int]:
    return dict(current[1].nats.get("revocations", {})) if current is not None else {}


def _same(claims: jwt.Claims, wanted: Mapping[str, Any], keys: Keyring) -> bool:
    signed = {name: value for name, value in claims.nats.items() if name != "version"}
    parties = (claims.issuer, claims.subject)
    return signed == wanted and parties == (keys.operator.public, keys.account.public)
