"""Text from outside becomes one harmless line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venvoy.domain.logtext import LIMIT, clean


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("plain text", "plain text"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;window title\x07shown", "shown"),
        ("\x1b]8;;http://example.org\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("one\ntwo\r\n", "onetwo"),
        ("a\x00b\x7fc\x9bd", "abcd"),
        ("col\tumn", "col\tumn"),
        ("\u202eevil\u202c", "evil"),
        ("中文 ✓", "中文 ✓"),
        ("\ud800", ""),
    ],
)
def test_controls_go_and_words_stay(given_text: str, kept: str) -> None:
    assert clean(given_text) == kept


def test_a_long_line_is_cut() -> None:
    assert len(clean("x" * (LIMIT + 5))) == LIMIT


@given(st.text())
def test_what_was_cleaned_is_printable_utf8_and_stays(text: str) -> None:
    once = clean(text)
    once.encode()
    assert clean(once) == once
    assert not any(ord(character) < 32 and character != "\t" for character in once)
