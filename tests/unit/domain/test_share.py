"""Numbers of nodes and shares of them: sizes of waves, and how many may fail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venvoy.domain.errors import InvalidInput
from venvoy.domain.share import MOST_WAVES, Share, bounds, parse_budget, parse_share, parse_waves

SHARES = st.builds(Share, st.integers(1, 100), st.booleans())
TOTALS = st.integers(0, 2_000)


@given(SHARES)
def test_a_share_is_read_as_it_is_written(share: Share) -> None:
    assert parse_share(str(share)) == share


@given(SHARES, TOTALS)
def test_a_share_of_all_is_rounded_to_the_named_side(share: Share, total: int) -> None:
    assert share.down(total) <= share.up(total) <= share.down(total) + 1
    if share.percent:
        assert share.down(total) * 100 <= total * share.amount <= share.up(total) * 100


@given(st.lists(SHARES, max_size=6), TOTALS)
def test_waves_rise_to_all_nodes(waves: list[Share], total: int) -> None:
    limits = bounds(waves, total)
    assert limits[-1] == total
    assert list(limits) == sorted(set(limits))
    steps = [b - a for a, b in zip((0, *limits), limits, strict=False)]
    assert all(step <= wave.up(total) for step, wave in zip(steps, waves, strict=False))


def test_one_then_a_tenth_then_the_rest() -> None:
    assert bounds(parse_waves(["1", "10%", "100%"]), 40) == (1, 5, 40)
    assert bounds((), 40) == (40,)
    assert bounds(parse_waves(["3"]), 2) == (2,)


@pytest.mark.parametrize("text", ["0", "0%", "-1", "101%", "1.5", "all", "", "5 nodes", "٣"])
def test_a_wave_that_moves_nobody_or_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="wave-invalid"):
        parse_waves(["1", text])


def test_more_waves_than_anybody_follows_are_refused() -> None:
    with pytest.raises(InvalidInput, match="waves-too-many"):
        parse_waves(["1"] * (MOST_WAVES + 1))


@pytest.mark.parametrize(("text", "of_ten"), [("0", 0), ("2", 2), ("25%", 2), ("100 %", 10)])
def test_a_budget_is_never_larger_than_was_said(text: str, of_ten: int) -> None:
    assert parse_budget(text).down(10) == of_ten


def test_a_budget_that_is_no_number_is_refused() -> None:
    with pytest.raises(InvalidInput, match="failures-invalid"):
        parse_budget("few")
