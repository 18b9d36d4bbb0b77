"""NATS' own kind of JSON web token: signed and read.

Header `{"typ":"JWT","alg":"ed25519-nkey"}`, issuer and subject are nkeys, times
are whole seconds since 1970 (https://docs.nats.io, decentralized JWT
authentication). This file knows the envelope; what stands in the claims of an
operator, an account or a user is in `venvoy.wire.credentials`.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from venvoy.domain.errors import InvalidInput
from venvoy.wire.nkey import KeyPair, verify

_HEADER = {"typ": "JWT", "alg": "ed25519-nkey"}


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says.

    Attributes:
        issuer: public nkey that signed it.
        subject: public nkey that it is about.
        name: free text of operators and accounts; for nodes their id.
        issued_at: seconds since 1970.
        expires_at: seconds since 1970, or None for no end.
        nats: the part that only NATS knows: kind, permissions, limits.
    """

    issuer: str
    subject: str
    name: str
    issued_at: int
    expires_at: int | None
    nats: Mapping[str, Any]


def encode(
    signer: KeyPair,
    *,
    subject: str,
    name: str,
    nats: Mapping[str, Any],
    issued_at: int,
    expires_at: int | None = None,
) -> str:
    """Sign claims and return the token."""
    claims: dict[str, Any] = {
        "iat": issued_at,
        "iss": signer.public,
        "name": name,
        "nats": {**nats, "version": 2},
        "sub": subject,
    }
    if expires_at is not None:
        claims["exp"] = expires_at
    digest = hashlib.sha256(_json(claims)).digest()
    claims["jti"] = base64.b32encode(digest).decode("ascii").rstrip("=")
    signed = f"{_base64(_json(_HEADER))}.{_base64(_json(claims))}"
    return f"{signed}.{_base64(signer.sign(signed.encode('ascii')))}"


def decode(token: str) -> Claims:
    """Read a token and check that its named issuer signed it.

    Whether that issuer is to be trusted, and whether the time has come or gone, is
    for the caller to say.

    Raises:
        InvalidInput: `jwt-invalid` for anything malformed, of another algorithm or
            wrongly signed.
    """
    try:
        header, payload, signature = token.split(".")
        if json.loads(_unbase64(header)) != _HEADER:
            raise ValueError("another algorithm")
        claims = _claims(json.loads(_unbase64(payload)))
        if not verify(claims.issuer, _unbase64(signature), f"{header}.{payload}".encode("ascii")):
            raise ValueError("wrong signature")
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError, InvalidInput):
        raise InvalidInput("jwt-invalid") from None
    return claims


def _claims(raw: Any) -> Claims:
    nats = raw["nats"]
    if not isinstance(raw, dict) or not isinstance(nats, dict):
        raise TypeError("not an object")
    expires_at = raw.get("exp")
    return Claims(
        issuer=str(raw["iss"]),
        subject=str(raw["sub"]),
        name=str(raw.get("name", "")),
        issued_at=int(raw["iat"]),
        expires_at=None if expires_at is None else int(expires_at),
        nats=nats,
    )


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=")


def _unbase64(text: str) -> bytes:
    padded = text.encode("ascii") + b"=" * (-len(text) % 4)
    try:
        raw = base64.b64decode(padded, altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from None
    if _base64(raw) != text:
        raise ValueError("not canonical")
    return raw
