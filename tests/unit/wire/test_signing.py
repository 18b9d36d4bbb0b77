"""Signed requests and documents: what was signed passes, everything near it does not."""

import hashlib
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venvoy.domain.errors import InvalidInput, Unauthenticated
from venvoy.wire.nkey import KeyPair, Role
from venvoy.wire.signing import (
    CLOCK_SKEW_S,
    KEY_HEADER,
    NONCE_HEADER,
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    open_document,
    sign_document,
    sign_request,
    verify_request,
)

KEY = KeyPair(Role.USER, b"\1" * 32)
OTHER = KeyPair(Role.USER, b"\2" * 32)
NOW_MS = 1_700_000_000_000
NONCE = "0123456789abcdef"
EMPTY = hashlib.sha256(b"").hexdigest()
REQUEST = {"method": "GET", "path_with_query": "/api/v1/locks/a?b=c", "body_sha256": EMPTY}

methods = st.sampled_from(["GET", "PUT", "POST", "DELETE"])
paths = st.text(alphabet="".join(map(chr, range(33, 127))), max_size=60).map(lambda p: f"/{p}")
digests = st.binary(max_size=50).map(lambda body: hashlib.sha256(body).hexdigest())
nonces = st.text(alphabet=string.ascii_letters + string.digits + "-_", min_size=16, max_size=64)


def headers(**changes: str) -> dict[str, str]:
    request = REQUEST | changes
    return sign_request(
        KEY,
        request["method"],
        request["path_with_query"],
        request["body_sha256"],
        NOW_MS,
        NONCE,
    )


@given(
    method=methods,
    path=paths,
    digest=digests,
    nonce=nonces,
    skew_ms=st.integers(-CLOCK_SKEW_S * 1000, CLOCK_SKEW_S * 1000),
)
def test_a_signed_request_passes(
    method: str, path: str, digest: str, nonce: str, skew_ms: int
) -> None:
    signed = sign_request(KEY, method, path, digest, NOW_MS + skew_ms, nonce)
    proven = verify_request(
        {name.lower(): value for name, value in signed.items()},
        method=method,
        path_with_query=path,
        body_sha256=digest,
        now_ms=NOW_MS,
    )
    assert (proven.public_key, proven.nonce) == (KEY.public, nonce)
    assert proven.timestamp_ms == NOW_MS + skew_ms


@pytest.mark.parametrize(
    "received",
    [
        {"method": "POST"},
        {"path_with_query": "/api/v1/locks/a?b=d"},
        {"path_with_query": "/api/v1/locks/a"},
        {"body_sha256": hashlib.sha256(b"x").hexdigest()},
        {"method": "GET\n/api"},
        {"path_with_query": "/api/v1/locks/a?b=c\n"},
    ],
)
def test_another_request_is_forged(received: dict[str, str]) -> None:
    with pytest.raises(Unauthenticated, match="request-forged"):
        verify_request(headers(), now_ms=NOW_MS, **(REQUEST | received))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (KEY_HEADER, OTHER.public),
        (KEY_HEADER, "UAAAA"),
        (KEY_HEADER, KeyPair(Role.ACCOUNT, KEY.secret).public),
        (TIMESTAMP_HEADER, str(NOW_MS + 1)),
        (TIMESTAMP_HEADER, f"+{NOW_MS}"),
        (TIMESTAMP_HEADER, f" {NOW_MS}"),
        (TIMESTAMP_HEADER, "1" * 40),
        (TIMESTAMP_HEADER, "٣"),
        (NONCE_HEADER, NONCE[::-1]),
        (NONCE_HEADER, "short"),
        (SIGNATURE_HEADER, "x"),
        (SIGNATURE_HEADER, "é"),
        (SIGNATURE_HEADER, "A" * 86),
    ],
)
def test_another_header_is_forged(name: str, value: str) -> None:
    with pytest.raises(Unauthenticated, match="request-forged"):
        verify_request(headers() | {name: value}, now_ms=NOW_MS, **REQUEST)


