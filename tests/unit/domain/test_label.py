"""Labels: small words to select by; what is refused says what the bound is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venvoy.domain.errors import InvalidInput
from venvoy.domain.label import COUNT_LIMIT, check_labels, label_filter, merged

KEYS = st.from_regex(r"[a-z0-9][a-z0-9._/-]{0,20}", fullmatch=True)
LABELS = st.dictionaries(KEYS, st.text("abc ünï中文", max_size=20), max_size=8)


@given(LABELS, st.dictionaries(KEYS, st.none() | st.text("xyz", max_size=5), max_size=8))
def test_a_change_sets_and_takes_away_and_leaves_the_rest(
    labels: dict[str, str], changes: dict[str, str | None]
) -> None:
    after = merged(labels, changes)
    for key in labels.keys() | changes.keys():
        assert after.get(key) == (changes[key] if key in changes else labels[key])
    assert merged(after, changes) == after


@pytest.mark.parametrize(
    ("labels", "code", "params"),
    [
        ({"Ω": ""}, "label-key-invalid", {"key": "Ω"}),
        ({"": ""}, "label-key-invalid", {"key": ""}),
        ({"UPPER": ""}, "label-key-invalid", {"key": "UPPER"}),
        (
            {"rack": "x" * 65_536},
            "label-value-too-long",
            {"key": "rack", "length": 65_536, "limit": 255},
        ),
        ({"rack": "\x1b[31m"}, "text-control-characters", {"field": "labels.rack"}),
        (
            {f"k{n}": "" for n in range(COUNT_LIMIT + 1)},
            "labels-too-many",
            {"count": 65, "limit": 64},
        ),
    ],
)
def test_what_is_no_label_is_refused(
    labels: dict[str, str], code: str, params: dict[str, object]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_labels(labels)
    assert refused.value.code == code
    assert refused.value.params == params


def test_a_filter_is_read_from_pairs() -> None:
    assert label_filter(["a=1", "b=", "c=x=y", "a=2"]) == {"a": ["1", "2"], "b": [""], "c": ["x=y"]}
    for pair in ("", "a", "=1"):
        with pytest.raises(InvalidInput):
            label_filter([pair])
