"""Signatures on HTTP requests of nodes and on documents of the controller.

Each kind is signed under a domain of its own, so that a signature made for one can
never pass for the other, nor for the nonce of NATS. Pure: time and randomness are
arguments. A verified request may still be a replay inside the window: whoever
verifies keeps the nonces of the last `2 * CLOCK_SKEW_S` seconds per key, and looks
the key up: this file only proves that its holder signed.
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from venvoy.domain.errors import InvalidInput, Unauthenticated
from venvoy.wire.nkey import SIGNATURE_BYTES, KeyPair, Role, check_public, verify

CLOCK_SKEW_S = 300
KEY_HEADER = "Venvoy-Key"
TIMESTAMP_HEADER = "Venvoy-Timestamp"
NONCE_HEADER = "Venvoy-Nonce"
SIGNATURE_HEADER = "Venvoy-Signature"

_REQUEST_DOMAIN = b"venvoy-request-v1\0"
_DOCUMENT_DOMAIN = b"venvoy-document-v1\0"
_DOCUMENT_VERSION = b"v1"
_METHOD = re.compile(r"[A-Z]{1,16}")
_PATH = re.compile(r"/[!-~]{0,8191}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_TIMESTAMP = re.compile(r"0|[1-9][0-9]{0,15}")
_NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True, slots=True)
class RequestSignature:
    """What a verified request proved.

    Attributes:
        public_key: the user nkey whose holder signed.
        timestamp_ms: when, by the signer's clock.
        nonce: unique per request of that key; to be remembered against replays.
    """

    public_key: str
    timestamp_ms: int
    nonce: str


def sign_request(
    key: KeyPair,
    method: str,
    path_with_query: str,
    body_sha256: str,
    timestamp_ms: int,
    nonce: str,
) -> dict[str, str]:
    """Return the headers that sign one HTTP request.

    Args:
        key: the node's key.
        method: upper case.
        path_with_query: as it goes over the wire: `/` first, percent-encoded.
        body_sha256: lower-case hex, of the empty string where there is no body.
        timestamp_ms: milliseconds since 1970, UTC.
        nonce: 16 to 64 characters of `A-Z a-z 0-9 _ -`, never used before.

    Raises:
        InvalidInput: `request-unsignable` for a part that is not of that form.
    """
    payload = _request_payload(method, path_with_query, body_sha256, str(timestamp_ms), nonce)
    if payload is None:
        raise InvalidInput("request-unsignable")
    return {
        KEY_HEADER: key.public,
        TIMESTAMP_HEADER: str(timestamp_ms),
        NONCE_HEADER: nonce,
        SIGNATURE_HEADER: _encode(key.sign(payload)),
    }


def verify_request(
    headers: Mapping[str, str],
    *,
    method: str,
    path_with_query: str,
    body_sha256: str,
    now_ms: int,
) -> RequestSignature:
    """Check the signature of one HTTP request.

    Args:
        headers: of the request; names match in any case.
        method, path_with_query, body_sha256: as received.
        now_ms: milliseconds since 1970, by this side's clock.

    Raises:
        Unauthenticated: `request-unsigned`, `request-clock-skew` (with both times,
            the difference and the limit in seconds) or `request-forged`.
    """
    lowered = {name.lower(): value for name, value in headers.items()}
    values = [
        lowered.get(name.lower(), "")
        for name in (KEY_HEADER, TIMESTAMP_HEADER, NONCE_HEADER, SIGNATURE_HEADER)
    ]
    if not all(values):
        raise Unauthenticated("request-unsigned")
    public_key, timestamp, nonce, signature = values
    payload = _request_payload(method, path_with_query, body_sha256, timestamp, nonce)
    if payload is None or not _signed(public_key, signature.encode(), payload):
        raise Unauthenticated("request-forged")
    skew_s = (int(timestamp) - now_ms) / 1000
    if abs(skew_s) > CLOCK_SKEW_S:
        raise Unauthenticated(
            "request-clock-skew",
            seconds=round(skew_s),
            limit=CLOCK_SKEW_S,
            sent=_shown(int(timestamp)),
            now=_shown(now_ms),
        )
    return RequestSignature(public_key, int(timestamp), nonce)


def sign_document(key: KeyPair, payload: bytes) -> bytes:
    """Wrap a document with the controller's signature: `v1.<signature>.<payload>`.

    Args:
        key: the controller's document key.
        payload: any bytes; they stay readable in the envelope.
    """
    signature = key.sign(_DOCUMENT_DOMAIN + payload)
    return b".".join((_DOCUMENT_VERSION, _encode(signature).encode(), payload))


def open_document(public_key: str, envelope: bytes) -> bytes:
    """Return the payload of a document that the holder of `public_key` signed.

    Raises:
        InvalidInput: `document-malformed` if it is no envelope of a known version,
            `document-forged` if somebody else signed it or it was changed.
    """
    version, _, rest = envelope.partition(b".")
    encoded, dot, payload = rest.partition(b".")
    if version != _DOCUMENT_VERSION or not dot:
        raise InvalidInput("document-malformed")
    signature = _decode(encoded)
    if signature is None:
        raise InvalidInput("document-malformed")
    if not verify(public_key, signature, _DOCUMENT_DOMAIN + payload):
        raise InvalidInput("document-forged")
    return payload


def _request_payload(*parts: str) -> bytes | None:
    """The bytes to sign; None where a part could be confused with another."""
    forms = (_METHOD, _PATH, _DIGEST, _TIMESTAMP, _NONCE)
    if not all(form.fullmatch(part) for form, part in zip(forms, parts, strict=True)):
        return None
    return _REQUEST_DOMAIN + "\n".join(parts).encode("ascii")


def _shown(time_ms: int) -> str:
    """A time for people, in UTC; one beyond the calendar as it is."""
    try:
        return f"{datetime.fromtimestamp(time_ms // 1000, UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (ValueError, OverflowError, OSError):
        return f"{time_ms} ms"


def _signed(public_key: str, encoded: bytes, payload: bytes) -> bool:
    signature = _decode(encoded)
    if signature is None:
        return False
    try:
        check_public(public_key, Role.USER)
    except InvalidInput:
        return False
    return verify(public_key, signature, payload)


def _encode(signature: bytes) -> str:
    return base64.urlsafe_b64encode(signature).decode("ascii").rstrip("=")


def _decode(text: bytes) -> bytes | None:
    """Read a signature in its one canonical form (base64url, no padding)."""
    try:
        signature = base64.b64decode(text + b"==", altchars=b"-_", validate=True)
    except ValueError:
        return None
    if len(signature) != SIGNATURE_BYTES or _encode(signature).encode() != text:
        return None
    return signature
