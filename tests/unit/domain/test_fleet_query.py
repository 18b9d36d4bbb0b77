"""What a query over the fleet asks for, and which versions it lets in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from venvoy.domain.errors import InvalidInput
from venvoy.domain.fleet_query import FleetQuery, fleet_query, same_version

VERSIONS = st.builds(
    lambda release, end: ".".join(map(str, release)) + end,
    st.lists(st.integers(0, 12), min_size=1, max_size=3),
    st.sampled_from(["", "rc1", ".dev2", ".post1", "+cu121", "a3"]),
)
CLAUSES = st.builds(
    lambda operator, version: operator + version.partition("+")[0],
    st.sampled_from(["<", "<=", "==", ">=", ">", "!="]),
    VERSIONS,
)


@pytest.mark.parametrize(
    ("text", "name", "specifier"),
    [
        ("requests<2.32", "requests", "<2.32"),
        (" Typing_Extensions ", "typing-extensions", ""),
        ("zope.interface >=5, <6", "zope-interface", "<6,>=5"),
    ],
)
def test_a_requirement_is_read_in_any_spelling(text: str, name: str, specifier: str) -> None:
    assert fleet_query(text, "") == FleetQuery(name, specifier)


@pytest.mark.parametrize(
    ("file", "name", "specifier"),
    [
        ("six-1.16.0-py2.py3-none-any.whl", "six", "==1.16.0"),
        ("Flask_SQLAlchemy-3.0-py3-none-any.whl", "flask-sqlalchemy", "==3.0"),
        ("torch-2.3.0+cu121-cp312-cp312-linux_x86_64.whl", "torch", "==2.3.0+cu121"),
        ("requests-2.31.0.tar.gz", "requests", "==2.31.0"),
    ],
)
def test_the_name_of_a_file_says_its_release(file: str, name: str, specifier: str) -> None:
    assert fleet_query("", file) == FleetQuery(name, specifier, file)


@pytest.mark.parametrize(
    ("requirement", "file", "code"),
    [
        ("", "", "find-one-of-two"),
        ("six", "six-1.16.0-py2.py3-none-any.whl", "find-one-of-two"),
        ("six @ https://example.org/six-1.16.0-py2.py3-none-any.whl", "", "find-url"),
        ("six; sys_platform == 'win32'", "", "find-marker"),
        ("requests[socks]<3", "", "find-extras"),
        ("requests<<3", "", "requirement-invalid"),
        ("-r requirements.txt", "", "requirement-include"),
        ("six\u202e", "", "requirement-control-character"),
        ("", "six.py", "find-file-unreadable"),
        ("", "../six-1.16.0-py2.py3-none-any", "find-file-unreadable"),
        ("", "six-one-py3-none-any.whl", "find-file-unreadable"),
    ],
)
def test_what_cannot_be_looked_for_is_refused(requirement: str, file: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        fleet_query(requirement, file)
    assert refused.value.code == code


@given(st.lists(VERSIONS), st.lists(CLAUSES, min_size=1, max_size=3))
def test_what_is_found_is_what_the_standard_lets_in(versions: list[str], given: list[str]) -> None:
    specifier = SpecifierSet(",".join(given))
    found = FleetQuery("six", str(specifier)).among(versions)
    assert found == sorted(
        {each for each in versions if specifier.contains(Version(each), prereleases=True)}
    )


@given(st.lists(st.text(max_size=8)))
def test_a_name_alone_finds_whatever_is_there(versions: list[str]) -> None:
    assert FleetQuery("six").among(versions) == sorted(set(versions))
    FleetQuery("six", "<2").among(versions)


def test_two_spellings_may_mean_one_version() -> None:
    assert same_version("1.0", "1.0.0")
    assert same_version("1.0-beta", "1.0b0")
    assert not same_version("1.0", "1.0.1")
    assert same_version("of hand", "of hand")
