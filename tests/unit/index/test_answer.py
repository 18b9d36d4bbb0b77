import pytest

from venvoy.index.answer import Answered, answered, content_range, request_headers
from venvoy.index.problem import FetchFailed, ProblemKind

URL = "https://m.example.org/f"


def test_a_first_request_asks_for_everything_as_it_is() -> None:
    assert request_headers(0, '"tag"') == {"Accept-Encoding": "identity"}


def test_a_further_request_asks_for_the_rest_of_the_same_thing() -> None:
    headers = request_headers(5, '"tag"')
    assert (headers["Range"], headers["If-Range"]) == ("bytes=5-", '"tag"')


@pytest.mark.parametrize("etag", [None, 'W/"tag"'])
def test_a_weak_tag_is_not_sent(etag: str | None) -> None:
    assert "If-Range" not in request_headers(5, etag)


@pytest.mark.parametrize(
    ("status", "headers", "expected"),
    [
        (200, {"Content-Length": "10"}, Answered(0, 10)),
        (200, {}, Answered(0, None)),
        (206, {"Content-Range": "bytes 4-9/10", "Content-Length": "6"}, Answered(4, 10)),
        (206, {"Content-Range": "bytes 4-9/*"}, Answered(4, None)),
    ],
)
def test_an_answer_says_where_it_starts(
    status: int, headers: dict[str, str], expected: Answered
) -> None:
    assert answered(URL, status, headers, 4, 10) == expected


@pytest.mark.parametrize(
    ("status", "headers", "kind"),
    [
        (200, {"Content-Length": "11"}, ProblemKind.SIZE_MISMATCH),
        (206, {"Content-Range": "bytes 4-9/11"}, ProblemKind.SIZE_MISMATCH),
        (206, {"Content-Range": "bytes 3-9/10"}, ProblemKind.UNREADABLE),
        (206, {}, ProblemKind.UNREADABLE),
        (204, {}, ProblemKind.UNREADABLE),
    ],
)
def test_an_answer_that_does_not_fit_is_refused(
    status: int, headers: dict[str, str], kind: ProblemKind
) -> None:
    with pytest.raises(FetchFailed) as failure:
        answered(URL, status, headers, 4, 10)
    assert failure.value.problem.kind is kind


@pytest.mark.parametrize("value", ["", "bytes", "bytes */10", "bytes -1-2/3", "items 1-2/3"])
def test_a_range_that_says_nothing_is_nothing(value: str) -> None:
    assert content_range({"Content-Range": value}) is None
