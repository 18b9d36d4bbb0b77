"""The difference that a refused edit shows."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venvoy.domain.difference import describe

values = st.none() | st.text(max_size=3) | st.lists(st.text(max_size=2)) | st.integers()
documents = st.dictionaries(st.text(max_size=2), values)


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ({"a": ["x", "y"]}, {"a": ["y", "z"]}, ["a: + z", "a: - x"]),
        ({"t": "old"}, {"t": "new"}, ["t: old → new"]),
        ({"t": ""}, {"t": "new"}, ["t: – → new"]),
        ({"l": {"k": "1", "m": "2"}}, {"l": {"k": "3", "m": "2"}}, ["l.k: 1 → 3"]),
        ({"l": {}}, {"l": {"k": "1"}}, ["l.k: – → 1"]),
        ({}, {"a": 1}, ["a: – → 1"]),
        ({"a": [1]}, {"a": [1]}, []),
    ],
)
def test_each_change_is_a_line(
    before: dict[str, Any], after: dict[str, Any], lines: list[str]
) -> None:
    assert describe(before, after) == lines


@given(documents)
def test_equal_documents_do_not_differ(document: dict[str, Any]) -> None:
    assert describe(document, dict(document)) == []


def test_much_is_cut_and_says_how_much() -> None:
    lines = describe({"a": []}, {"a": ["x" * 500] + [str(n) for n in range(40)]})
    assert len(lines) == 20
    assert lines[-1] == "… +22"
    assert max(map(len, lines)) == 200
