"""What the client library says only by the way becomes an event, fit for a log."""

import pytest

from venvoy.bus.events import ClientTrouble, PermissionViolation, clean, read_trouble


@pytest.mark.parametrize(
    ("said", "event"),
    [
        (
            'nats: permissions violation for publish to "$js.api.info"',
            PermissionViolation("publish", "$js.api.info"),
        ),
        (
            'nats: Permissions Violation for Subscription to "up.>" using queue "q"',
            PermissionViolation("subscription", "up.>"),
        ),
        ("nats: slow consumer", ClientTrouble("nats: slow consumer")),
        ("", ClientTrouble("RuntimeError")),
    ],
)
def test_trouble_has_a_type(said: str, event: object) -> None:
    assert read_trouble(RuntimeError(said)) == event


def test_a_text_from_outside_is_one_short_line() -> None:
    assert clean("a\r\nb\x1b[31mc\x9b") == "a b [31mc"
    assert len(clean("x" * 1_000)) == 300