@pytest.mark.parametrize("name", [KEY_HEADER, TIMESTAMP_HEADER, NONCE_HEADER, SIGNATURE_HEADER])
def test_a_missing_header_is_no_signature(name: str) -> None:
    left = {key: value for key, value in headers().items() if key != name}
    with pytest.raises(Unauthenticated, match="request-unsigned"):
        verify_request(left, now_ms=NOW_MS, **REQUEST)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_wrong_clock_is_told_from_a_forgery(sign: int) -> None:
    beyond_ms = sign * (CLOCK_SKEW_S * 1000 + 1_000)
    with pytest.raises(Unauthenticated, match="request-clock-skew") as caught:
        verify_request(headers(), now_ms=NOW_MS - beyond_ms, **REQUEST)
    params = caught.value.params
    assert (params["seconds"], params["limit"]) == (sign * (CLOCK_SKEW_S + 1), CLOCK_SKEW_S)
    # Both clocks, so that people see which one is wrong.
    assert params["sent"] == "2023-11-14 22:13:20 UTC"
    assert params["now"] == f"2023-11-14 22:{'08:19' if sign > 0 else '18:21'} UTC"


@pytest.mark.parametrize("timestamp_ms", [0, 9_999_999_999_999_999])
def test_a_clock_beyond_the_calendar_is_told_too(timestamp_ms: int) -> None:
    signed = sign_request(KEY, "GET", REQUEST["path_with_query"], EMPTY, timestamp_ms, NONCE)
    with pytest.raises(Unauthenticated, match="request-clock-skew"):
        verify_request(signed, now_ms=NOW_MS, **REQUEST)


@pytest.mark.parametrize(
    "part",
    [
        {"method": "get"},
        {"path_with_query": "no-slash"},
        {"path_with_query": "/a b"},
        {"path_with_query": "/é"},
        {"body_sha256": "00"},
    ],
)
def test_what_could_be_confused_is_not_signed(part: dict[str, str]) -> None:
    with pytest.raises(InvalidInput, match="request-unsignable"):
        headers(**part)


@given(st.binary(max_size=500))
def test_a_document_opens_with_its_signer_s_key(payload: bytes) -> None:
    envelope = sign_document(KEY, payload)
    assert open_document(KEY.public, envelope) == payload
    assert envelope.endswith(payload)


@given(st.binary(max_size=60), st.data())
def test_a_changed_document_does_not_open(payload: bytes, data: st.DataObject) -> None:
    envelope = bytearray(sign_document(KEY, payload))
    place = data.draw(st.integers(0, len(envelope) - 1))
    envelope[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(InvalidInput) as caught:
        open_document(KEY.public, bytes(envelope))
    assert caught.value.code in {"document-forged", "document-malformed"}


def test_another_s_document_is_forged() -> None:
    with pytest.raises(InvalidInput, match="document-forged"):
        open_document(KEY.public, sign_document(OTHER, b"{}"))


@given(st.binary(max_size=120))
def test_any_bytes_are_malformed(envelope: bytes) -> None:
    with pytest.raises(InvalidInput, match="document-malformed"):
        open_document(KEY.public, envelope)


@pytest.mark.parametrize("version", [b"v0", b"v2", b"V1", b""])
def test_another_version_is_malformed(version: bytes) -> None:
    _, _, rest = sign_document(KEY, b"{}").partition(b".")
    with pytest.raises(InvalidInput, match="document-malformed"):
        open_document(KEY.public, version + b"." + rest)


def test_signatures_of_one_kind_do_not_pass_for_another() -> None:
    request: dict[str, Any] = headers()
    signed_text = "\n".join(
        (
            REQUEST["method"],
            REQUEST["path_with_query"],
            REQUEST["body_sha256"],
            str(NOW_MS),
            NONCE,
        )
    ).encode()
    lookalike = b".".join((b"v1", request[SIGNATURE_HEADER].encode(), signed_text))
    with pytest.raises(InvalidInput, match="document-forged"):
        open_document(KEY.public, lookalike)
    bare = KEY.sign(signed_text)
    nonce_like = sign_document(KEY, signed_text).split(b".")[1]
    assert nonce_like != bare
    with pytest.raises(Unauthenticated, match="request-forged"):
        verify_request(request | {SIGNATURE_HEADER: nonce_like.decode()}, now_ms=NOW_MS, **REQUEST)
