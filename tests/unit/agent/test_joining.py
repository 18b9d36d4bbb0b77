"""A token that pins asks for a protected connection, and for the controller that made it."""

from pathlib import Path

import pytest

from venvoy.agent import identity
from venvoy.agent.joining import Wish, join
from venvoy.agent.prefix import Layout
from venvoy.domain.errors import Conflict, InvalidInput
from venvoy.wire.joining import JoinToken
from venvoy.wire.membership import Membership
from venvoy.wire.nkey import KeyPair, Role

KEY = KeyPair.generate(Role.USER).public
NODE = "0190b6c0-0000-7000-8000-000000000001"
URL = "http://controller.example.org:7300"


def wish(pin: str | None = None, **changes: str) -> Wish:
    token = JoinToken("s" * 43, KEY, (), pin).encode()
    return Wish(**{"url": URL, "token": token, "name": "one", **changes})  # type: ignore[arg-type]


async def test_the_secret_of_a_token_that_pins_never_goes_in_the_plain(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="join-url-insecure"):
        await join(tmp_path, wish("ab" * 32))


async def test_a_node_of_another_fleet_stays_there(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    layout.make()
    identity.key(layout)
    other = KeyPair.generate(Role.USER).public
    kept = Membership(node=NODE, name="mine", controller_url=URL, document_key=other)
    identity.keep(layout, kept)
    with pytest.raises(Conflict, match="agent-joined-elsewhere"):
        await join(tmp_path, wish())
    assert identity.membership(layout) == kept


async def test_what_cannot_be_a_node_is_said_before_anything_is_asked(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as refused:
        await join(tmp_path, wish(region="Not A Region"))
    assert (refused.value.code, refused.value.params["field"]) == ("node-input-invalid", "region")
    assert not (tmp_path / "identity").exists()
