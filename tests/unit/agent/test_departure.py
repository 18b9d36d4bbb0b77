"""The end of a node: proven by a signature, carried out once begun, careful of what is not its."""

import base64
from datetime import UTC, datetime
from pathlib import Path

import pytest

from venvoy.agent import departure, identity
from venvoy.agent.departure import AgentRemoved, Departed, depart
from venvoy.agent.documents import Authority
from venvoy.agent.prefix import Layout, furnish
from venvoy.domain.errors import InvalidInput
from venvoy.wire.joining import NodeTombstone
from venvoy.wire.membership import Membership
from venvoy.wire.nkey import KeyPair, Role
from venvoy.wire.signing import sign_document

NODE = "0190b6c0-0000-7000-8000-000000000001"
OTHER = "0190b6c0-0000-7000-8000-000000000002"
ENVIRONMENT = "0190b6c0-0000-7000-8000-000000000003"
KEY = KeyPair.generate(Role.USER)
URL = "http://controller.example.org:7300"


def tombstone(node: str = NODE, *, keep_data: bool = False) -> NodeTombstone:
    at = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
    return NodeTombstone(node=node, name="one", removed_at=at, keep_data=keep_data)


def signed(payload: bytes, key: KeyPair = KEY) -> str:
    return base64.b64encode(sign_document(key, payload)).decode()


def departed(*, keep_data: bool = False) -> Departed:
    return Departed(url=URL, tombstone=tombstone(keep_data=keep_data))


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """A node with one environment, and a file of somebody's beside its stable path."""
    made = Layout(tmp_path / "data")
    made.make()
    identity.key(made)
    membership = Membership(node=NODE, name="one", controller_url=URL, document_key=KEY.public)
    identity.keep(made, membership)
    prefix = made.prefix(ENVIRONMENT, 1, "build")
    prefix.mkdir(parents=True)
    furnish(prefix, "http://127.0.0.1/simple")
    made.stable("web").symlink_to(prefix, target_is_directory=True)
    made.stable("own").mkdir()
    made.stable("elsewhere").symlink_to(tmp_path, target_is_directory=True)
    made.journal.write_text("")
    return made


def test_only_the_controllers_own_word_for_this_node_is_a_removal() -> None:
    authority = Authority(NODE, KEY.public)
    good = tombstone().model_dump_json().encode()
    assert authority.removal(signed(good)) == tombstone()
    for encoded, code in (
        ("", "document-malformed"),
        ("§", "document-malformed"),
        (signed(good, KeyPair.generate(Role.USER)), "document-forged"),
        (signed(tombstone(OTHER).model_dump_json().encode()), "document-misdirected"),
        (signed(good.replace(b"node-removed", b"other")), "document-unreadable"),
        (signed(b"{}"), "document-unreadable"),
    ):
        with pytest.raises(InvalidInput) as refused:
            authority.removal(encoded)
        assert refused.value.code == code


def test_a_desired_document_is_no_removal_and_a_removal_no_document() -> None:
    authority = Authority(NODE, KEY.public)
    envelope = sign_document(KEY, tombstone().model_dump_json().encode())
    with pytest.raises(InvalidInput, match="document-unreadable"):
        authority.read(envelope)


def test_identity_and_data_go(layout: Layout, tmp_path: Path) -> None:
    assert depart(layout, departed()) == []
    assert layout.known_prefixes() == []
    assert not layout.stable("web").is_symlink()
    assert not layout.journal.exists()
    # What Venvoy did not make stays.
    assert layout.stable("own").is_dir()
    assert layout.stable("elsewhere").resolve() == tmp_path
    with pytest.raises(AgentRemoved) as removed:
        identity.identity(layout)
    assert removed.value.params == {"name": "one", "url": URL, "at": "2026-03-04 05:06 UTC"}
    assert identity.membership(layout) is None


def test_data_that_are_to_stay_stay(layout: Layout) -> None:
    depart(layout, departed(keep_data=True))
    assert (layout.stable("web") / "pip.conf").is_file()
    assert not layout.journal.exists()
    with pytest.raises(AgentRemoved):
        identity.identity(layout)


def test_a_departure_that_was_cut_off_is_carried_through(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(departure, "_delete_data", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            depart(layout, departed())
    begun = departure.begun(layout)
    assert begun == departed()
    assert begun is not None
    depart(layout, begun)
    assert layout.known_prefixes() == []
    departure.forget(layout)
    with pytest.raises(InvalidInput, match="agent-not-joined"):
        identity.identity(layout)


def test_what_a_departure_left_half_deleted_goes_with_the_next_start(layout: Layout) -> None:
    half = layout.trash / "1-build"
    half.mkdir(parents=True)
    (half / "file").write_text("")
    depart(layout, departed())
    assert not half.exists()


def test_a_prefix_that_a_process_uses_stays(layout: Layout) -> None:
    prefix = layout.prefix(ENVIRONMENT, 1, "build")
    with (prefix / ".venvoy-pin").open() as pin:
        import fcntl  # noqa: PLC0415 - POSIX only

        fcntl.flock(pin, fcntl.LOCK_SH)
        assert depart(layout, departed()) == [prefix]
    assert prefix.is_dir()
