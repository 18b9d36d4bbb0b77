"""History: merging buckets loses nothing, whatever order values come in; its size is bounded."""

from datetime import UTC, datetime, timedelta
from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from venvoy.domain.history import (
    MINUTES,
    QUARTERS,
    RESOLUTIONS,
    SIXTHS,
    Bucket,
    Figure,
    Figures,
    Metric,
    merge,
    resolution_for,
    spread,
)

MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is the strategy's
# Whole numbers, so that sums do not depend on the order of adding.
VALUES = st.integers(0, 2**40).map(float)
SAMPLES = st.lists(st.dictionaries(st.sampled_from(Metric), VALUES, min_size=1), min_size=1)


def figures(values: dict[Metric, float]) -> dict[Metric, Figure]:
    return {metric: Figure.of(value) for metric, value in values.items()}


@given(SAMPLES, st.randoms())
def test_buckets_merge_to_the_same_whatever_the_order(
    samples: list[dict[Metric, float]], random: object
) -> None:
    nothing: Figures = {}
    shuffled = list(samples)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    half = len(samples) // 2
    whole = reduce(merge, map(figures, samples), nothing)
    assert reduce(merge, map(figures, shuffled), nothing) == whole
    parts = [
        reduce(merge, map(figures, part), nothing) for part in (samples[:half], samples[half:])
    ]
    assert merge(*parts) == whole
    for metric, figure in whole.items():
        values = [sample[metric] for sample in samples if metric in sample]
        assert (figure.count, figure.peak) == (len(values), max(values))
        assert figure.mean == sum(values) / len(values)


@given(MOMENTS)
def test_a_moment_lies_in_one_bucket_of_each_resolution_and_these_nest(at: datetime) -> None:
    starts = [resolution.start(at) for resolution in RESOLUTIONS]
    for resolution, start in zip(RESOLUTIONS, starts, strict=True):
        assert start <= at < start + timedelta(seconds=resolution.seconds)
        assert resolution.start(start) == start
    assert starts == sorted(starts, reverse=True)
    assert [QUARTERS.start(starts[0]), SIXTHS.start(starts[0])] == starts[1:]


@given(MOMENTS)
def test_a_minute_is_added_to_one_bucket_of_each_resolution(at: datetime) -> None:
    minute = Bucket("n", MINUTES.seconds, MINUTES.start(at), figures({Metric.CPU: 1.0}))
    assert [(each.seconds, each.start) for each in spread(minute)] == [
        (resolution.seconds, resolution.start(at)) for resolution in RESOLUTIONS
    ]
    assert {id(each.figures) for each in spread(minute)} == {id(minute.figures)}


@given(MOMENTS, st.integers(0, 400 * 86_400))
def test_the_finest_resolution_that_reaches_back_is_taken(now: datetime, seconds: int) -> None:
    since = now - timedelta(seconds=seconds)
    taken = resolution_for(since, now)
    assert since >= taken.oldest(now) or taken is SIXTHS
    finer = RESOLUTIONS[: RESOLUTIONS.index(taken)]
    assert all(since < each.oldest(now) for each in finer)


def test_a_year_of_a_node_is_a_few_thousand_buckets() -> None:
    assert [each.limit for each in RESOLUTIONS] == [1441, 673, 1465]
