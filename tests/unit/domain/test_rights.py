"""A machine's own file: what it says holds, and what it says wrongly allows nothing."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venvoy.domain.errors import InvalidInput
from venvoy.domain.rights import DEFAULT, Rights, read

WHOLE = """
[prefixes]
users = ["ada", "bob", "ada"]
groups = ["data"]
[run]
allowed = true
user = "jobs"
"""


def test_what_is_written_holds() -> None:
    assert read(WHOLE, "f") == Rights(("ada", "bob"), ("data",), run=True, run_as="jobs")
    assert read("[run]\nallowed = false", "f") == Rights(run=False)


def test_what_is_not_written_is_as_without_a_file() -> None:
    for text in ("", "# nothing", "[prefixes]", "[run]\n[prefixes]\n"):
        assert read(text, "f") == DEFAULT


@pytest.mark.parametrize(
    ("text", "code", "about"),
    [
        ("[run", "rights-unreadable", ""),
        ("run = 1", "rights-value-invalid", "[run]"),
        ("[run]\nallowed = 'yes'", "rights-value-invalid", "run.allowed"),
        ("[run]\nallowed = 1", "rights-value-invalid", "run.allowed"),
        ("[run]\nuser = ''", "rights-value-invalid", "run.user"),
        ("[run]\nuser = ['a']", "rights-value-invalid", "run.user"),
        ("[prefixes]\nusers = 'ada'", "rights-value-invalid", "prefixes.users"),
        ("[prefixes]\ngroups = [1]", "rights-value-invalid", "prefixes.groups"),
        ("[prefixes]\ngroups = ['']", "rights-value-invalid", "prefixes.groups"),
        ("[prefixes]\ngroup = ['data']", "rights-key-unknown", "prefixes.group"),
        ("[runs]\nallowed = false", "rights-key-unknown", "runs"),
        ("allowed = false", "rights-key-unknown", "allowed"),
        ("[[run]]\nallowed = true", "rights-value-invalid", "[run]"),
        ("\x00", "rights-unreadable", ""),
        (f"[run]\n{'x' * 5000} = 1", "rights-key-unknown", "run.x"),
    ],
)
def test_what_cannot_be_understood_is_named(text: str, code: str, about: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read(text, "/etc/venvoy/node.toml")
    assert refused.value.code == code
    assert refused.value.params["path"] == "/etc/venvoy/node.toml"
    assert str(refused.value.params.get("key", "")).startswith(about)
    assert all(len(str(value)) < 200 for value in refused.value.params.values())


@given(st.text())
def test_whatever_stands_in_it_is_read_or_refused(text: str) -> None:
    with suppress(InvalidInput):
        assert isinstance(read(text, "f"), Rights)
