"""Requirements from files, standard input and options become one text with known places."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from venvoy.cli.requirements import gather
from venvoy.domain.errors import InvalidInput
from venvoy.testing.remote import Remote, environment, problem, said


def test_a_byte_order_mark_and_windows_line_ends_are_taken_off(tmp_path: Path) -> None:
    file = tmp_path / "r.txt"
    file.write_bytes("\ufefffastapi\r\nhttpx\r\n".encode())
    assert gather([file], []).text == "fastapi\nhttpx\n"


def test_lines_are_found_in_their_sources_again(tmp_path: Path) -> None:
    first, second = tmp_path / "a.txt", tmp_path / "b.txt"
    first.write_text("one\ntwo")
    second.write_text("three\n")
    gathered = gather([first, second], ["four"])
    assert gathered.text == "one\ntwo\nthree\n\nfour"
    assert [gathered.place(line) for line in (1, 2, 3, 5)] == [
        (str(first), 1),
        (str(first), 2),
        (str(second), 1),
        ("-p", 1),
    ]


def test_standard_input_is_a_file(stdin: Callable[[bytes], None]) -> None:
    stdin(b"fastapi\n")
    assert gather([Path("-")], []).text == "fastapi\n"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as error:
        gather([tmp_path / "none.txt"], [])
    assert error.value.code == "file-unreadable"
    assert error.value.params["reason"] == "No such file or directory"


def test_a_directory_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="file-unreadable"):
        gather([tmp_path], [])


def test_text_of_another_encoding_is_refused_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "r.txt"
    file.write_bytes("依赖".encode("gbk"))
    with pytest.raises(InvalidInput) as error:
        gather([file], [])
    assert (error.value.code, error.value.params["position"]) == ("file-not-text", 0)


def test_a_file_without_end_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "r.txt"
    file.write_bytes(b"#" * (4 * 1024 * 1024 + 1))
    with pytest.raises(InvalidInput, match="file-too-large"):
        gather([file], [])


def test_create_sends_all_of_it(run: Any, remote: Remote, stdin: Any, tmp_path: Path) -> None:
    (tmp_path / "r.txt").write_text("fastapi\n")
    stdin(b"httpx")
    remote.on("POST environments", said(environment(), 201))
    file = str(tmp_path / "r.txt")
    line = ["env", "create", "web", "-r", file, "-r", "-", "-p", "attrs", "--label", "team=a=b"]
    assert run(*line, "--platform", "windows-x86_64", "--title", "爬虫").code == 0
    assert remote.sent("POST environments") == {
        "name": "web",
        "title": "爬虫",
        "description": "",
        "labels": {"team": "a=b"},
        "requirements": "fastapi\n\nhttpx\nattrs",
        "python": None,
        "python_for": None,
        "platforms": ["windows-x86_64"],
        "placement": None,
        "policy": None,
        "source": None,
        "force": None,
    }
    assert remote.requests[0].headers["idempotency-key"]


def test_refused_lines_are_named_with_file_and_line(
    run: Any, remote: Remote, tmp_path: Path
) -> None:
    file = tmp_path / "r.txt"
    file.write_text("fastapi\n-e .\n")
    lines = [
        {"line": 2, "code": "requirement-editable", "message": "no", "hint": "so"},
        {"line": 4, "code": "code-of-tomorrow", "message": "new words", "hint": "new hint"},
    ]
    remote.on("POST environments", problem(422, "requirements-invalid", lines=lines))
    result = run("env", "create", "web", "-r", str(file), "-p", "???")
    assert result.code == 2
    assert f"  {file}:2: " in result.err
    assert "  -p:1: new words\n    new hint" in result.err
    assert result.out == ""


@pytest.mark.parametrize("label", ["team", "=a", ""])
def test_labels_are_pairs(run: Any, label: str) -> None:
    result = run("env", "create", "web", "--label", label)
    assert result.code == 2
    assert f"error: `{label}` is not a label" in result.err
