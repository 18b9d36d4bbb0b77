"""The Pythons of one environment: which node gets which, and what a lock must hold for."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from venvoy.domain.errors import InvalidInput
from venvoy.domain.python import cover, lowest, minors, parse_python
from venvoy.domain.pythons import Override, Pythons, overlap, parse_override

NODE = Override("box", (), "==3.10.*")
GPU = Override("", (("gpu", "yes"),), "==3.11.*")
BIG = Override("", (("gpu", "yes"), ("size", "big")), "==3.13.*")

minor = st.integers(9, 15)
specs = st.one_of(
    minor.map("3.{}".format),
    st.builds("3.{}.{}".format, minor, st.integers(0, 12)),
    minor.map(">=3.{}".format),
    st.tuples(minor, minor).map(lambda two: f">=3.{min(two)},<3.{max(two) + 1}"),
    st.tuples(minor, st.integers(0, 9)).map(lambda two: f">=3.{two[0]}.{two[1]}"),
)
versions = st.builds("3.{}.{}".format, st.integers(9, 16), st.integers(0, 13))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("box=3.11", Override("box", (), "==3.11.*")),
        ("box=>=3.11,<3.13", Override("box", (), "<3.13,>=3.11")),
        ("box===3.11.*", Override("box", (), "==3.11.*")),
        ("gpu=yes=3.11", GPU),
        ("gpu=yes,size=big=3.13", BIG),
        ("gpu=yes=>=3.11,<3.13", Override("", (("gpu", "yes"),), "<3.13,>=3.11")),
        ("tier=3=3.11", Override("", (("tier", "3"),), "==3.11.*")),
        ("gpu==3.11", Override("", (("gpu", ""),), "==3.11.*")),
    ],
)
def test_an_override_is_read(text: str, wanted: Override) -> None:
    assert parse_override(text) == wanted


@pytest.mark.parametrize("text", ["", "box", "=3.11", "box=", "box=snake", "a=b=c", "box=2.7"])
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_override(text)


@given(st.sampled_from([NODE, GPU, BIG]))
def test_an_override_survives_its_text_and_its_document(override: Override) -> None:
    assert parse_override(override.text) == override
    assert Override.of(override.document()) == override


def test_an_override_names_either_a_node_or_labels() -> None:
    for node, select in ((None, {}), ("box", {"gpu": "yes"})):
        with pytest.raises(InvalidInput) as caught:
            Override.made(node, select, "3.11")
        assert caught.value.code == "python-for-invalid"


def test_a_name_counts_before_labels_and_more_labels_before_fewer() -> None:
    pythons = Pythons("==3.12.*", (BIG, GPU, NODE))
    both = {"gpu": "yes", "size": "big"}
    assert pythons.of("box", both) == "==3.10.*"
    assert pythons.of("other", both) == "==3.13.*"
    assert pythons.of("other", {"gpu": "yes"}) == "==3.11.*"
    assert pythons.of("other", {}) == "==3.12.*"
    assert pythons.override("other", {}) is None


def test_two_that_hold_for_one_node_overlap_only_if_they_differ() -> None:
    same = Override("box", (), "==3.11.*")
    assert overlap([GPU, same], "box", {"gpu": "yes"}) is None
    assert overlap([GPU, NODE], "box", {"gpu": "yes"}) == (GPU, NODE)
    assert overlap([GPU, NODE], "box", {}) is None


def test_one_python_is_covered_by_itself() -> None:
    assert cover(["==3.12.*", "==3.12.*"]) == "==3.12.*"


def test_what_lies_between_is_left_out() -> None:
    covered = SpecifierSet(cover(["==3.9.*", "==3.12.*"]))
    assert [m for m in range(8, 15) if f"3.{m}.1" in covered] == [9, 12]


@given(st.lists(specs, min_size=1, max_size=4), versions)
def test_whatever_one_admits_is_covered(given_: list[str], version: str) -> None:
    wanted = [parse_python(each) for each in given_]
    covered = SpecifierSet(cover(wanted), prereleases=True)
    if any(version in SpecifierSet(each, prereleases=True) for each in wanted):
        assert version in covered


@given(st.lists(specs, min_size=2, max_size=4))
def test_a_cover_is_a_python_like_any_other(given_: list[str]) -> None:
    wanted = [parse_python(each) for each in given_]
    covered = cover(wanted)
    assume(covered)
    assert parse_python(covered) == covered
    assert set(minors(covered)) == {each for python in wanted for each in minors(python)}
    assert Version(lowest(covered)) == min(Version(lowest(each)) for each in wanted)
