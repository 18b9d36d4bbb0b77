"""The bench's arithmetic, and pages that keep their size on the way out."""

import json

import pytest

from bench.announce import announced
from bench.figures import Ceiling, Figure, Limit, Row, Spread
from bench.recorder import root_of, served

LIMIT = Limit(1.3, 0.3, "≤ 1.3 × + 0.3 s")
PAGE = b'{"files":[{"url":"https://files.example.org/packages/aa/bb/cc/six-1.0.tar.gz"}]}'


@pytest.mark.parametrize(("product", "holds"), [(1.6, True), (1.61, False)])
def test_a_limit_is_a_factor_and_seconds(product: float, holds: bool) -> None:
    assert LIMIT.holds(product, 1.0) is holds


def test_a_row_is_judged_by_its_medians() -> None:
    row = Row("a", "b", LIMIT, (1.0, 9.0, 1.2), (1.0, 3.0, 1.0))
    assert row.ratio == pytest.approx(1.2)
    assert row.holds is True


def test_ratios_are_those_of_pairs() -> None:
    row = Row("a", "b", None, (1.0, 6.0), (2.0, 3.0))
    assert row.ratios == Spread(0.5, 1.25, 2.0)
    assert row.holds is None


def test_pairs_are_complete() -> None:
    with pytest.raises(ValueError, match="shorter"):
        _ = Row("a", "b", LIMIT, (1.0, 2.0), (1.0,)).ratios


@pytest.mark.parametrize(("values", "holds"), [((0.2, 1.0, 9.0), True), ((1.1,), False)])
def test_a_figure_is_judged_by_its_median(values: tuple[float, ...], holds: bool) -> None:
    assert Figure("a", "b", "s", Ceiling(1.0, "≤ 1 s"), values).holds is holds


def test_a_served_page_differs_in_its_addresses_only() -> None:
    page = served(PAGE, "http://127.0.0.1:1")
    assert page == PAGE.replace(b"https://files.example.org", b"http://127.0.0.1:1")


def test_a_page_without_files_is_served_as_it_is() -> None:
    assert root_of(b'{"files":[]}') is None
    assert served(b'{"files":[]}', "http://127.0.0.1:1") == b'{"files":[]}'


def test_metadata_is_announced_of_the_given_wheels() -> None:
    page = b'{"files":[{"filename": "a-1.whl"},{"filename": "a+1.whl"}]}'
    told = announced(page, ["a+1.whl"])
    assert json.loads(told)["files"] == [
        {"filename": "a-1.whl"},
        {"filename": "a+1.whl", "core-metadata": True},
    ]
    assert announced(told, ["a-1.whl"]) == told
    assert announced(page, []) == page
