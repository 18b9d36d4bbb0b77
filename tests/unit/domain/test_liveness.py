"""Silence proves something only while somebody listens."""

from datetime import UTC, datetime, timedelta

from venvoy.domain.liveness import silent_before

START = datetime(2026, 1, 1, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def test_who_just_began_to_listen_calls_nobody_offline() -> None:
    assert silent_before(after(44), START, 45) is None


def test_who_listened_long_enough_does() -> None:
    assert silent_before(after(45), START, 45) == START
    assert silent_before(after(100), START, 45) == after(55)
