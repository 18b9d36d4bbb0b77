"""Every call of the client means to the real API what the CLI says that it means."""

import io
import json
import sys
from typing import Any

import pytest

from venvoy.api.revisions import ExportFormat
from venvoy.cli.parameters import Format
from venvoy.testing.api import PASSWORD, URL, Api

pytestmark = pytest.mark.usefixtures("signed_in")


async def created(run: Any, name: str = "web", *more: str) -> Any:
    result = await run("env", "create", name, "-p", "fastapi", "--json", *more)
    assert result.code == 0, result.err
    return json.loads(result.out)


async def test_an_environment_is_made_and_shown(run: Any) -> None:
    made = await created(run, "web", "--title", "爬虫", "--label", "team=data")
    shown = json.loads((await run("env", "show", "web", "--json")).out)
    assert (shown["name"], shown["title"], shown["labels"]) == ("web", "爬虫", {"team": "data"})
    assert (made["revision"], shown["package_count"]) == (1, 1)
    assert [replica["node"] for replica in shown["replicas"]] == ["local"]
    people = await run("env", "show", "web")
    assert people.code == 0
    assert "fastapi" in people.out


async def test_the_python_that_was_chosen_is_said(run: Any) -> None:
    result = await run("env", "create", "web", "-p", "fastapi")
    assert "no `--python` was given: chose the newest suitable one on local, " in result.err
    assert "3.12" in result.err.splitlines()[1]


async def test_requirements_that_cannot_be_met_make_nothing(run: Any) -> None:
    result = await run("env", "create", "web", "-p", "no-such-package")
    assert result.code == 1
    assert "resolve" in result.err
    assert (await run("env", "show", "web")).code == 3


async def test_refused_lines_are_named_with_their_file(run: Any, tmp_path: Any) -> None:
    file = tmp_path / "r.txt"
    file.write_text("fastapi\n--index-url https://example.org/simple\n")
    result = await run("env", "create", "web", "-r", str(file), "-p", "git+https://example.org/x")
    assert result.code == 2
    assert f"  {file}:2: " in result.err
    assert "  -p:1: " in result.err


@pytest.mark.parametrize("name", ["", "../x", "a b", "CON", "环境", "x" * 200])
async def test_bad_names_are_refused_with_a_hint(run: Any, name: str) -> None:
    result = await run("env", "create", name, "-p", "fastapi")
    assert result.code == 2
    assert "hint: " in result.err


async def test_a_name_that_is_taken(run: Any) -> None:
    await created(run)
    result = await run("env", "create", "web", "-p", "fastapi")
    assert (result.code, "`web`" in result.err) == (2, True)


@pytest.mark.parametrize("python", ["3.99", "abc"])
async def test_a_python_that_is_not_there(run: Any, python: str) -> None:
    result = await run("env", "create", "web", "-p", "fastapi", "--python", python)
    assert result.code == 2
    assert python in result.err


async def test_an_environment_is_changed_line_by_line(run: Any) -> None:
    await created(run)
    result = await run("env", "edit", "web", "--add", "httpx", "-m", "why", "--json")
    assert result.code == 0, result.err
    assert json.loads(result.out)["requirements"] == ["fastapi", "httpx"]
    result = await run("env", "edit", "web", "--drop", "fastapi", "--title", "t", "--json")
    assert json.loads(result.out)["requirements"] == ["httpx"]
    history = json.loads((await run("env", "history", "web", "--json")).out)["items"]
    assert [(item["number"], item["message"]) for item in history] == [
        (3, ""),
        (2, "why"),
        (1, ""),
    ]
    assert (await run("env", "history", "web")).code == 0


async def test_an_upgrade_that_finds_nothing_newer_says_so(run: Any) -> None:
    await created(run)
    result = await run("env", "upgrade", "web")
    assert (result.code, result.err) == (0, "`web` is up to date: revision 1, 1 package\n")
    assert (await run("env", "upgrade", "web", "absent")).code == 2


@pytest.mark.parametrize("form", Format)
async def test_every_format_is_exported(run: Any, form: Format) -> None:
    await created(run)
    result = await run("env", "export", "web", "--format", form.value)
    assert result.code == 0
    assert "fastapi" in result.out


def test_the_formats_are_those_of_the_api() -> None:
    assert [form.value for form in Format] == [form.value for form in ExportFormat]


