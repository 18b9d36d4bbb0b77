"""`If-Match` as it comes from clients."""

import pytest

from venvoy.domain.errors import InvalidInput
from venvoy.domain.version_tag import parse_version


@pytest.mark.parametrize(
    ("given", "version"),
    [(None, None), ("*", None), (" * ", None), ("7", 7), ('"7"', 7), ('W/"7"', 7), ("0", 0)],
)
def test_a_version_is_read(given: str | None, version: int | None) -> None:
    assert parse_version(given) == version


@pytest.mark.parametrize("given", ["", "abc", '"1", "2"', "-1", "1.0", "٣", "1" * 40])
def test_what_is_no_version_is_refused(given: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_version(given)
    assert refused.value.code == "if-match-invalid"
