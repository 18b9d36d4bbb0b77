"""Requirements are read, refused with all their problems, edited, and kept in one form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement

from venvoy.domain.errors import InvalidInput
from venvoy.domain.requirement import (
    MAX_BYTES,
    MAX_LINES,
    InvalidRequirements,
    RequirementProblem,
    add,
    drop,
    parse_requirement_list,
    parse_requirements,
)
from venvoy.texts import LANGUAGES, catalogue, text


def problems(source: str) -> list[tuple[int, str]]:
    with pytest.raises(InvalidRequirements) as caught:
        parse_requirements(source)
    return [(problem.line, problem.code) for problem in caught.value.problems]


def only(source: str) -> RequirementProblem:
    with pytest.raises(InvalidRequirements) as caught:
        parse_requirements(source)
    (problem,) = caught.value.problems
    return problem


def test_a_file_as_people_paste_it_is_brought_into_one_form() -> None:
    pasted = (
        "\ufeff# our web stack\r\n"
        "Django_REST.framework >= 3.14 , < 4   # the API\r\n"
        "\r\n"
        "requests[socks,security]==2.31.0 ; python_version < '3.13'\r\n"
        "numpy\\\r\n  ==1.26.4 \\\r\n  ; sys_platform == 'linux'\r\n"
        "six @ https://example.org/six-1.16.0-py2.py3-none-any.whl#sha256=ab\r\n"
    )
    assert parse_requirements(pasted) == (
        "django-rest-framework<4,>=3.14",
        'numpy==1.26.4; sys_platform == "linux"',
        'requests[security,socks]==2.31.0; python_version < "3.13"',
        "six @ https://example.org/six-1.16.0-py2.py3-none-any.whl#sha256=ab",
    )


@pytest.mark.parametrize("source", ["", "\n\n", "# nothing yet", "  \r\n\t\r\n"])
def test_an_environment_may_be_empty(source: str) -> None:
    assert parse_requirements(source) == ()


def test_a_comment_ends_a_continuation() -> None:
    assert parse_requirements("a # see \\\nb") == ("a", "b")


def test_a_last_line_may_be_continued_into_nothing() -> None:
    assert parse_requirements("a \\") == ("a",)


def test_old_mac_line_ends_separate_lines() -> None:
    assert parse_requirements("a\rb") == ("a", "b")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("-i https://example.org/simple", "requirement-index-option"),
        ("--index-url=https://example.org/simple", "requirement-index-option"),
        ("--extra-index-url https://example.org/simple", "requirement-index-option"),
        ("-f ./wheels", "requirement-index-option"),
        ("-f./wheels", "requirement-index-option"),
        ("--find-links wheels", "requirement-index-option"),
        ("--no-index", "requirement-index-option"),
        ("--trusted-host example.org", "requirement-index-option"),
        ("-r other.txt", "requirement-include"),
        ("-rother.txt", "requirement-include"),
        ("--requirement=other.txt", "requirement-include"),
        ("-c limits.txt", "requirement-include"),
        ("-e .", "requirement-editable"),
        ("--editable=git+https://example.org/x", "requirement-editable"),
        ("six==1.16 --hash=sha256:00", "requirement-hash"),
        ("--pre", "requirement-option"),
        ("six --config-settings=a=b", "requirement-option"),
        (".", "requirement-local-path"),
        ("./six", "requirement-local-path"),
        ("..\\six", "requirement-local-path"),
        ("/srv/six-1.16-py3-none-any.whl", "requirement-local-path"),
        ("~/six", "requirement-local-path"),
        ("C:\\wheels\\six-1.16-py3-none-any.whl", "requirement-local-path"),
        ("C:/wheels/six.whl", "requirement-local-path"),
        ("file:///srv/six", "requirement-local-path"),
        ("six @ file:///srv/six", "requirement-local-path"),
        ("wheels/six", "requirement-local-path"),
        ("six-1.16-py3-none-any.whl", "requirement-local-path"),
        ("git+https://example.org/six", "requirement-version-control"),
        ("six @ git+https://example.org/six@main", "requirement-version-control"),
        ("git@example.org:six/six", "requirement-version-control"),
        ("hg+https://example.org/six", "requirement-version-control"),
        ("https://example.org/six-1.16-py3-none-any.whl", "requirement-url-unnamed"),
        ("six @ http://example.org/six-1.16.tar.gz", "requirement-url-insecure"),
        ("six @ https://u:p@example.org/six-1.16.tar.gz", "requirement-url-credentials"),
        ("six @ https://example.org/six-1.16.zip", "requirement-url-file"),
        ("six @ https://example.org/six.whl", "requirement-url-file"),
        ("six @ https://example.org/", "requirement-url-file"),
        ("six @ https://example.org/ten-1.16-py3-none-any.whl", "requirement-url-name"),
        ("six @ ftp://example.org/six-1.16.tar.gz", "requirement-url-invalid"),
        ("six @ https://[bad/six-1.16.tar.gz", "requirement-url-invalid"),
        ("six==", "requirement-invalid"),
        ("six = 1.16", "requirement-invalid"),
        ("six; python_vers < '3'", "requirement-invalid"),
        ("two words", "requirement-invalid"),
        ("(" * 4000, "requirement-invalid"),
        ("six ; " + "(" * 3000 + "python_version < '3'", "requirement-invalid"),
        ("s\x00x", "requirement-control-character"),
        ("s\u202ex", "requirement-control-character"),
        ("six\x0bten", "requirement-control-character"),
        ("s\ud800x", "requirement-control-character"),
        ("x" * 5000, "requirement-too-long"),
    ],
)
def test_what_cannot_be_the_same_everywhere_is_refused_by_kind(line: str, code: str) -> None:
    assert problems(f"# first\n{line}") == [(2, code)]


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "[::1]:80"])
def test_plain_http_is_allowed_on_loopback(host: str) -> None:
    line = f"six @ http://{host}/six-1.16.tar.gz"
    assert parse_requirements(line) == (line,)


def test_all_problems_are_named_by_line_in_order() -> None:
    source = "-e .\nsix==1\ngood\n./x\nsix==2 \\\n\nten=="
    assert problems(source) == [
        (1, "requirement-editable"),
        (4, "requirement-local-path"),
        (5, "requirement-contradicts"),
        (7, "requirement-invalid"),
    ]


def test_the_error_counts_its_problems() -> None:
    with pytest.raises(InvalidRequirements) as caught:
        parse_requirements("-e .\n./x")
    assert caught.value.code == "requirements-invalid"
    assert caught.value.params["count"] == 2


def test_passwords_are_not_repeated() -> None:
    for line in (
        "six @ https://user:hunter2@example.org/six-1.tar.gz",
        "git+https://user:hunter2@example.org/six",
        "-i https://user:hunter2@example.org/simple",
        "https://user:hun@ter2@example.org/six-1.tar.gz",
    ):
        shown = str(only(line).params)
        assert "hunter2" not in shown
        assert "ter2" not in shown


def test_the_same_twice_is_one() -> None:
    assert parse_requirements("six>=1\nSix >= 1\nsix>=1") == ("six>=1",)


def test_a_bare_name_and_extras_join_what_has_a_version() -> None:
    assert parse_requirements("six\nsix[a]>=1\nsix[b]") == ("six[a,b]>=1",)


def test_other_markers_may_want_other_versions() -> None:
    source = "six==1; sys_platform == 'win32'\nsix==2; sys_platform == 'linux'"
    assert len(parse_requirements(source)) == 2


def test_contradictions_name_both_lines() -> None:
    problem = only("six==1\nten\nsix==2")
    assert (problem.line, problem.code) == (3, "requirement-contradicts")
    assert problem.params["first_line"] == 1
    assert (problem.params["first"], problem.params["second"]) == ("six==1", "six==2")


def test_two_ranges_are_joined_by_the_user() -> None:
    problem = only("six>=1\nsix<3")
    assert problem.code == "requirement-twice"
    assert problem.params["joined"] == "six<3,>=1"


def test_an_address_and_a_version_contradict() -> None:
    problem = only("six==1\nsix @ https://example.org/six-1.tar.gz")
    assert problem.code == "requirement-contradicts"


def test_five_hundred_lines_are_fine() -> None:
    names = [f"package-{number:03}" for number in range(500)]
    assert parse_requirements("\n".join(names)) == tuple(names)


def test_too_much_is_refused() -> None:
    with pytest.raises(InvalidInput) as long:
        parse_requirements("\n" * MAX_LINES)
    with pytest.raises(InvalidInput) as large:
        parse_requirements("#" * (MAX_BYTES + 1))
    assert long.value.code == "requirements-too-long"
    assert large.value.code == "requirements-too-large"


def test_single_requirements_are_counted_by_place() -> None:
    with pytest.raises(InvalidRequirements) as caught:
        parse_requirement_list(["six", "-e .", "ten\nelf"])
    assert [(p.line, p.code) for p in caught.value.problems] == [
        (2, "requirement-editable"),
        (3, "requirement-control-character"),
    ]
    assert parse_requirement_list([" Six>=1 ", ""]) == ("six>=1",)


def test_adding_replaces_what_has_the_name_and_marker() -> None:
    windows = 'six==1; sys_platform == "win32"'
    old = (windows, "six>=1", "ten")
    assert add(old, ("six==2",)) == ("six==2", "ten")
    assert add(old, ('six==3; sys_platform == "win32"',)) == (
        'six==3; sys_platform == "win32"',
        "six>=1",
        "ten",
    )
    assert add((), ("six",)) == ("six",)


def test_dropping_takes_every_requirement_of_the_name() -> None:
    old = ('six==1; sys_platform == "win32"', "six>=1", "ten")
    assert drop(old, ["SIX"]) == ("ten",)


def test_dropping_the_unknown_names_what_is_like_it() -> None:
    with pytest.raises(InvalidInput) as caught:
        drop(("requests", "httpx"), ["reqests"])
    assert caught.value.code == "requirement-not-listed"
    assert caught.value.params == {"name": "reqests", "near": ["requests"]}


@given(st.text(max_size=300))
def test_no_text_raises_anything_else(source: str) -> None:
    try:
        parsed = parse_requirements(source)
    except InvalidInput:
        return
    assert parse_requirements("\n".join(parsed)) == parsed


FRAGMENTS = st.sampled_from(
    [
        *("six", "Ten_x", "[a]", "==1", ">=2,<3", " @ ", "https://example.org/", "six-1.tar.gz"),
        *(";", "python_version", "<'3.9'", " and ", "(", ")", "-r ", "--hash=", "\\\n", "#", " "),
    ]
)


@given(st.lists(FRAGMENTS, max_size=12).map("".join))
def test_no_near_miss_raises_anything_else(source: str) -> None:
    try:
        parsed = parse_requirements(source)
    except InvalidInput:
        return
    assert parse_requirements("\n".join(parsed)) == parsed
    for requirement in parsed:
        assert str(Requirement(requirement)) == requirement


def test_every_problem_has_its_texts_in_both_languages() -> None:
    codes = [
        code for code in catalogue("en")["errors"] if code.startswith(("requirement-", "python-"))
    ]
    assert len(codes) > 20
    for code in codes:
        for language in LANGUAGES:
            assert text(language, f"errors.{code}.message"), code
            assert text(language, f"errors.{code}.hint"), code


def test_the_texts_of_a_problem_need_only_its_params() -> None:
    lines = ["-e .", "./x", "git+https://x", "-i x", "-r x", "a --hash=b", "--pre", "a==", "a\0"]
    lines += ["https://x/a.whl", "a @ ftp://x/a.tar.gz", "a @ http://x/a.tar.gz", "b" * 5000]
    lines += ["a @ https://u@x/a.tar.gz", "a @ https://x/a.zip", "c==1", "c==2", "d>=1", "d<3"]
    lines += ["a @ https://x/b-1-py3-none-any.whl"]
    with pytest.raises(InvalidRequirements) as caught:
        parse_requirements("\n".join(lines))
    codes = {problem.code for problem in caught.value.problems}
    assert len(codes) == 18
    for problem in caught.value.problems:
        for part in ("message", "hint"):
            shown = text("en", f"errors.{problem.code}.{part}", problem.params)
            assert shown is not None, problem
            assert "?" not in shown, (problem, shown)
