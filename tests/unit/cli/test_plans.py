"""What the commands of plans send, and how their answers end."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from venvoy.testing.planned import PLAN_ID, plan, preflight
from venvoy.testing.remote import Remote, environment, problem

Run = Callable[..., Any]


def test_a_plan_takes_the_options_of_an_edit_and_of_an_upgrade(run: Run, remote: Remote) -> None:
    remote.on("POST environments/web/plan", plan())
    result = run("env", "plan", "web", "--add", "a>=1", "--drop", "b", "--upgrade", "c")
    assert result.code == 0
    sent = remote.sent("POST environments/web/plan")
    assert (sent["add"], sent["drop"], sent["upgrade"]) == (["a>=1"], ["b"], {"packages": ["c"]})
    run("env", "plan", "web", "--upgrade-all")
    assert remote.sent("POST environments/web/plan")["upgrade"] == {"packages": []}


def test_a_plan_that_builds_nothing_says_so(run: Run, remote: Remote) -> None:
    remote.on("POST environments/web/plan", plan(revises=False, targets=[], nodes=[]))
    assert "nothing would be built" in run("env", "plan", "web", "--title", "x").err


def test_an_edit_carries_the_plan_and_nothing_else(run: Run, remote: Remote) -> None:
    remote.on("GET environments/web", environment())
    remote.on("PATCH environments/web", environment(revision=2))
    assert run("env", "edit", "web", "--plan", PLAN_ID).code == 0
    sent = remote.sent("PATCH environments/web")
    assert {key: value for key, value in sent.items() if value} == {"plan": PLAN_ID}
    assert remote.requests[-1].headers["If-Match"] == '"7"'


def test_a_stale_plan_says_what_differs(run: Run, remote: Remote) -> None:
    params = {"name": "web", "given": 7, "current": 9, "by": ["grace"], "plan": PLAN_ID}
    stale = {**params, "changed": ["requirements: + numpy"]}
    remote.on("GET environments/web", environment())
    remote.on("PATCH environments/web", problem(412, "plan-stale", params=stale))
    result = run("env", "edit", "web", "--plan", PLAN_ID)
    assert result.code == 2
    assert "version 7, now 9" in result.err
    assert "requirements: + numpy" in result.err


def test_lines_of_a_preflight_are_named_as_in_their_files(
    run: Run, remote: Remote, tmp_path: Path
) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text("fine\n")
    lines = [{"line": 3, "text": "one"}]
    remote.on("POST preflight", preflight(resolved=False, lines=lines))
    result = run("env", "preflight", "-r", str(file), "-p", "one")
    assert (result.code, "-p:1: one" in result.err) == (1, True)
    assert remote.sent("POST preflight")["requirements"] == "fine\n\none"


def test_refused_lines_are_too(run: Run, remote: Remote, tmp_path: Path) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text("fine\n-e .\n")
    refused = {"line": 2, "code": "requirement-editable", "message": "words"}
    answer = problem(422, "requirements-invalid", lines=[refused])
    remote.on("POST preflight", answer)
    result = run("env", "preflight", "-r", str(file))
    assert result.code == 2
    assert f"{file}:2" in result.err
