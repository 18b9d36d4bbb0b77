"""`venvoy node …`: what is sent, and what people read."""

from collections.abc import Callable
from typing import Any

from venvoy.testing.remote import Remote, node, page, problem, running

Run = Callable[..., Any]


def test_a_list_is_one_line_a_node(run: Run, remote: Remote) -> None:
    away = node("worker-2", state="offline", cordoned=True, platform=None, cpu_percent=None)
    remote.on("GET nodes", page(node(), away))
    result = run("node", "list", "--state", "online", "--label", "gpu=yes", "--region", "cn-north")
    assert result.code == 0
    lines = [" ".join(line.split()) for line in result.out.splitlines()]
    assert lines[1].startswith("local online cn-north linux-x86_64 12 % 25 % 40 % 3 ")
    assert lines[1].endswith("gpu=yes, rack=7 The first")
    assert lines[2].startswith("worker-2 offline (cordoned)")
    asked = remote.requests[-1].url.params
    assert [asked[key] for key in ("state", "label", "region")] == ["online", "gpu=yes", "cn-north"]


def test_one_node_is_shown_whole(run: Run, remote: Remote) -> None:
    remote.on("GET nodes/local", node(clock_skew_seconds=3_600.5))
    result = run("node", "show", "local")
    assert result.code == 0
    for words in (
        "glibc 2.36",
        "1.0 GiB used of 4.0 GiB",
        "+3600.5 s",
        "2 ready, 1 failed",
        "/data",
        "6.0 GiB free of 10.0 GiB",
        "/opt/python/3.12.4/bin/python",
    ):
        assert words in result.out
    assert "the clock of `local` is off by 3600 s" in result.err


def test_set_names_only_what_changes_and_the_version(run: Run, remote: Remote) -> None:
    remote.on("GET nodes/local", node()).on("PATCH nodes/local", node())
    result = run("node", "set", "local", "--label", "a=b=c", "--unlabel", "gpu", "--region", "")
    assert (result.code, result.err) == (0, "changed node `local`\n")
    sent = remote.sent("PATCH nodes/local")
    assert sent == {"title": None, "labels": {"gpu": None, "a": "b=c"}, "region": ""}
    assert remote.requests[-1].headers["If-Match"] == '"7"'
    assert run("node", "set", "local").code == 2


def test_cordon_and_uncordon(run: Run, remote: Remote) -> None:
    remote.on("GET nodes/local", node()).on("PATCH nodes/local", node(state="cordoned"))
    assert "no further environments" in run("node", "cordon", "local").err
    assert remote.sent("PATCH nodes/local") == {"cordoned": True}
    run("node", "uncordon", "local")
    assert remote.sent("PATCH nodes/local") == {"cordoned": False}


def test_a_node_that_is_not_there_is_not_found(run: Run, remote: Remote) -> None:
    remote.on("GET nodes/gone", problem(404, "node-not-found", params={"name": "gone"}))
    assert run("node", "show", "gone").code == 3


def test_what_runs_on_a_node_is_listed_by_environment(run: Run, remote: Remote) -> None:
    remote.on("GET nodes/local/processes", running(still=2))
    result = run("node", "ps", "local")
    assert result.code == 0
    lines = [" ".join(line.split()) for line in result.out.splitlines()]
    assert lines[1].startswith("web 4711 ada python3.12 train.py 1 ")
    assert "2 processes still on revision 6 of `web`" in result.err
