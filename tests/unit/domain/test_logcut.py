"""Which lines of a log are kept: the decisions, for any sizes and any shipments."""

from hypothesis import given
from hypothesis import strategies as st

from venvoy.domain.logcut import continuation, middle, outlived

sizes_of_lines = st.lists(st.integers(1, 50), max_size=60)


def test_a_log_within_its_limit_is_left_alone() -> None:
    assert middle([10, 10, 10], 30) is None
    assert middle([], 10) is None
    assert middle([99], 10) is None


def test_the_beginning_and_the_end_stay() -> None:
    gone = middle([10] * 20, 100)
    assert gone == range(5, 18)


def test_an_earlier_mark_goes_with_the_second_cut() -> None:
    gone = middle([10] * 20, 100, mark=4)
    assert gone is not None
    assert gone.start == 4


@given(sizes_of_lines, st.integers(1, 500))
def test_what_is_kept_fits_and_ends_with_the_last_line(sizes: list[int], limit: int) -> None:
    gone = middle(sizes, limit)
    if gone is None:
        return
    assert 0 <= gone.start < gone.stop < len(sizes)
    kept = [size for index, size in enumerate(sizes) if index not in gone]
    assert sum(kept) <= max(limit, limit // 2 + sizes[-1])


@given(sizes_of_lines, st.integers(1, 500))
def test_every_log_over_its_limit_is_cut(sizes: list[int], limit: int) -> None:
    """Unless all that it has beside its last line fits into the part that is kept."""
    over = len(sizes) > 1 and sum(sizes) > limit
    has_middle = sum(sizes[:-1]) > limit // 2
    assert (middle(sizes, limit) is not None) is (over and has_middle)


def test_lines_that_were_shipped_before_are_skipped() -> None:
    assert continuation(2, [0, 1, 2, 3]) == [2, 3]
    assert continuation(4, [0, 1, 2, 3]) == []


def test_nothing_is_taken_behind_a_hole() -> None:
    assert continuation(0, [1, 2]) == []
    assert continuation(0, [0, 2, 3]) == [0]


@given(st.integers(1, 30), st.data())
def test_any_repetition_of_shipments_in_order_ends_complete(
    total: int, data: st.DataObject
) -> None:
    """Every part is shipped from what was wanted or from earlier: nothing is lost or doubled."""
    held: list[int] = []
    for _ in range(200):
        if len(held) == total:
            break
        start = data.draw(st.integers(0, len(held)))
        stop = data.draw(st.integers(start, total))
        part = list(range(start, max(stop, len(held) + 1)))
        held += [part[index] for index in continuation(len(held), part)]
    assert held == list(range(total))


@given(st.integers(0, 20), st.lists(st.integers(0, 25)))
def test_what_is_taken_has_no_gap_whatever_comes(wanted: int, came: list[int]) -> None:
    taken = [came[index] for index in continuation(wanted, came)]
    assert taken == list(range(wanted, wanted + len(taken)))


def test_the_newest_logs_stay_and_those_that_still_grow() -> None:
    newest_first = ["e", "d", "c", "b", "a"]
    assert outlived(newest_first, {"e", "d", "c", "a"}, 2) == ["c", "a"]
    assert outlived(newest_first, set("abcde"), 5) == []
