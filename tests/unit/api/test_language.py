"""`Accept-Language` decides by weight, not by order."""

import pytest
from starlette.datastructures import Headers

from venvoy.api.language import language_of


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("en;q=0.2, zh", "zh-CN"),
        ("zh;q=0, en", "en"),
        ("zh-TW;q=x, en;q=0.1", "en"),
        ("fr, de;q=0.9, zh;q=0.1", "zh-CN"),
        ("*;q=0.5", "en"),
        (",;,q=1", "en"),
    ],
)
def test_the_most_wanted_language_that_is_there(header: str | None, language: str) -> None:
    headers = Headers({} if header is None else {"accept-language": header})
    assert language_of(headers) == language
