"""What is refused: at once, with an exit code, a code, words in both languages, and no trace."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from venvoy.testing.damage import installed
from venvoy.testing.index import LocalIndex
from venvoy.testing.installation import Installation
from venvoy.testing.wheels import make_wheel

REFUSED = {
    "--index-url https://example.org/simple/": "requirement-index-option",
    "--extra-index-url https://example.org/simple/": "requirement-index-option",
    "--find-links https://example.org/": "requirement-index-option",
    "-e ./here": "requirement-editable",
    "./local/package": "requirement-local-path",
    "../up.whl": "requirement-local-path",
    "/abs/package-1.0-py3-none-any.whl": "requirement-local-path",
    "package @ file:///abs/package-1.0-py3-none-any.whl": "requirement-local-path",
    "git+https://example.org/a.git": "requirement-version-control",
    "package @ git+https://example.org/a.git@main": "requirement-version-control",
    "-r other.txt": "requirement-include",
    "-c limits.txt": "requirement-include",
    "alpha\x07": "requirement-control-character",
    "alpha==": "requirement-invalid",
    "two words": "requirement-invalid",
    "https://example.org/package-1.0-py3-none-any.whl": "requirement-url-unnamed",
    "package @ http://example.org/package-1.0-py3-none-any.whl": "requirement-url-insecure",
    "package @ https://user:word@example.org/package-1.0.tar.gz": "requirement-url-credentials",
    "package @ https://example.org/package.exe": "requirement-url-file",
    "package @ https://example.org/other-1.0-py3-none-any.whl": "requirement-url-name",
}


def listed(installation: Installation) -> set[str]:
    with installation.client() as client:
        return {environment.name for environment in client.environments()}


@pytest.fixture(autouse=True)
def nothing_stored(shared: Installation, name: str) -> Iterator[None]:
    """Whatever a test of this file had refused left no environment behind."""
    before = listed(shared)
    yield
    assert listed(shared) - {name} == before


def refused(done: "subprocess.CompletedProcess[str]", code: int) -> dict[str, Any]:
    """The error's document, of a call that exited with `code`."""
    assert (done.returncode, done.stdout) == (code, "")
    found: dict[str, Any] = json.loads(done.stderr)
    assert found["exit_code"] == code
    assert found["message"]
    return found


@pytest.mark.parametrize(
    ("given", "code", "english", "chinese"),
    [
        ("", "name-empty", "a name is needed", "名称"),
        ("x" * 200, "name-too-long", "200 characters long, the limit is 63", "63"),
        ("../x", "name-invalid", "`../x` is not a valid name", "`../x`"),
        ("a b", "name-invalid", "`a b` is not a valid name", "`a b`"),
        ("CON", "name-reserved", "`CON` is a device name on Windows", "Windows"),
        ("环境", "name-invalid", "`环境` is not a valid name", "`环境`"),
    ],
)
def test_names(shared: Installation, given: str, code: str, english: str, chinese: str) -> None:
    arguments = ("env", "create", given, "-p", "alpha")
    assert refused(shared.cli(*arguments, "--json", check=False), 2)["code"] == code
    words = shared.cli(*arguments, check=False).stderr
    assert words.startswith("error: ")
    assert english in words
    assert "\nhint: " in words
    words = shared.cli(*arguments, "--lang", "zh-CN", check=False).stderr
    assert words.startswith("错误：")
    assert chinese in words
    assert "提示：" in words


def test_a_name_that_exists(shared: Installation, name: str) -> None:
    shared.cli("env", "create", name, "-p", "alpha")
    found = refused(shared.cli("env", "create", name, "-p", "beta", "--json", check=False), 2)
    assert found["code"] == "environment-exists"
    assert shared.json("env", "show", name)["requirements"] == ["alpha"]


def test_every_refused_line_is_named(shared: Installation, tmp_path: Path) -> None:
    file = tmp_path / "requirements.txt"
    lines = ["# good and bad", "beta", *REFUSED]
    file.write_text("\n".join(lines))
    found = refused(shared.cli("env", "create", "bad", "-r", str(file), "--json", check=False), 2)
    assert found["code"] == "requirements-invalid"
    told = {line["line"]: line["code"] for line in found["lines"]}
    assert told == dict(enumerate(REFUSED.values(), start=3))
    assert {line["file"] for line in found["lines"]} == {str(file)}
    assert all(line["hint"] for line in found["lines"])
    english = shared.cli("env", "create", "bad", "-r", str(file), check=False).stderr
    assert f"{len(REFUSED)} of the requirements cannot be used" in english
    assert f"{file}:3" in english
    assert "user:word" not in english
    assert "\x07" not in english
    chinese = shared.cli(
        "env", "create", "bad", "-r", str(file), "--lang", "zh-CN", check=False
    ).stderr
    assert f"{file}:3" in chinese
    assert chinese.isascii() is False


