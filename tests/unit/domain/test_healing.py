"""When a drifted replica is healed by itself, however often it drifts again."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from venvoy.domain.healing import LOOK_BACK, next_heal

NOW = datetime(2026, 1, 2, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ages = st.lists(st.integers(0, 4 * 24 * 60).map(lambda minutes: minutes * MINUTE), max_size=8)


def test_the_first_time_it_is_healed_at_once() -> None:
    assert (next_heal([], NOW).at, next_heal([], NOW).in_row) == (NOW, 0)
    assert next_heal([NOW - 3 * HOUR], NOW).at == NOW


def test_each_heal_in_a_row_waits_longer_and_after_three_it_rests_for_a_day() -> None:
    assert next_heal([NOW - MINUTE], NOW).at == NOW + 4 * MINUTE
    twice = next_heal([NOW - 10 * MINUTE, NOW - MINUTE], NOW)
    assert (twice.at, twice.in_row) == (NOW + 29 * MINUTE, 2)
    heals = [NOW - HOUR, NOW - 50 * MINUTE, NOW - 10 * MINUTE]
    thrice = next_heal(heals, NOW)
    assert (thrice.at, thrice.in_row) == (NOW - 10 * MINUTE + DAY, 3)
    assert next_heal(heals, NOW + DAY).at == NOW + DAY, "then it begins anew"


def test_it_is_bounded_for_what_drifts_at_once_for_ever() -> None:
    heals: list[datetime] = []
    for minute in range(7 * 24 * 60):
        now = NOW + minute * MINUTE
        if next_heal(heals, now).at <= now:
            heals.append(now)
    assert len(heals) <= 3 * 8


@given(ages)
def test_older_heals_than_are_looked_back_to_change_nothing(old: list[timedelta]) -> None:
    heals = [NOW - age for age in old]
    recent = [each for each in heals if each >= NOW - LOOK_BACK]
    all_, few = next_heal(heals, NOW), next_heal(recent, NOW)
    assert (all_.at <= NOW) == (few.at <= NOW)


@given(ages.flatmap(lambda old: st.tuples(st.just(old), st.permutations(old))))
def test_their_order_does_not_matter(both: tuple[list[timedelta], list[timedelta]]) -> None:
    one, other = ([NOW - age for age in ages_] for ages_ in both)
    assert next_heal(one, NOW) == next_heal(other, NOW)
