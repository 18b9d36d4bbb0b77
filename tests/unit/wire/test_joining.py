"""A join token is read as it was written, and anything else is refused without an echo."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venvoy.domain.errors import InvalidInput
from venvoy.wire.joining import JoinToken
from venvoy.wire.nkey import KeyPair, Role

KEY = KeyPair(Role.USER, b"\3" * 32).public
SECRET = "s" * 43
WHOLE = JoinToken(SECRET, KEY, ("https://controller.example.org:7300",), "ab" * 32)


def packed(**changes: object) -> str:
    fields = {"s": SECRET, "k": KEY, "a": ["http://127.0.0.1:7300"], **changes}
    kept = {name: value for name, value in fields.items() if value is not ...}
    return "vj1_" + base64.urlsafe_b64encode(json.dumps(kept).encode()).decode().rstrip("=")


@given(
    addresses=st.lists(st.text(max_size=40), max_size=4),
    pin=st.none() | st.binary(min_size=32, max_size=32).map(bytes.hex),
)
def test_a_token_is_read_as_it_was_written(addresses: list[str], pin: str | None) -> None:
    token = JoinToken(SECRET, KEY, tuple(addresses), pin)
    text = token.encode()
    assert JoinToken.decode(text) == token
    # One word, which no shell and no terminal changes.
    assert text.replace("-", "").replace("_", "").isalnum()


def test_what_a_terminal_adds_does_no_harm_and_later_fields_are_ignored() -> None:
    assert JoinToken.decode(f"  {WHOLE.encode()}\r\n") == WHOLE
    assert JoinToken.decode(packed(z=1)).secret == SECRET


@pytest.mark.parametrize(
    "text",
    [
        "",
        "vj1_",
        "vj2_" + WHOLE.encode()[4:],
        WHOLE.encode()[:-7],
        WHOLE.encode() + "!",
        "vv_" + SECRET,
        "vj1_" + "A" * 5_000,
        "vj1_" + base64.urlsafe_b64encode(b"[" * 2_000).decode(),
        packed(s="short"),
        packed(s=7),
        packed(s=...),
        packed(k="U" * 56),
        packed(k=KeyPair(Role.ACCOUNT, b"\3" * 32).public),
        packed(a="http://127.0.0.1"),
        packed(a=[1]),
        packed(p="AB" * 32),
    ],
)
def test_anything_else_is_refused_without_an_echo(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        JoinToken.decode(text)
    assert (refused.value.code, refused.value.params) == ("join-token-malformed", {})


@given(st.text(max_size=200))
def test_no_text_makes_it_fail_otherwise(text: str) -> None:
    with pytest.raises(InvalidInput):
        JoinToken.decode(text)


def test_the_secret_does_not_show() -> None:
    assert SECRET not in repr(WHOLE)