def test_lines_are_counted_in_the_file_that_they_stand_in(
    shared: Installation, tmp_path: Path
) -> None:
    first, second = tmp_path / "first.txt", tmp_path / "second.txt"
    first.write_bytes("\ufeffalpha\r\nbeta\r\n".encode())
    second.write_bytes(b"gamma\r\n\r\n-e .\r\n")
    found = refused(
        shared.cli(
            *("env", "create", "bad", "-r", str(first), "-r", str(second), "-p", "=oops"),
            *("--json",),
            check=False,
        ),
        2,
    )
    assert [(line["file"], line["line"]) for line in found["lines"]] == [
        (str(second), 3),
        ("-p", 1),
    ]


def test_a_byte_order_mark_and_crlf_are_no_fault(
    shared: Installation, tmp_path: Path, name: str
) -> None:
    file = tmp_path / "requirements.txt"
    file.write_bytes("\ufeffalpha==1.0\r\n\r\n# 注释\r\nbeta\r\n".encode())
    shared.cli("env", "create", name, "-r", str(file), "--wait")
    assert installed(shared.live(name)) == {"alpha": "1.0", "beta": "1.0"}


def test_no_requirement_at_all_is_an_environment(
    shared: Installation, tmp_path: Path, name: str
) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text("")
    shared.cli("env", "create", name, "-r", str(file), "--wait")
    assert installed(shared.live(name)) == {}
    assert shared.cli("run", name, "--", "python", "-c", "print(1)").stdout == "1\n"


def test_five_hundred_lines(
    shared: Installation, shared_index: LocalIndex, tmp_path: Path, name: str
) -> None:
    file = tmp_path / "requirements.txt"
    projects = [f"many-{number}" for number in range(500)]
    shared_index.add(*(make_wheel(project) for project in projects))
    file.write_text("\n".join(f"{project}==1.0" for project in projects))
    shared.cli("env", "create", name, "-r", str(file), "--wait")
    assert len(installed(shared.live(name))) == 500
    shown = shared.json("env", "show", name)
    assert (shown["package_count"], len(shown["requirements"])) == (500, 500)


def test_a_package_twice_with_different_versions(shared: Installation) -> None:
    arguments = ("env", "create", "bad", "-p", "moving==1.0", "-p", "beta", "-p", "Moving==2.0")
    found = refused(shared.cli(*arguments, "--json", check=False), 2)
    assert found["code"] == "requirements-invalid"
    (line,) = found["lines"]
    assert line["code"] == "requirement-contradicts"
    words = shared.cli(*arguments, check=False).stderr
    assert "contradicts" in words
    assert "moving==1.0" in words


@pytest.mark.parametrize(
    ("given", "code", "words"),
    [
        ("3.99", "python-not-found", "no interpreter fits"),
        ("abc", "python-invalid", "`abc` is not a Python version"),
        ("2.7", "python-unsupported", "2.7"),
    ],
)
def test_pythons(shared: Installation, given: str, code: str, words: str) -> None:
    arguments = ("env", "create", "bad", "-p", "alpha", "--python", given)
    found = refused(shared.cli(*arguments, "--json", check=False), 2)
    assert found["code"] == code
    assert words in found["message"]
    if code == "python-not-found":  # says what there is
        (node,) = shared.client().nodes()
        assert any(fact.version in str(found) for fact in node.interpreters)
    assert given in shared.cli(*arguments, "--lang", "zh-CN", check=False).stderr


@pytest.mark.parametrize(
    ("requirements", "cause", "words"),
    [
        (["source-only"], "only-source", "source-only"),
        (["no-such-package"], "package-not-found", "no-such-package"),
        (["wants-old", "moving==2.0"], "no-solution", "moving"),
        (["alpha==9"], "no-solution", "alpha"),
    ],
)
def test_what_cannot_be_resolved(
    shared: Installation, name: str, requirements: list[str], cause: str, words: str
) -> None:
    wanted = [word for requirement in requirements for word in ("-p", requirement)]
    found = refused(shared.cli("env", "create", name, *wanted, "--json", check=False), 1)
    assert found["code"] == "resolution-failed"
    assert found["cause"]["code"] == cause
    assert words in str(found["cause"])
    assert found["cause"]["remedy"]
    chinese = shared.cli("env", "create", name, *wanted, "--lang", "zh-CN", check=False).stderr
    assert words in chinese
    assert "http://127" not in chinese  # the loopback gateway's secret address
    assert name not in listed(shared)
    shared.cli("env", "create", name, "-p", "alpha")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("env", "show", "nobody"), 3),
        (("env", "create"), 2),
        (("env", "create", "x", "-r", "/no/such/file"), 2),
        (("env", "frobnicate"), 2),
        (("operation", "show", "not-an-id"), 3),
    ],
)
def test_other_wrong_words(shared: Installation, arguments: tuple[str, ...], code: int) -> None:
    done = shared.cli(*arguments, check=False)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith("error: ")
    assert "Traceback" not in done.stderr
