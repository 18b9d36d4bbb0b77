"""Chinese and long words wrap, and tables fit into a terminal."""

from hypothesis import given
from hypothesis import strategies as st

from venvoy.cli.cells import columns, pad, row_lines, width, wrap

TEXT = st.text(alphabet="ab 依赖，。`-", max_size=60)


def test_a_chinese_character_takes_two_cells_and_an_accent_none() -> None:
    assert (width("ab"), width("依赖"), width("e\u0301")) == (2, 4, 1)
    assert pad("依", 4) == "依  "


def test_words_stay_whole_where_they_can() -> None:
    assert wrap("the quick brown fox", 10) == ["the quick", "brown fox"]
    assert wrap("abcdefghij", 4) == ["abcd", "efgh", "ij"]
    assert wrap("", 4) == [""]


def test_no_line_begins_with_a_closing_mark() -> None:
    assert wrap("依赖文件，可重复", 8) == ["依赖文件，", "可重复"]


@given(TEXT, st.integers(4, 20))
def test_wrapping_loses_no_character_and_keeps_to_the_width(text: str, cells: int) -> None:
    lines = wrap(text, cells)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(width(line) <= cells + 2 for line in lines)


def test_columns_give_way_from_the_right() -> None:
    rows = [["NAME", "NODES", "TITLE"], ["n" * 20, "x" * 20, "y" * 60]]
    assert columns(rows, 200, 2) == [20, 20, 60]
    assert columns(rows, 80, 2) == [20, 20, 36]
    assert columns(rows, 58, 2) == [20, 18, 16]
    assert columns(rows, 50, 2) == [20, 16, 10]


def test_an_id_in_the_first_column_is_the_last_to_be_broken() -> None:
    row = ["i" * 36, "resolve", "succeeded", "e" * 20, "n" * 20, "5m"]
    assert columns([row], 80, 2) == [36, 7, 9, 8, 8, 2]


def test_a_table_that_cannot_fit_keeps_columns_that_can_be_read() -> None:
    assert columns([["x" * 30] * 5], 20, 2) == [6] * 5


def test_a_row_takes_as_many_lines_as_its_longest_cell() -> None:
    assert row_lines(["a", "one two"], [4, 4]) == [["a", "one"], ["", "two"]]
