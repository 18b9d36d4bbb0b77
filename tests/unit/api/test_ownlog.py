"""Lines of the process' log cannot be forged."""

from venvoy.api.ownlog import _line


def test_a_line_is_one_line_whatever_the_values() -> None:
    event = {
        "timestamp": "2026-01-01T00:00:00Z",
        "level": "warning",
        "event": "part fails",
        "part": "outbox",
        "reason": "a\nb \x1b[31mred",
        "name": "环境",
        "count": 3,
    }
    assert _line(None, "", event) == (
        '2026-01-01T00:00:00Z warning "part fails" part=outbox'
        ' reason="a\\nb \\u001b[31mred" name=环境 count=3'
    )