async def test_environments_are_found_and_filtered(run: Any) -> None:
    await created(run, "web")
    await created(run, "api", "--title", "other")
    listed = json.loads((await run("env", "list", "--json")).out)
    assert [item["name"] for item in listed["items"]] == ["api", "web"]
    for line in ("--search oth", "--state rolling --search oth", "--node local --search oth"):
        found = json.loads((await run("env", "list", "--json", *line.split())).out)
        assert [item["name"] for item in found["items"]] == ["api"], line
    assert (await run("env", "list", "--state", "failed")).err == "nothing found\n"


async def test_lists_longer_than_a_page_are_whole(run: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("venvoy.client.transport._PAGE", 1)
    for name in ("a", "b", "c"):
        await created(run, name)
    listed = json.loads((await run("env", "list", "--json")).out)
    assert [item["name"] for item in listed["items"]] == ["a", "b", "c"]


async def test_waiting_ends_with_the_time(run: Any) -> None:
    await created(run)
    assert (await run("env", "wait", "web", "--timeout", "0.2")).code == 6


async def test_operations_are_listed_read_and_cancelled(run: Any) -> None:
    await created(run)
    listed = json.loads((await run("operation", "list", "--env", "web", "--json")).out)["items"]
    build, resolve = listed
    assert (build["kind"], resolve["kind"]) == ("build", "resolve")
    log = await run("operation", "show", resolve["id"], "--log", "--json")
    assert "looking" in [line["text"] for line in json.loads(log.out)["log"]]
    assert (await run("operation", "cancel", build["id"])).code == 0
    shown = json.loads((await run("operation", "show", build["id"], "--json")).out)
    assert shown["state"] == "cancelled"
    again = json.loads((await run("operation", "retry", build["id"], "--json")).out)
    assert again["id"] != build["id"]
    assert (await run("operation", "cancel", resolve["id"])).code == 2
    assert (await run("operation", "show", "no-such-id")).code == 3


async def test_a_log_of_a_resolution_is_printed(run: Any) -> None:
    await created(run)
    listed = json.loads((await run("operation", "list", "--json")).out)["items"]
    resolve = next(item for item in listed if item["kind"] == "resolve")
    assert "looking" in (await run("operation", "show", resolve["id"], "--log")).out


async def test_a_deleted_environment_is_on_its_way_out(run: Any) -> None:
    await created(run)
    assert (await run("env", "delete", "web", "--yes")).code == 0
    shown = await run("env", "show", "web", "--json")
    assert shown.code == 3 or json.loads(shown.out)["replicas"][0]["state"] == "removing"


async def test_login_needs_no_token_and_leaves_no_session(
    run: Any, api: Api, data: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VENVOY_TOKEN")
    monkeypatch.delenv("VENVOY_URL")
    typed = io.TextIOWrapper(io.BytesIO(PASSWORD.encode()), encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", typed)
    result = await run("login", URL, "--user", "admin", "--password-stdin")
    assert (result.code, result.err) == (0, f"signed in to {URL} as admin (admin)\n")
    who = json.loads((await run("whoami", "--json")).out)
    assert (who["username"], who["role"], who["url"]) == ("admin", "admin", URL)


async def test_a_wrong_password_is_refused(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = io.TextIOWrapper(io.BytesIO(b"wrong"), encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", typed)
    assert (await run("login", URL, "--user", "admin", "--password-stdin")).code == 4


async def test_users_and_tokens(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = io.TextIOWrapper(io.BytesIO(b"a long enough one"), encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", typed)
    assert (await run("user", "create", "ada", "--password-stdin")).code == 0
    edited = json.loads((await run("user", "edit", "ada", "--role", "operator", "--json")).out)
    assert (edited["username"], edited["role"]) == ("ada", "operator")
    users = json.loads((await run("user", "list", "--json")).out)["items"]
    assert sorted(user["username"] for user in users) == ["ada", "admin"]
    secret = (await run("token", "create", "ci")).out.strip()
    tokens = json.loads((await run("token", "list", "--json")).out)["items"]
    made = next(token for token in tokens if token["name"] == "ci")
    assert made["secret"] is None
    monkeypatch.setenv("VENVOY_TOKEN", secret)
    assert (await run("user", "list")).code == 4
    assert (await run("env", "create", "web", "-p", "fastapi")).code == 4
    assert (await run("token", "delete", made["id"])).code == 0
    assert (await run("whoami")).code == 4


async def test_the_controller_tells_its_version(run: Any) -> None:
    shown = json.loads((await run("version", "--json")).out)
    assert shown["cli"] == shown["controller"]


async def test_words_come_in_chinese_too(run: Any) -> None:
    result = await run("--lang", "zh-CN", "env", "show", "nope")
    assert result.err.startswith("错误：")
