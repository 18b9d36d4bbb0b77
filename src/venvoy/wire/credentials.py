"""The tokens by which NATS knows operator, accounts, controllers and nodes.

One operator signs two accounts: the system's, for revocation, and the product's.
The product's account names two scoped signing keys, one for nodes and one for
controllers, whose permissions are `venvoy.wire.permissions`. A node makes its own
key and sends the public half; what it gets back is a user token signed by the
nodes' signing key, short-lived and renewed. Pure: times are arguments, in seconds
since 1970.
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from venvoy.domain.errors import InvalidInput
from venvoy.wire import jwt
from venvoy.wire.nkey import KeyPair, Role, check_public
from venvoy.wire.permissions import controller_template, node_template, system_user
from venvoy.wire.subjects import check_id

MAX_LIFETIME_S = 30 * 24 * 3600
"""No user token lives longer, so a revocation may be forgotten after that time."""

_UNLIMITED = -1
_NONCE = re.compile(r"[A-Za-z0-9_-]{8,64}", re.ASCII)
_ACCOUNT_LIMITS = {
    "subs": _UNLIMITED,
    "data": _UNLIMITED,
    "payload": _UNLIMITED,
    "imports": _UNLIMITED,
    "exports": _UNLIMITED,
    "wildcards": True,
    "conn": _UNLIMITED,
    "leaf": _UNLIMITED,
}
_JETSTREAM_LIMITS = {
    "mem_storage": _UNLIMITED,
    "disk_storage": _UNLIMITED,
    "streams": _UNLIMITED,
    "consumer": _UNLIMITED,
}


@dataclass(frozen=True)
class UserCredentials:
    """A user's key and the token that NATS accepts for it.

    Attributes:
        key: the user's own key; its seed never leaves the process that made it.
        token: the user token, signed by a signing key of the account.
    """

    key: KeyPair
    token: str = field(repr=False)

    def __post_init__(self) -> None:
        if self.claims.subject != self.key.public:
            raise InvalidInput("credentials-mismatch")

    @cached_property
    def claims(self) -> jwt.Claims:
        """What the token says.

        Raises:
            InvalidInput: `jwt-invalid`.
        """
        return jwt.decode(self.token)

    def renew_after_s(self) -> float | None:
        """After how many seconds of a new token's life to fetch the next; None is never.

        A span and no time: whoever issued it may have another clock than this machine.
        """
        claims = self.claims
        if claims.expires_at is None:
            return None
        return (claims.expires_at - claims.issued_at) * 4 / 5

    def signature_cb(self, nonce: str) -> bytes:
        """Sign the server's nonce, in the form that nats-py asks for.

        Only what cannot be anything else is signed: the same key signs requests, and
        who stands in the server's place chooses the nonce.

        Raises:
            InvalidInput: `nonce-invalid`.
        """
        if not _NONCE.fullmatch(nonce):
            raise InvalidInput("nonce-invalid")
        return base64.b64encode(self.key.sign(nonce.encode()))

    def user_jwt_cb(self) -> bytes:
        """Return the token, in the form that nats-py asks for."""
        return self.token.encode()


def operator_token(operator: KeyPair, *, system_account: str, issued_at: int) -> str:
    """The self-signed token in which an operator names its system account."""
    return jwt.encode(
        operator,
        subject=operator.public,
        name="venvoy",
        nats={"type": "operator", "system_account": check_public(system_account, Role.ACCOUNT)},
        issued_at=issued_at,
    )


def system_account_token(operator: KeyPair, account: str, *, issued_at: int) -> str:
    """The token of the system account: no JetStream, no signing keys."""
    return jwt.encode(
        operator,
        subject=check_public(account, Role.ACCOUNT),
        name="SYS",
        nats={"type": "account", "limits": _ACCOUNT_LIMITS},
        issued_at=issued_at,
    )


def account_claims(
    *, node_signer: str, controller_signer: str, revocations: Mapping[str, int]
) -> dict[str, Any]:
    """What the product's account token says, apart from names and times.

    Args:
        node_signer: public account key that signs nodes.
        controller_signer: public account key that signs controllers.
        revocations: per user key, the time up to which its tokens are void.
    """
    claims: dict[str, Any] = {
        "type": "account",
        "limits": _ACCOUNT_LIMITS | _JETSTREAM_LIMITS,
        "signing_keys": [
            _scope("node", node_signer, node_template()),
            _scope("controller", controller_signer, controller_template()),
        ],
    }
    if revocations:
        claims["revocations"] = dict(sorted(revocations.items()))
    return claims


def account_token(
    operator: KeyPair, account: str, claims: Mapping[str, Any], *, issued_at: int
) -> str:
    """The token of the product's account, with claims from `account_claims`."""
    return jwt.encode(
        operator,
        subject=check_public(account, Role.ACCOUNT),
        name="APP",
        nats=claims,
        issued_at=issued_at,
    )


def node_token(
    signer: KeyPair, *, account: str, node: str, public_key: str, issued_at: int, lifetime_s: int
) -> str:
    """A node's user token; its rights come from the signing key and the node's id.

    Raises:
        InvalidInput: `id-invalid`, `nkey-invalid` or `jwt-lifetime-invalid`.
    """
    return _scoped(signer, account, check_id(node), public_key, issued_at, lifetime_s)


def controller_token(
    signer: KeyPair, *, account: str, public_key: str, issued_at: int, lifetime_s: int
) -> str:
    """A controller's user token.

    Raises:
        InvalidInput: `nkey-invalid` or `jwt-lifetime-invalid`.
    """
    return _scoped(signer, account, "controller", public_key, issued_at, lifetime_s)


def system_token(account: KeyPair, *, public_key: str, issued_at: int, lifetime_s: int) -> str:
    """A token of the system account that may only update an account's claims."""
    return jwt.encode(
        account,
        subject=check_public(public_key, Role.USER),
        name="claims",
        nats={"type": "user", **system_user()},
        issued_at=issued_at,
        expires_at=issued_at + _lifetime(lifetime_s),
    )


def _scoped(
    signer: KeyPair, account: str, name: str, public_key: str, issued_at: int, lifetime_s: int
) -> str:
    # A user of a scoped signing key must carry no permissions or limits of its own,
    # else the server refuses it.
    return jwt.encode(
        signer,
        subject=check_public(public_key, Role.USER),
        name=name,
        nats={"type": "user", "issuer_account": check_public(account, Role.ACCOUNT)},
        issued_at=issued_at,
        expires_at=issued_at + _lifetime(lifetime_s),
    )


def _lifetime(seconds: int) -> int:
    if not 0 < seconds <= MAX_LIFETIME_S:
        raise InvalidInput("jwt-lifetime-invalid", seconds=seconds, limit=MAX_LIFETIME_S)
    return seconds


def _scope(role: str, key: str, template: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "kind": "user_scope",
        "key": check_public(key, Role.ACCOUNT),
        "role": role,
        "template": dict(template),
    }
