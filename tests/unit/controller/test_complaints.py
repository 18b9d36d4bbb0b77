"""A node that sends nonsense without end fills no log."""

from structlog.testing import capture_logs

from venvoy.controller.complaints import Complaints


def test_one_line_a_minute_of_each_kind_and_node_tells_how_often() -> None:
    now = 100.0
    complaints = Complaints(lambda: now)
    with capture_logs() as lines:
        for _ in range(5):
            complaints.warn("status-refused", "a", code="message-unreadable")
        complaints.warn("status-refused", "b")
        complaints.warn("heartbeat-unreadable", "a")
        now = 159.9
        complaints.warn("status-refused", "a")
        now = 160.0
        complaints.warn("status-refused", "a")
        complaints.warn("status-refused", "a")
    assert [(line["event"], line["node"], line["count"]) for line in lines] == [
        ("status-refused", "a", 1),
        ("status-refused", "b", 1),
        ("heartbeat-unreadable", "a", 1),
        ("status-refused", "a", 6),
    ]
    assert lines[0]["code"] == "message-unreadable"


def test_what_is_remembered_is_bounded() -> None:
    complaints = Complaints(lambda: 0.0)
    with capture_logs() as lines:
        for number in range(5_000):
            complaints.warn("status-refused", str(number))
    assert len(lines) == 5_000
    assert len(complaints._told) == 4_096
