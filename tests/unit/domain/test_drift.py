"""What counts as drift, for any packages and files."""

from hypothesis import given
from hypothesis import strategies as st

from venvoy.domain.drift import (
    Finding,
    Kind,
    Mark,
    Package,
    compare,
    judge,
    night_passed,
    together,
)

NODE = "0190b6c0-0000-7000-8000-000000000001"
DAY = 86_400.0

names = st.sampled_from(["a", "b", "c", "d"])
packages = st.builds(
    Package,
    name=names,
    version=st.sampled_from(["1", "2"]),
    installer=st.sampled_from(["uv", "pip"]),
    record=st.sampled_from(["x", "y"]),
    editable=st.booleans(),
)
held = st.lists(packages, unique_by=lambda each: each.name).map(
    lambda found: {each.name: each for each in found}
)
marks = st.builds(
    Mark,
    there=st.booleans(),
    size=st.none() | st.integers(0, 2),
    sha256=st.none() | st.sampled_from(["x", "y"]),
)


@given(held, held)
def test_each_package_that_differs_is_named_once(
    wanted: dict[str, Package], seen: dict[str, Package]
) -> None:
    differing = {n for n in wanted.keys() | seen.keys() if wanted.get(n) != seen.get(n)}
    found = compare(wanted, seen)
    assert [each.package for each in found] == sorted(differing)


@given(held, held)
def test_what_is_there_and_what_is_wanted_are_told(
    wanted: dict[str, Package], seen: dict[str, Package]
) -> None:
    for each in compare(wanted, seen):
        before, now = wanted.get(each.package), seen.get(each.package)
        assert each.wanted == (before.version if before else "")
        assert each.found == (now.version if now else "")
        assert (each.kind is Kind.MISSING) == (now is None)


def test_each_kind_has_its_word() -> None:
    a = Package("a", "1", "uv", "x")
    kinds = [
        compare(before, after)[0].kind
        for before, after in [
            ({}, {"a": a}),
            ({"a": a}, {}),
            ({"a": a}, {"a": Package("a", "2", "pip", "y")}),
            ({"a": a}, {"a": Package("a", "1", "pip", "x")}),
            ({"a": a}, {"a": Package("a", "1", "uv", "y")}),
            ({"a": a}, {"a": Package("a", "1", "uv", "x", editable=True)}),
            ({}, {"a": Package("a", "1", editable=True)}),
        ]
    ]
    assert kinds == [
        Kind.STRAY,
        Kind.MISSING,
        Kind.OTHER_VERSION,
        Kind.REINSTALLED,
        Kind.REINSTALLED,
        Kind.EDITABLE,
        Kind.EDITABLE,
    ]


@given(marks)
def test_a_file_as_it_was_is_no_drift(mark: Mark) -> None:
    assert judge("a", "a.py", mark, mark) is None


def test_a_file_that_differs_is_named_by_how() -> None:
    wanted = Mark(size=2, sha256="x")
    assert judge("a", "f", wanted, Mark(size=2, sha256="y")) == Finding("a", "f", Kind.EDITED)
    assert judge("a", "f", wanted, Mark(size=3)) == Finding("a", "f", Kind.RESIZED)
    assert judge("a", "f", wanted, Mark(there=False)) == Finding("a", "f", Kind.FILE_MISSING)
    assert judge("a", "f", Mark(there=False), Mark(there=False)) is None
    assert judge("a", "f", wanted, Mark(size=2)) is None, "what was not read is not known"


@given(held, held, st.lists(names, max_size=4))
def test_files_of_another_package_are_not_this_ones(
    wanted: dict[str, Package], seen: dict[str, Package], files: list[str]
) -> None:
    whole = compare(wanted, seen)
    joined = together(whole, [Finding(name, "f.py", Kind.EDITED) for name in files])
    assert list(joined) == sorted(joined)
    other = {each.package for each in whole}
    assert {each.package for each in joined if each.path} == set(files) - other


@given(st.floats(0, 4e9), st.floats(0, 10 * DAY))
def test_every_node_reads_all_its_files_once_a_day(last: float, later: float) -> None:
    passed = night_passed(last, last + later, NODE)
    assert passed or later <= DAY + 1
    assert not passed or later > 0
