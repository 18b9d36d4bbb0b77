import pytest
from hypothesis import given
from hypothesis import strategies as st

from venvoy.index import address

PATH = "packages/ab/cd/ef01/six-1.16.0-py2.py3-none-any.whl"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"https://files.example.org/{PATH}", ("https://files.example.org/", PATH)),
        (f"https://m.example.org/pypi/{PATH}#sha256=00", ("https://m.example.org/pypi/", PATH)),
        (f"https://m.example.org/packages/x/{PATH}", ("https://m.example.org/packages/x/", PATH)),
        ("https://m.example.org/files/six-1.16.0.tar.gz", None),
        ("https://m.example.org/packages/ab/cd/../../six.whl", None),
        ("https://m.example.org/packages/ab/cd//six.whl", None),
    ],
)
def test_a_file_url_splits_into_root_and_neutral_path(
    url: str, expected: tuple[str, str] | None
) -> None:
    assert address.split_file_url(url) == expected


@pytest.mark.parametrize(
    ("name", "project"),
    [
        ("Flask_SQLAlchemy-3.0-py3-none-any.whl", "flask-sqlalchemy"),
        ("zope.interface-5.0.tar.gz", "zope-interface"),
        ("python-dateutil-2.8.tar.gz", "python-dateutil"),
        ("odd-name-not-a-version.zip", "odd-name-not-a"),
    ],
)
def test_the_project_is_found_from_the_file_name(name: str, project: str) -> None:
    assert address.project_of(name) == project


def test_a_shown_address_has_no_credentials_query_or_control_characters() -> None:
    shown = address.shown("https://u:p%40ss@example.org:8443/simple/\x1b[31m?token=s3cret#f")
    assert shown == "https://example.org:8443/simple/ [31m"


def test_words_of_others_lose_credentials_in_addresses() -> None:
    assert address.redacted("cannot reach http://u:secret@proxy.example.org:1\nsorry") == (
        "cannot reach http://proxy.example.org:1 sorry"
    )


@pytest.mark.parametrize(
    "name", ["", ".", "..", "a/b", "a\\b", "a b", "a\n", ".part", "é.whl", "a%2f"]
)
def test_what_is_no_file_name_is_refused(name: str) -> None:
    assert not address.is_file_name(name)


@given(st.text())
def test_no_accepted_name_leaves_its_directory(text: str) -> None:
    for accepted in (address.is_file_name(text), address.is_project(text)):
        if accepted:
            assert not set(text) & set('/\\\0\n :"<>|?*')
            assert not text.startswith(".")
