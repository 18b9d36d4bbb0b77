"""How often signing in may fail."""

import pytest

from venvoy.api import throttle
from venvoy.api.throttle import PER_ADDRESS, PER_PAIR, PER_USER, WINDOW_SECONDS, Throttle
from venvoy.domain.errors import RateLimited


def fail(limits: Throttle, times: int, username: str = "ann", address: str = "a") -> None:
    for moment in range(times):
        limits.begin(username, address, float(moment))


def test_the_limit_is_reached_by_failures_and_passes_with_time() -> None:
    limits = Throttle()
    fail(limits, PER_PAIR)
    with pytest.raises(RateLimited) as caught:
        limits.begin("ann", "a", 100.0)
    assert caught.value.params["retry_after"] == int(WINDOW_SECONDS - 100) + 1
    limits.begin("ann", "a", WINDOW_SECONDS)
    with pytest.raises(RateLimited):
        limits.begin("ann", "a", WINDOW_SECONDS)


def test_another_user_and_another_address_are_not_concerned() -> None:
    limits = Throttle()
    fail(limits, PER_PAIR)
    limits.begin("bob", "a", 20.0)
    limits.begin("ann", "b", 20.0)


def test_a_success_forgets_the_users_failures_at_the_address() -> None:
    limits = Throttle()
    for _ in range(5):
        fail(limits, PER_PAIR - 1)
        limits.begin("ann", "a", 50.0)
        limits.succeeded("ann", "a")


def test_success_never_counts() -> None:
    limits = Throttle()
    for moment in range(PER_USER * 3):
        limits.begin("ann", "a", float(moment) / 100)
        limits.succeeded("ann", "a")


def test_an_address_that_tries_many_users_is_stopped() -> None:
    limits = Throttle()
    for number in range(PER_ADDRESS):
        limits.begin(f"user{number}", "a", 1.0)
    with pytest.raises(RateLimited):
        limits.begin("ann", "a", 2.0)
    limits.begin("ann", "b", 2.0)


def test_many_addresses_that_try_one_user_are_stopped() -> None:
    limits = Throttle()
    for number in range(PER_USER):
        limits.begin("ann", f"address{number}", 1.0)
    with pytest.raises(RateLimited):
        limits.begin("ann", "fresh", 2.0)


def test_memory_is_bounded_and_the_newest_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "_KEYS", 40)
    limits = Throttle()
    for number in range(500):
        limits.begin(f"user{number}", f"address{number}", float(number) / 1000)
    assert len(limits._failures) <= 43
    assert ("user499", "address499") in limits._failures
