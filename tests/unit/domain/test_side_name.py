"""How one side of a comparison is named, and what names none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venvoy.domain.errors import InvalidInput
from venvoy.domain.side_name import SideName, parse_side


def test_the_forms() -> None:
    assert parse_side("web") == SideName("web")
    assert parse_side("web@12") == SideName("web", 12)
    assert parse_side("web@stable") == SideName("web", "stable")
    assert parse_side("web@node") == SideName("web", "node")
    assert parse_side("web@node:crawler-1") == SideName("web", node="crawler-1")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("", "side-invalid"),
        ("@1", "side-invalid"),
        ("web@", "side-invalid"),
        ("web@1@2", "side-invalid"),
        ("web@node:", "side-invalid"),
        ("Web@1", "name-invalid"),
        ("web@a b", "tag-invalid"),
        ("web@-1", "tag-invalid"),
        ("web@node:../x", "name-invalid"),
    ],
)
def test_what_names_nothing_is_refused(given: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_side(given)
    assert refused.value.code == code


@given(st.text(max_size=200))
def test_nothing_else_comes_out_of_any_text(text: str) -> None:
    try:
        parse_side(text)
    except InvalidInput:
        return
