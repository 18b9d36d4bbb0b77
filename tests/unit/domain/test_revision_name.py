"""What may name a revision."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venvoy.domain.errors import InvalidInput
from venvoy.domain.revision_name import check_tag, number_or_tag

TAGS = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,62}", fullmatch=True)


@given(TAGS)
def test_a_tag_is_never_taken_for_a_number(tag: str) -> None:
    if tag.isdecimal():
        with pytest.raises(InvalidInput, match="tag-numeric"):
            check_tag(tag)
    else:
        assert number_or_tag(check_tag(tag)) == tag


@given(st.integers(0, 999_999_999))
def test_a_number_is_a_number(number: int) -> None:
    assert number_or_tag(str(number)) == number


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("", "tag-invalid"),
        ("two words", "tag-invalid"),
        ("Stable", "tag-invalid"),
        ("-x", "tag-invalid"),
        ("../x", "tag-invalid"),
        ("x" * 64, "tag-invalid"),
        ("12", "tag-numeric"),
        ("１２", "tag-numeric"),
        ("稳定", "tag-invalid"),
    ],
)
def test_anything_else_is_refused(tag: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_tag(tag)
    assert refused.value.code == code
