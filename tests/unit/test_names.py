"""Names of environments and nodes are safe file names on every platform."""

import string
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from venvoy.domain.errors import InvalidInput
from venvoy.domain.name import check_name, name_of_host

FIRST = string.ascii_lowercase + string.digits
REST = FIRST + "_-"
DEVICES = {"con", "prn", "aux", "nul"} | {f"{p}{n}" for p in ("com", "lpt") for n in range(10)}

well_formed = st.builds(
    str.__add__, st.sampled_from(FIRST), st.text(alphabet=REST, max_size=62)
).filter(lambda name: name not in DEVICES)


def refusal(name: str) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        check_name(name)
    return caught.value


@given(well_formed)
@example("a")
@example("0")
@example("a" * 63)
@example("com10")
def test_well_formed_names_pass_unchanged(name: str) -> None:
    assert check_name(name) == name


@given(st.text(max_size=80))
def test_what_passes_is_one_plain_file_name(name: str) -> None:
    try:
        accepted = check_name(name)
    except InvalidInput:
        return
    assert PurePosixPath("/data", accepted).parts == ("/", "data", accepted)
    assert PureWindowsPath("C:/data", accepted).parts == ("C:\\", "data", accepted)
    assert set(accepted) <= set(REST)
    assert 1 <= len(accepted) <= 63
    assert accepted not in DEVICES


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "name-empty"),
        ("a" * 64, "name-too-long"),
        ("a" * 200, "name-too-long"),
        ("CON", "name-reserved"),
        ("con", "name-reserved"),
        ("lpt9", "name-reserved"),
        ("../x", "name-invalid"),
        ("a/b", "name-invalid"),
        ("a\\b", "name-invalid"),
        ("a b", "name-invalid"),
        ("web\n", "name-invalid"),
        ("Web", "name-invalid"),
        ("-web", "name-invalid"),
        ("_web", "name-invalid"),
        (".", "name-invalid"),
        ("环境", "name-invalid"),
        ("web٣", "name-invalid"),
        ("a\x00b", "name-invalid"),
    ],
)
def test_each_bad_name_is_refused_with_its_reason(name: str, code: str) -> None:
    assert refusal(name).code == code


def test_a_long_name_is_cut_for_display_and_its_length_said() -> None:
    params = refusal("a" * 10_000).params
    assert params["length"] == 10_000
    assert params["limit"] == 63
    assert len(str(params["name"])) <= 80


@given(st.text(max_size=80))
@example("CON")
@example("-")
def test_every_machine_has_a_name_that_may_be_used(hostname: str) -> None:
    assert check_name(name_of_host(hostname))


@pytest.mark.parametrize(
    ("hostname", "name"),
    [
        ("Crawler-01.example.org", "crawler-01"),
        ("DESKTOP-4F", "desktop-4f"),
        ("my host", "my-host"),
        ("爬虫", "node"),
        ("", "node"),
        ("com1", "node"),
    ],
)
def test_a_machine_that_is_given_no_name_keeps_its_own(hostname: str, name: str) -> None:
    assert name_of_host(hostname) == name
