"""Whatever a node says fits: into JSON, into the database, onto a terminal."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from venvoy.controller.boundary import (
    ITEM_LIMIT,
    NUMBER_LIMIT,
    TEXT_LIMIT,
    bounded,
    bounded_number,
    bounded_text,
    bounded_time,
)

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=20,
)


@given(values)
def test_what_is_kept_is_plain_json_and_stays_as_it_is(value: Any) -> None:
    once = bounded(value)
    json.dumps(once, allow_nan=False).encode()
    assert bounded(once) == once


def test_sizes_end_somewhere() -> None:
    assert len(bounded("x" * 10_000)) == TEXT_LIMIT
    assert len(bounded(list(range(1_000)))) == ITEM_LIMIT
    assert len(bounded({str(number): number for number in range(1_000)})) == ITEM_LIMIT
    assert bounded(10**30) == NUMBER_LIMIT
    assert bounded(float("nan")) is None


def test_depth_ends_somewhere() -> None:
    deep: Any = "bottom"
    for _ in range(100):
        deep = [deep]
    assert "bottom" not in json.dumps(bounded(deep))


def test_ordinary_values_pass_unchanged() -> None:
    facts = {
        "cpus": 8,
        "load": 0.5,
        "up": True,
        "libc": None,
        "interpreters": [{"version": "3.12"}],
    }
    assert bounded(facts) == facts


def test_texts_and_numbers_of_columns() -> None:
    assert bounded_text("a\x1b[1mb", 63) == "ab"
    assert bounded_text(None) is None
    assert bounded_number(-5) == 0
    assert bounded_number(10**12, 100) == 100


@given(st.datetimes(timezones=st.none() | st.timezones()))
def test_every_time_of_a_node_can_be_kept(at: datetime) -> None:
    kept = bounded_time(at)
    assert kept.tzinfo is UTC
    assert bounded_time(kept) == kept


def test_times_keep_their_moment() -> None:
    east = datetime(2026, 1, 2, 11, tzinfo=timezone(timedelta(hours=8)))
    assert bounded_time(east) == east
    assert bounded_time(datetime(2026, 1, 2, 3)) == east  # noqa: DTZ001 - without a zone
