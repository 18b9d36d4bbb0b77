"""A search for requirements: taken apart as they are kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venvoy.domain.requirement_query import RequirementQuery, requirement_query


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("numpy>=2", RequirementQuery("numpy", (">=2",))),
        (" NumPy >= 2 , < 3 ", RequirementQuery("numpy", ("<3", ">=2"))),
        ("My.Tool[B_b,a]", RequirementQuery("my-tool", ("a", "b-b"))),
        ("x @ https://example.org/X.whl", RequirementQuery("x", ("https://example.org/x.whl",))),
        ("numpy", RequirementQuery(spellings=("numpy",))),
        ("Scikit_Learn", RequirementQuery(spellings=("scikit-learn", "scikit_learn"))),
        ("scikit_learn [al", RequirementQuery(spellings=("scikit-learn[al", "scikit_learn[al"))),
        ("2.32", RequirementQuery(spellings=("2-32", "2.32"))),
        (">= 2.3", RequirementQuery(spellings=(">=2.3",))),
    ],
)
def test_what_is_searched_for_is_taken_apart(text: str, query: RequirementQuery) -> None:
    assert requirement_query(text) == query


@given(st.text(max_size=40))
def test_any_text_can_be_searched_for(text: str) -> None:
    query = requirement_query(text)
    assert bool(query.name) == bool(query.parts)
    assert bool(query.name) != bool(query.spellings)
