"""Versions in headers."""

import pytest

from venvoy.api.etags import needed_version, tag, version_in
from venvoy.api.problems import VersionNeeded


@pytest.mark.parametrize("header", ['"7"', "7", 'W/"7"', ' "7" '])
def test_a_version_is_read_in_every_form(header: str) -> None:
    assert needed_version(header) == version_in(header) == "7"


def test_a_star_means_any_and_nothing_is_not_enough() -> None:
    assert needed_version("*") is None
    assert version_in(None) is None
    for header in (None, "", "  "):
        with pytest.raises(VersionNeeded):
            needed_version(header)


def test_a_tag_is_read_back() -> None:
    assert version_in(tag("7")) == "7"
