"""When a failed build is tried again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venvoy.domain.backoff import Again, Backoff, next_try, reconnect_delay
from venvoy.domain.cause import Cause, Hop, Step

PLAIN = Backoff(spread=0.0)


def cause(hop: Hop = Hop.MIRROR, *, transient: bool = True) -> Cause:
    return Cause("x", Step.FETCH, hop, transient=transient)


def test_what_cannot_pass_by_itself_is_not_tried_again() -> None:
    assert next_try(cause(transient=False), 1, 0.5, PLAIN) is None


def test_the_first_tries_come_quickly_and_double() -> None:
    waits = [next_try(cause(), attempt, 0.5, PLAIN) for attempt in range(1, 5)]
    assert waits == [
        Again(1.0, failed=False),
        Again(2.0, failed=False),
        Again(4.0, failed=False),
        Again(8.0, failed=False),
    ]


@pytest.mark.parametrize("hop", [Hop.MIRROR, Hop.PROXY, Hop.CONTROLLER, Hop.GATEWAY])
def test_causes_outside_the_node_are_tried_slowly_for_ever(hop: Hop) -> None:
    assert next_try(cause(hop), 5, 0.5, PLAIN) == Again(30.0, failed=True)
    assert next_try(cause(hop), 6, 0.5, PLAIN) == Again(60.0, failed=True)
    assert next_try(cause(hop), 10_000, 0.5, PLAIN) == Again(300.0, failed=True)


@pytest.mark.parametrize("hop", [Hop.NODE, Hop.UV, Hop.PACKAGE])
def test_causes_on_the_node_are_given_up_after_the_quick_tries(hop: Hop) -> None:
    assert next_try(cause(hop), 4, 0.5, PLAIN) is not None
    assert next_try(cause(hop), 5, 0.5, PLAIN) is None


def test_a_full_disk_is_failed_at_once_and_tried_slowly_until_somebody_makes_room() -> None:
    full = cause(Hop.DISK, transient=False)
    assert next_try(full, 1, 0.5, PLAIN) == Again(30.0, failed=True)
    assert next_try(full, 2, 0.5, PLAIN) == Again(60.0, failed=True)
    assert next_try(full, 10_000, 0.5, PLAIN) == Again(300.0, failed=True)


def test_a_disk_that_stumbles_is_tried_quickly_first() -> None:
    assert next_try(cause(Hop.DISK), 1, 0.5, PLAIN) == Again(1.0, failed=False)
    assert next_try(cause(Hop.DISK), 5, 0.5, PLAIN) == Again(30.0, failed=True)


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_a_wait_is_positive_and_bounded_whatever_chance_says(attempt: int, jitter: float) -> None:
    again = next_try(cause(), attempt, jitter, Backoff())
    assert again is not None
    assert 0 < again.after_s <= 300


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_a_reconnection_is_never_far_away(attempt: int, jitter: float) -> None:
    assert 0 < reconnect_delay(attempt, jitter) <= 15
