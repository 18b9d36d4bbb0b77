"""Signing in, users and tokens: secrets asked for, sent, kept and shown as they should be."""

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from venvoy.testing.remote import Remote, problem, said, token, user
from venvoy.wire.people import Session

URL = "http://127.0.0.1:7399"


@pytest.fixture
def signing_in(remote: Remote) -> Remote:
    session = Session.model_validate({"username": "ada", "role": "operator", "csrf_token": "c1"})
    opened = said(session, 201)
    opened.headers["set-cookie"] = "venvoy_session=s1; Path=/; HttpOnly; SameSite=strict"
    remote.on("POST session", opened).on("DELETE session", httpx.Response(204))
    return remote.on("POST tokens", said(token(secret="vv_new"), 201))


def test_login_keeps_a_token_and_no_password(
    run: Any, signing_in: Remote, stdin: Callable[[bytes], None], settings: Path
) -> None:
    stdin(b"correct horse\n")
    result = run("login", f"{URL}/", "--user", "ada", "--password-stdin")
    assert result.err == f"signed in to {URL} as ada (operator)\n"
    assert signing_in.sent("POST session") == {"username": "ada", "password": "correct horse"}
    kept = settings / "cli.toml"
    assert kept.read_text() == f'url = "{URL}"\ntoken = "vv_new"\n'
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert "horse" not in result.out + result.err + kept.read_text()


def test_login_is_a_session_as_a_browser_has_it(
    run: Any, signing_in: Remote, stdin: Callable[[bytes], None]
) -> None:
    stdin(b"secret\n")
    run("login", URL, "--user", "ada", "--password-stdin")
    first, second, last = signing_in.requests
    assert "authorization" not in first.headers
    assert [(r.method, r.url.path) for r in (second, last)] == [
        ("POST", "/api/v1/tokens"),
        ("DELETE", "/api/v1/session"),
    ]
    for request in (second, last):
        assert request.headers["cookie"] == "venvoy_session=s1"
        assert request.headers["x-csrf-token"] == "c1"
    assert signing_in.sent("POST tokens")["role"] == "operator"


def test_the_session_is_closed_where_no_token_comes(
    run: Any, signing_in: Remote, stdin: Callable[[bytes], None], settings: Path
) -> None:
    stdin(b"secret\n")
    signing_in.on("POST tokens", problem(403, "role-too-low"))
    assert run("login", URL, "--user", "ada", "--password-stdin").code == 4
    assert signing_in.requests[-1].method == "DELETE"
    assert not (settings / "cli.toml").exists()


def test_a_wrong_password(run: Any, remote: Remote, stdin: Callable[[bytes], None]) -> None:
    stdin(b"wrong\n")
    remote.on("POST session", problem(401, "sign-in-failed"))
    assert run("login", URL, "--user", "ada", "--password-stdin").code == 4


def test_a_directory_that_cannot_be_written(
    run: Any, signing_in: Remote, stdin: Callable[[bytes], None], settings: Path
) -> None:
    settings.write_text("a file where the directory should be")
    stdin(b"secret\n")
    result = run("login", URL, "--user", "ada", "--password-stdin")
    assert result.code == 2
    assert f"`{settings / 'cli.toml'}` cannot be written" in result.err


def test_name_and_password_are_asked_for_on_a_terminal(
    run: Any, signing_in: Remote, stdin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getpass", lambda prompt, stream: "secret")
    stdin(b"ada\n", terminal=True)
    assert run("login", URL).code == 0
    assert signing_in.sent("POST session") == {"username": "ada", "password": "secret"}


@pytest.mark.parametrize(
    ("line", "option"),
    [
        ("login http://127.0.0.1:7399", "--user"),
        ("login http://127.0.0.1:7399 --user ada", "--password-stdin"),
        ("user create ada", "--password-stdin"),
        ("user delete ada", "--yes"),
    ],
)
def test_scripts_are_not_asked(
    run: Any, stdin: Callable[[bytes], None], line: str, option: str
) -> None:
    stdin(b"")
    result = run(*line.split())
    assert result.code == 2
    assert f"give it with `{option}`" in result.err


def test_anything_but_a_yes_deletes_nothing(run: Any, remote: Remote, stdin: Any) -> None:
    stdin(b"\n", terminal=True)
    result = run("user", "delete", "ada")
    assert result.code == 1
    assert result.err == "delete the user `ada` with all tokens? [y/N] nothing was changed\n"
    assert remote.requests == []


@pytest.mark.parametrize("answer", ["y", "YES", "是"])
def test_a_yes_in_either_language(run: Any, remote: Remote, stdin: Any, answer: str) -> None:
    stdin(f"{answer}\n".encode(), terminal=True)
    remote.on("DELETE users/ada", httpx.Response(204))
    assert run("user", "delete", "ada").code == 0


def test_a_new_password_is_typed_twice(
    run: Any, remote: Remote, stdin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = iter(["one", "two", "same", "same"])
    monkeypatch.setattr("getpass.getpass", lambda prompt, stream: next(typed))
    stdin(b"", terminal=True)
    result = run("user", "create", "ada")
    assert (result.code, remote.requests) == (2, [])
    assert "the two passwords differ" in result.err
    remote.on("POST users", said(user(), 201))
    assert run("user", "create", "ada", "--role", "operator").code == 0
    assert remote.sent("POST users") == {"username": "ada", "password": "same", "role": "operator"}


def test_a_token_is_the_only_thing_on_stdout(run: Any, remote: Remote) -> None:
    remote.on("POST tokens", said(token(secret="vv_shown"), 201))
    assert run("token", "create", "ci", "--days", "7").out == "vv_shown\n"
    assert remote.sent("POST tokens") == {"name": "ci", "role": "viewer", "expires_in_days": 7}


def test_an_account_is_shut_and_opened(run: Any, remote: Remote) -> None:
    remote.on("PATCH users/ada", user())
    run("user", "edit", "ada", "--disable")
    assert remote.sent("PATCH users/ada")["disabled"] is True
    run("user", "edit", "ada", "--enable")
    assert remote.sent("PATCH users/ada")["disabled"] is False
    assert run("user", "edit", "ada").code == 2
