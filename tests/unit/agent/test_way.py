"""Which ways to NATS an agent tries, and whom it believes on each."""

from datetime import UTC, datetime

from venvoy.agent.way import Way
from venvoy.wire.certificates import make_authority
from venvoy.wire.nodes import NodeCredentials

NODE = "0190a0b0-0000-7000-8000-000000000001"
CA = make_authority("Venvoy", datetime.now(UTC)).certificate.decode()
PROXY = "http://user:secret@proxy.example.org:3128"


def granted(ca: str | None = CA) -> NodeCredentials:
    urls = ["tls://controller.example.org:7301"]
    return NodeCredentials(jwt="", nats_urls=urls, nats_ca=ca, expires_at=datetime.now(UTC))


def test_straight_first_then_behind_http() -> None:
    first = Way("https://controller.example.org:7300", CA).to_nats(NODE, granted())
    assert list(first.urls) == ["tls://controller.example.org:7301"]
    assert first.tls is not None
    behind = first.otherwise
    assert behind is not None
    assert list(behind.urls) == ["wss://controller.example.org:7300/nats"]
    assert behind.tls is not None
    assert (behind.trust_env, behind.otherwise) == (True, None)
    assert first.inbox == behind.inbox == f"_INBOX.{NODE}"


def test_with_a_proxy_only_behind_http() -> None:
    only = Way("https://controller.example.org:7300", CA, PROXY).to_nats(NODE, granted())
    assert list(only.urls) == ["wss://controller.example.org:7300/nats"]
    assert (only.proxy, only.otherwise) == (PROXY, None)
    assert "secret" not in repr(only)
    assert "secret" not in repr(Way("https://controller.example.org", CA, PROXY))


def test_this_machine_is_never_reached_through_a_proxy() -> None:
    first = Way("http://127.0.0.1:7300", None, PROXY).to_nats(NODE, granted(None))
    assert (first.tls, first.proxy) == (None, None)
    behind = first.otherwise
    assert behind is not None
    assert list(behind.urls) == ["ws://127.0.0.1:7300/nats"]
    assert (behind.tls, behind.proxy, behind.trust_env) == (None, None, False)
