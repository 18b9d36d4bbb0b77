"""Windows: open for their duration from each opening on, by the clocks of their zone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venvoy.domain.errors import InvalidInput
from venvoy.domain.rollout import OPEN, Gate, Mode, Reason
from venvoy.domain.sync import Sync, parse_sync
from venvoy.domain.window import parse_window

NIGHT = "0 2 * * SAT/4h/Asia/Shanghai"
TIMES = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(  # noqa: DTZ001 - given UTC
    lambda at: at.replace(tzinfo=UTC)
)


@given(TIMES)
def test_it_is_open_for_its_duration_after_each_opening(now: datetime) -> None:
    window = parse_window(NIGHT)
    opens = window.opens(now)
    assert opens > now
    assert window.closes(opens) == opens + timedelta(hours=4)
    assert window.closes(opens + timedelta(hours=4)) is None
    assert window.closes(opens - timedelta(seconds=1)) is None
    closes = window.closes(now)
    assert closes is None or now < closes <= now + timedelta(hours=4)


def test_the_fields_are_of_the_zones_clocks() -> None:
    window = parse_window(NIGHT)
    friday = datetime(2026, 11, 27, 12, tzinfo=UTC)
    assert window.opens(friday) == datetime(2026, 11, 27, 18, tzinfo=UTC)


def test_a_window_that_opens_in_an_hour_that_is_skipped_opens_right_after() -> None:
    window = parse_window("30 2 * * */1h/Europe/Berlin")
    before = datetime(2026, 3, 28, 12, tzinfo=UTC)  # the clocks go forward in the next night
    assert window.opens(before) == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_steps_and_zones_have_strokes_of_their_own() -> None:
    window = parse_window("*/15 8-18 1,15 * MON-FRI/10m/America/Argentina/Ushuaia")
    assert (window.cron, window.zone) == (
        "*/15 8-18 1,15 * MON-FRI",
        "America/Argentina/Ushuaia",
    )
    assert window.lasts == timedelta(minutes=10)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "window-invalid"),
        ("0 2 * *", "window-invalid"),
        ("0 2 * */4h/UTC", "window-invalid"),
        ("0 2 * * */4h", "window-invalid"),
        ("0 2 * * */4/UTC", "window-invalid"),
        ("0 25 * * */4h/UTC", "window-cron-invalid"),
        ("0 2 * * FUNDAY/4h/UTC", "window-cron-invalid"),
        ("0 2 30 2 */4h/UTC", "window-cron-invalid"),
        ("0 2 * * */4h/Moon/Base", "window-zone-unknown"),
        ("0 2 * * */4h/../../etc/passwd", "window-invalid"),
        ("0 2 * * */4h//etc/passwd", "window-zone-unknown"),
        ("0 2 * * */30s/UTC", "window-length-invalid"),
        ("0 2 * * */8d/UTC", "window-length-invalid"),
        ("0 2 * * */4h/UTC" + "x" * 300, "window-invalid"),
    ],
)
def test_what_is_no_window_is_refused(text: str, code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_window(text)
    assert caught.value.code == code


NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "released", "gate"),
    [
        (None, False, OPEN),
        ("auto", False, OPEN),
        ("manual", False, Gate(Reason.NOT_RELEASED)),
        ("manual", True, OPEN),
        ("window:0 12 * * */1h/UTC", False, OPEN),
        (
            "window:0 13 * * */1h/UTC",
            False,
            Gate(Reason.WINDOW_CLOSED, datetime(2026, 11, 27, 13, tzinfo=UTC)),
        ),
        ("window:0 13 * * */1h/UTC", True, OPEN),
    ],
)
def test_a_policy_lets_nodes_move_or_says_what_they_wait_for(
    text: str | None, released: bool, gate: Gate
) -> None:
    assert parse_sync(text).gate(NOW, released=released) == gate


def test_what_says_nothing_of_when_is_refused() -> None:
    assert parse_sync("manual") == Sync(Mode.MANUAL)
    for text in ("", "Auto", "window", "now"):
        with pytest.raises(InvalidInput) as caught:
            parse_sync(text)
        assert caught.value.code == "sync-invalid"
