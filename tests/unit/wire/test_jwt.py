"""Tokens of NATS: what is signed reads back, and nothing else is accepted."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venvoy.domain.errors import InvalidInput
from venvoy.wire import jwt
from venvoy.wire.nkey import KeyPair, Role

SIGNER = KeyPair(Role.ACCOUNT, bytes(range(32)))
OTHER = KeyPair(Role.ACCOUNT, bytes(range(1, 33)))
USER = KeyPair(Role.USER, bytes(32))

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
times = st.integers(0, 2**33)


def token(**changes: Any) -> str:
    wanted: dict[str, Any] = {
        "subject": USER.public,
        "name": "n",
        "nats": {"type": "user"},
        "issued_at": 1_000,
        "expires_at": 2_000,
    }
    return jwt.encode(SIGNER, **(wanted | changes))


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def signed(header: object, claims: object, signer: KeyPair = SIGNER) -> str:
    body = f"{base64url(json.dumps(header).encode())}.{base64url(json.dumps(claims).encode())}"
    return f"{body}.{base64url(signer.sign(body.encode()))}"


@given(
    name=st.text(max_size=40),
    nats=st.dictionaries(st.text(max_size=8), values, max_size=4),
    issued_at=times,
    expires_at=st.none() | times,
)
def test_claims_read_back(
    name: str, nats: dict[str, Any], issued_at: int, expires_at: int | None
) -> None:
    claims = jwt.decode(token(name=name, nats=nats, issued_at=issued_at, expires_at=expires_at))
    assert claims == jwt.Claims(
        issuer=SIGNER.public,
        subject=USER.public,
        name=name,
        issued_at=issued_at,
        expires_at=expires_at,
        nats={**nats, "version": 2},
    )


def test_the_header_is_that_of_nats() -> None:
    header = token().split(".")[0]
    assert json.loads(base64.urlsafe_b64decode(header + "==")) == {
        "typ": "JWT",
        "alg": "ed25519-nkey",
    }


@given(st.data())
def test_a_changed_token_is_refused(data: st.DataObject) -> None:
    whole = token()
    place = data.draw(st.integers(0, len(whole) - 1))
    letter = data.draw(st.characters(min_codepoint=33, max_codepoint=126))
    changed = whole[:place] + letter + whole[place + 1 :]
    if changed != whole:
        with pytest.raises(InvalidInput, match="jwt-invalid"):
            jwt.decode(changed)


@given(st.text(max_size=60))
def test_any_text_is_refused_by_code(text: str) -> None:
    with pytest.raises(InvalidInput, match="jwt-invalid"):
        jwt.decode(text)


CLAIMS = {"iat": 1, "iss": SIGNER.public, "sub": USER.public, "nats": {}}
HEADER = {"typ": "JWT", "alg": "ed25519-nkey"}


@pytest.mark.parametrize(
    ("header", "claims", "signer"),
    [
        ({"typ": "JWT", "alg": "none"}, CLAIMS, SIGNER),
        ({"typ": "JWT", "alg": "ed25519"}, CLAIMS, SIGNER),
        (HEADER, CLAIMS, OTHER),
        (HEADER, {**CLAIMS, "iss": "nobody"}, SIGNER),
        (HEADER, {**CLAIMS, "nats": []}, SIGNER),
        (HEADER, {**CLAIMS, "iat": "soon"}, SIGNER),
        (HEADER, {**CLAIMS, "iat": float("inf")}, SIGNER),
        (HEADER, {key: value for key, value in CLAIMS.items() if key != "sub"}, SIGNER),
        (HEADER, [], SIGNER),
        (HEADER, "text", SIGNER),
    ],
)
def test_other_algorithms_signers_and_forms_are_refused(
    header: object, claims: object, signer: KeyPair
) -> None:
    with pytest.raises(InvalidInput, match="jwt-invalid"):
        jwt.decode(signed(header, claims, signer))


def test_the_refusals_above_are_not_for_the_form_of_the_test() -> None:
    assert jwt.decode(signed(HEADER, CLAIMS)).subject == USER.public
