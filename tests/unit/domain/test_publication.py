"""What is done with a key of the bucket, for everything that can stand there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venvoy.domain.publication import Publication, Standing, publication
from venvoy.domain.reconcile import Version

WANTED = Version(2, 5)


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        (None, Publication.PUT),
        (Standing(None), Publication.PUT),
        (Standing(Version(2, 4)), Publication.PUT),
        (Standing(Version(1, 9)), Publication.PUT),
        (Standing(WANTED), Publication.PUT),
        (Standing(WANTED, same=True), Publication.NOTHING),
        (Standing(Version(2, 6)), Publication.AHEAD),
        (Standing(Version(3, 1)), Publication.AHEAD),
    ],
)
def test_the_bucket_follows_the_database(there: Standing | None, expected: Publication) -> None:
    assert publication(WANTED, there) is expected


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        (None, Publication.NOTHING),
        (Standing(WANTED, tombstone=True), Publication.TAKE_AWAY),
        (Standing(WANTED), Publication.NOTHING),
        (Standing(None), Publication.NOTHING),
    ],
)
def test_only_a_confirmed_removal_is_taken_away(
    there: Standing | None, expected: Publication
) -> None:
    assert publication(None, there) is expected


versions = st.builds(Version, st.integers(1, 4), st.integers(1, 4))


@given(st.lists(versions, min_size=1))
def test_what_is_put_is_never_older_than_what_stands_there(order: list[Version]) -> None:
    standing: Version | None = None
    for wanted in order:
        there = None if standing is None else Standing(standing, same=standing == wanted)
        if publication(wanted, there) is Publication.PUT:
            assert standing is None or wanted > standing
            standing = wanted
    assert standing == max(order)
