"""What the machine's own file allows, as the command line keeps to it and shows it."""

import json
from pathlib import Path
from typing import Any

import pytest

from venvoy.testing.remote import Remote, node


def write(settings: Path, text: str) -> Path:
    settings.mkdir(parents=True, exist_ok=True)
    file = settings / "node.toml"
    file.write_text(text)
    return file


def test_a_run_that_is_not_allowed_is_refused_before_anything_is_looked_for(
    run: Any, settings: Path
) -> None:
    file = write(settings, "[run]\nallowed = false\n")
    done = run("run", "web", "--", "python")
    assert done.code == 4
    assert "not allowed on this machine" in done.err
    assert str(file) in done.err


def test_a_wrong_file_refuses_runs_and_says_what_is_wrong(run: Any, settings: Path) -> None:
    write(settings, "[run]\nallowed = 'perhaps'\n")
    done = run("run", "web", "--", "python")
    assert (done.code, "`run.allowed`" in done.err) == (2, True)
    chinese = run("--lang", "zh-CN", "run", "web", "--", "python")
    assert "应为：true | false" in chinese.err


def test_without_a_file_runs_go_their_way(run: Any, settings: Path) -> None:
    assert run("run", "web", "--", "python").code == 3, "there is no such environment"


@pytest.mark.parametrize(
    ("rights", "words"),
    [
        ({"users": ["ada"], "groups": ["data"]}, ("ada, group data", "as whoever calls")),
        ({"run_as": "jobs"}, ("the agent's own user", "as jobs only")),
        ({"run": False}, ("the agent's own user", "refused")),
    ],
)
def test_a_nodes_rights_are_shown(
    run: Any, remote: Remote, rights: dict[str, Any], words: tuple[str, ...]
) -> None:
    remote.on("GET nodes/edge", node("edge", rights=rights))
    shown = run("node", "show", "edge")
    assert all(word in shown.out for word in words), shown.out


def test_what_is_wrong_with_a_nodes_file_is_said(run: Any, remote: Remote) -> None:
    problem = {"code": "rights-unreadable", "message": "the words of it", "hint": ""}
    remote.on("GET nodes/edge", node("edge", rights={"run": False, "problem": problem}))
    shown = run("node", "show", "edge")
    assert (shown.code, "the words of it" in shown.err) == (0, True)
    document = json.loads(run("node", "show", "edge", "--json").out)
    assert document["rights"]["problem"]["code"] == "rights-unreadable"


def test_a_node_that_does_not_tell_shows_nothing(run: Any, remote: Remote) -> None:
    remote.on("GET nodes/edge", node("edge", rights=None))
    assert "WRITE TO PREFIXES" not in run("node", "show", "edge").out
