"""Wishes for a Python are read into one form, and the interpreter chosen is explained."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.markers import Marker
from packaging.specifiers import SpecifierSet

from venvoy.domain.errors import InvalidInput
from venvoy.domain.python import (
    Interpreter,
    choose,
    common,
    lowest,
    marker,
    minors,
    parse_python,
    readable,
    same_minor,
)


def at(version: str, path: str = "", **more: str) -> Interpreter:
    return Interpreter(version=version, path=path or f"/opt/python{version}", **more)


@pytest.mark.parametrize(
    ("wish", "python"),
    [
        ("3.12", "==3.12.*"),
        (" 3.12 ", "==3.12.*"),
        ("3.12.*", "==3.12.*"),
        ("3.12.4", "==3.12.4"),
        ("3.13.0rc1", "==3.13.0rc1"),
        ("3", "==3.*"),
        (">=3.11", ">=3.11"),
        (">= 3.11, < 3.14", "<3.14,>=3.11"),
        ("<3.14,>=3.11", "<3.14,>=3.11"),
        ("~=3.11", "~=3.11"),
        (">=3.9,!=3.10.*", "!=3.10.*,>=3.9"),
        ("3.99", "==3.99.*"),
    ],
)
def test_a_wish_becomes_a_specifier_set(wish: str, python: str) -> None:
    assert parse_python(wish) == python
    assert parse_python(python) == python


@pytest.mark.parametrize(
    "wish",
    [
        *("", "abc", "=3.12", "3.12.4.5", "python3.12", "pypy3.10", "===3.12", ">=3.12;rm"),
        *("３.12", "3.x", ">=3.12+local", ">=1!3", "3.12 3.13", ">=", "~=3", "\x00"),
        ">=3.1" + "1" * 300,
    ],
)
def test_what_is_no_version_is_refused(wish: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_python(wish)
    assert caught.value.code == "python-invalid"


@pytest.mark.parametrize("wish", ["2.7", "3.8", "4", ">=4", "<3.9", ">=3.14,<3.11"])
def test_what_no_supported_python_fits_is_refused(wish: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_python(wish)
    assert caught.value.code == "python-unsupported"


@given(st.text(max_size=40))
def test_no_text_raises_anything_else(wish: str) -> None:
    try:
        python = parse_python(wish)
    except InvalidInput:
        return
    assert parse_python(python) == python
    assert minors(python)
    assert lowest(python).startswith("3.")


FOUND = [
    at("3.11.2"),
    at("3.12.1"),
    at("3.12.9"),
    at("3.13.0rc2"),
    at("3.13.0", variant="freethreaded"),
    at("3.10.14", implementation="pypy"),
    at("3.8.18"),
    at("garbage"),
]


@pytest.mark.parametrize(
    ("wish", "version"),
    [
        (None, "3.12.9"),
        ("==3.12.*", "3.12.9"),
        ("==3.12.1", "3.12.1"),
        ("<3.12", "3.11.2"),
        (">=3.11", "3.12.9"),
        ("==3.13.*", "3.13.0rc2"),
    ],
)
def test_the_newest_fitting_final_cpython_is_chosen(wish: str | None, version: str) -> None:
    assert choose(FOUND, wish).version == version


@pytest.mark.parametrize(
    ("specifier", "shown"),
    [
        ("==3.99.*", "3.99"),
        ("==3.12.4", "==3.12.4"),
        ("==3.12.*,!=3.12.1", "==3.12.*,!=3.12.1"),
        (">=3.11,<3.14", ">=3.11,<3.14"),
    ],
)
def test_one_minor_version_is_shown_as_people_write_it(specifier: str, shown: str) -> None:
    assert readable(specifier) == shown


@pytest.mark.parametrize("wish", ["==3.99.*", "==3.10.*", "==3.13.0", "==3.8.*"])
def test_a_wish_that_nothing_fits_says_what_there_is(wish: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        choose(FOUND, wish)
    assert caught.value.code == "python-not-found"
    assert caught.value.params["wanted"] == readable(wish)
    found = caught.value.params["found"]
    assert isinstance(found, list)
    assert {"3.12.9", "3.13.0 (freethreaded)", "3.10.14 (pypy)"} <= set(found)


def test_no_interpreters_at_all() -> None:
    with pytest.raises(InvalidInput) as caught:
        choose([])
    assert caught.value.params == {"wanted": ">=3.9", "found": []}


def test_equal_versions_are_chosen_the_same_in_any_order() -> None:
    equal = [at("3.12.1", path) for path in ("/b", "/a", "/c")]
    for seed in range(6):
        random.Random(seed).shuffle(equal)
        assert choose(equal).path == "/a"


def test_without_a_wish_the_minor_version_is_kept() -> None:
    assert same_minor(at("3.12.9")) == "==3.12.*"
    assert parse_python(same_minor(at("3.13.0rc2"))) == "==3.13.*"


@pytest.mark.parametrize(
    ("python", "first", "last", "bottom"),
    [
        ("==3.12.*", 12, 12, "3.12"),
        ("==3.12.4", 12, 12, "3.12.4"),
        ("<3.14,>=3.11", 11, 13, "3.11"),
        ("<3.12", 9, 11, "3.9"),
        (">=3.12.3", 12, 99, "3.12.3"),
        ("~=3.11", 11, 99, "3.11"),
        (">3.11,<3.13", 11, 12, "3.11"),
        ("!=3.9.*,<3.12", 10, 11, "3.10"),
    ],
)
def test_the_range_of_a_specifier_set(python: str, first: int, last: int, bottom: str) -> None:
    assert (minors(python)[0], minors(python)[-1]) == (first, last)
    assert lowest(python) == bottom


@given(
    st.sampled_from(["==3.12.*", "<3.14,>=3.11", "~=3.11", "!=3.10.*,>=3.9", "==3.12.4"]),
    st.integers(9, 20),
    st.integers(0, 12),
)
def test_the_marker_means_the_specifier_set(python: str, minor: int, patch: int) -> None:
    version = f"3.{minor}.{patch}"
    environment = {"python_full_version": version}
    assert Marker(marker(python)).evaluate(environment) is (version in SpecifierSet(python))


def machine(*versions: str) -> list[Interpreter]:
    return [Interpreter(version, f"/opt/{version}") for version in versions]


@pytest.mark.parametrize(
    ("machines", "python"),
    [
        ([machine("3.11.1", "3.12.4")], "==3.12.*"),
        ([machine("3.11.1", "3.12.4"), machine("3.11.9")], "==3.11.*"),
        ([machine("3.12.1"), machine("3.11.9"), []], "==3.12.*"),
        ([machine("3.14.0rc1"), machine("3.11.9"), machine("3.14.0rc2")], "==3.11.*"),
        ([machine("3.14.0rc1"), []], "==3.14.*"),
    ],
)
def test_of_several_machines_most_decide(machines: list[list[Interpreter]], python: str) -> None:
    assert common(machines) == python


def test_machines_without_a_python_have_none_in_common() -> None:
    with pytest.raises(InvalidInput) as refused:
        common([[], machine("3.6.1")])
    assert refused.value.code == "python-not-found"
    assert refused.value.params["found"] == ["3.6.1"]
