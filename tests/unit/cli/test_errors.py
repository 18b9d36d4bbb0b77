"""What goes wrong: exit codes, words, machine-readable errors, and text nobody may trust."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from venvoy.testing.remote import (
    Remote,
    cause,
    environment,
    log,
    operation,
    page,
    problem,
    replica,
    running,
)

LIST = "GET environments"
SHOW = "GET environments/web"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, 2),
        (401, 4),
        (403, 4),
        (404, 3),
        (409, 2),
        (412, 2),
        (422, 2),
        (428, 2),
        (429, 4),
        (500, 1),
        (502, 5),
        (503, 5),
        (504, 6),
    ],
)
def test_each_status_has_its_exit_code(run: Any, remote: Remote, status: int, code: int) -> None:
    remote.on(LIST, problem(status, "code-of-tomorrow"))
    assert run("env", "list").code == code


def test_a_cause_makes_it_failed_work(run: Any, remote: Remote) -> None:
    remote.on("POST environments", problem(422, "resolution-failed", cause=cause()))
    result = run("env", "create", "web", "-p", "nope")
    assert result.code == 1
    assert "  the disk is full: No space left on device (step install, at disk)" in result.err
    assert "  │ error: No space left on device (os error 28)" in result.err
    assert "hint: free space" in result.err


def test_a_cancelled_resolution_is_failed_work_too(run: Any, remote: Remote) -> None:
    params = {"name": "web", "operation": "o1"}
    remote.on("POST environments", problem(422, "resolution-failed", params=params))
    assert run("env", "create", "web").code == 1


def test_codes_of_a_newer_controller_come_with_its_words(run: Any, remote: Remote) -> None:
    remote.on(LIST, problem(409, "code-of-tomorrow", message="new words", hint="new hint"))
    assert run("env", "list").err == "error: new words\n\nhint: new hint\n"


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (httpx.ConnectError("Connection refused"), "no controller answers at "),
        (httpx.ReadTimeout("late"), "did not answer in time"),
    ],
)
def test_a_controller_that_cannot_be_reached(
    run: Any, remote: Remote, error: Exception, shown: str
) -> None:
    remote.on(LIST, error)
    result = run("env", "list")
    assert result.code == 5
    assert shown in result.err


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, text="<html>a router's sign-in page</html>"),
        httpx.Response(200, json={"items": [{"name": 1}], "next": None}),
        httpx.Response(302, headers={"location": "https://example.org"}),
        httpx.Response(404, text="not found"),
    ],
)
def test_what_is_no_controller_is_told_from_one(
    run: Any, remote: Remote, answer: httpx.Response
) -> None:
    remote.on(LIST, answer)
    result = run("env", "list")
    assert result.code == 5
    assert "is not a Venvoy controller of this version" in result.err


def test_not_signed_in(run: Any, monkeypatch: pytest.MonkeyPatch, settings: Path) -> None:
    monkeypatch.delenv("VENVOY_TOKEN")
    result = run("env", "list")
    assert result.code == 4
    assert f"looked in `{settings}`" in result.err


def test_the_file_of_this_machine_signs_in(
    run: Any, remote: Remote, monkeypatch: pytest.MonkeyPatch, settings: Path
) -> None:
    monkeypatch.delenv("VENVOY_TOKEN")
    monkeypatch.delenv("VENVOY_URL")
    settings.mkdir()
    (settings / "cli.toml").write_text('url = "http://127.0.0.1:7399"\ntoken = "vv_file"\n')
    remote.on(LIST, page())
    assert run("env", "list").code == 0
    assert remote.requests[0].url.port == 7399
    assert remote.requests[0].headers["authorization"] == "Bearer vv_file"


def test_the_token_of_one_controller_is_not_sent_to_another(
    run: Any, monkeypatch: pytest.MonkeyPatch, settings: Path
) -> None:
    monkeypatch.delenv("VENVOY_TOKEN")
    monkeypatch.setenv("VENVOY_URL", "http://elsewhere.example.org")
    settings.mkdir()
    (settings / "cli.toml").write_text('url = "http://127.0.0.1:7399"\ntoken = "vv_file"\n')
    assert run("env", "list").code == 4


@pytest.mark.parametrize("text", ["url = ", "url = 7", "\xff"])
def test_a_broken_file_is_named(
    run: Any, monkeypatch: pytest.MonkeyPatch, settings: Path, text: str
) -> None:
    monkeypatch.delenv("VENVOY_TOKEN")
    settings.mkdir()
    (settings / "cli.toml").write_bytes(text.encode("latin-1"))
    result = run("env", "list")
    assert result.code == 2
    assert str(settings / "cli.toml") in result.err
    assert run("--help").code == 0


@pytest.mark.parametrize("url", ["127.0.0.1:7300", "ftp://example.org", "http://", "nonsense"])
def test_an_address_that_is_none(run: Any, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("VENVOY_URL", url)
    result = run("env", "list")
    assert result.code == 2
    assert result.err.startswith("error: `")
    assert "` is not an address\n\nhint: give it as `http://HOST:PORT`" in result.err


def test_errors_are_documents_for_programs(run: Any, remote: Remote, tmp_path: Path) -> None:
    file = tmp_path / "r.txt"
    file.write_text("-e .")
    line = {"line": 1, "code": "requirement-editable", "message": "no"}
    remote.on("POST environments", problem(422, "requirements-invalid", lines=[line]))
    result = run("env", "create", "web", "-r", str(file), "--json")
    shown = json.loads(result.err)
    assert result.out == ""
    assert (shown["code"], shown["exit_code"], result.code) == ("requirements-invalid", 2, 2)
    assert shown["lines"][0]["file"] == str(file)
    assert shown["lines"][0]["line"] == 1
    assert list(shown) == ["code", "message", "hint", "params", "lines", "cause", "exit_code"]


HOSTILE = "\x1b[2J\x1b]0;owned\x07[red]x[/red] :smile:\r\u202eevil\u2028two"


def test_hostile_log_lines_are_printed_as_they_are_but_harmless(run: Any, remote: Remote) -> None:
    remote.on("GET operations", page(operation()))
    remote.on(f"GET operations/{operation().id}/log", log(HOSTILE))
    out = run("env", "logs", "web").out
    assert out == "05:06:07.000 install     [2J]0;owned[red]x[/red] :smile:eviltwo\n"


def test_hostile_names_and_evidence_move_no_terminal(run: Any, remote: Remote) -> None:
    broken = replica(state="failed", cause=cause(evidence=[HOSTILE], params={"reason": HOSTILE}))
    remote.on(SHOW, environment(title=HOSTILE, revision=None, replicas=[broken]))
    remote.on(f"{SHOW}/processes", running())
    result = run("env", "show", "web")
    for character in "\x1b\x07\r\u202e\u2028":
        assert character not in result.out + result.err
    assert "[red]x[/red] :smile:" in result.out
    assert "│ [2J]0;owned[red]x[/red] :smile:" in result.err


def test_a_language_that_is_not_there(run: Any) -> None:
    result = run("--lang", "de", "env", "list")
    assert result.code == 2
    assert "there is no language `de`" in result.err


def test_the_version_is_told_without_a_controller(run: Any, remote: Remote) -> None:
    remote.on("GET version", httpx.ConnectError("gone"))
    result = run("--version", "--json")
    assert result.code == 0
    assert json.loads(result.out)["controller"] is None
