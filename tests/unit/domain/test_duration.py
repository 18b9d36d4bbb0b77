"""Spans of time as people write them."""

import pytest

from venvoy.domain.duration import seconds
from venvoy.domain.errors import InvalidInput


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("90s", 90), ("30m", 1_800), ("24h", 86_400), (" 7 D ", 604_800), ("2w", 1_209_600)],
)
def test_a_span_is_a_number_and_a_unit(text: str, wanted: int) -> None:
    assert seconds(text) == wanted


@pytest.mark.parametrize("text", ["", "24", "h", "-1h", "1.5h", "1h30m", "1y", "9" * 10 + "s"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="duration-invalid"):
        seconds(text)
