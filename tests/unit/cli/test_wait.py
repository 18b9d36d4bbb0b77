"""Waiting: what is waited for, what is said meanwhile, when it ends, and when it gives up."""

import json
from typing import Any

import httpx
import pytest

from venvoy.testing.remote import (
    Remote,
    cause,
    environment,
    environment_item,
    log,
    operation,
    page,
    replica,
    rollout,
    said,
)
from venvoy.wire.rollouts import RolloutBrief

BRIEF = set(RolloutBrief.model_fields)
SHOW = "GET environments/web"
OPERATION = f"operations/{operation().id}"
ROLLING = environment(state="rolling", replicas=[replica(state="fetching")])


def test_changes_are_said_once_where_there_is_no_terminal(run: Any, remote: Remote) -> None:
    checking = environment(state="rolling", replicas=[replica(state="checking")])
    remote.on(SHOW, ROLLING, ROLLING, checking, environment())
    assert run("env", "wait", "web").err.splitlines() == [
        "local: fetching",
        "local: checking",
        "local: ready",
        "`web` revision 1 is ready on local with Python 3.12.4: /data/virtual_environments/web",
    ]


def test_a_failure_that_is_tried_again_is_named_meanwhile(run: Any, remote: Remote) -> None:
    retried = replica(state="waiting", operation="o", cause=cause())
    waiting = environment(state="rolling", replicas=[retried])
    remote.on(SHOW, ROLLING, waiting, environment())
    assert run("env", "wait", "web").err.splitlines()[:3] == [
        "local: fetching",
        "local: waiting (the disk is full: No space left on device)",
        "local: ready",
    ]


def test_it_asks_often_at_first_and_once_a_second_later(
    run: Any, remote: Remote, moment: Any
) -> None:
    remote.on(SHOW, *[ROLLING] * 40, environment())
    assert run("env", "wait", "web").code == 0
    assert moment.slept[0] == pytest.approx(0.1)
    assert moment.slept[-1] == pytest.approx(1.0)
    assert moment.slept == sorted(moment.slept)


def test_the_time_is_up(run: Any, remote: Remote, moment: Any) -> None:
    remote.on(SHOW, ROLLING)
    result = run("env", "wait", "web", "--timeout", "5")
    assert result.code == 6
    assert sum(moment.slept) == pytest.approx(5.0)
    assert "the time was up before `web` was ready" in result.err


def test_nodes_that_are_away_are_named_and_not_waited_for(run: Any, remote: Remote) -> None:
    away = replica(node="far", node_state="offline", state="pending")
    remote.on(SHOW, environment(state="rolling", replicas=[replica(), away]))
    result = run("env", "wait", "web")
    assert result.code == 0
    assert "not waited for, because offline: far" in result.err


def test_one_failure_is_enough_to_fail_but_all_are_waited_for(run: Any, remote: Remote) -> None:
    failed = replica(node="a", state="failed", cause=cause())
    moving = environment(state="rolling", replicas=[failed, replica(state="building")])
    remote.on(SHOW, moving, environment(state="degraded", replicas=[failed, replica()]))
    result = run("env", "wait", "web")
    assert result.code == 1
    assert "the disk is full: No space left on device" in result.err
    assert "error: `web` is not ready on a\n" in result.err


def test_a_resolution_that_is_under_way_is_waited_for(run: Any, remote: Remote) -> None:
    remote.on(SHOW, environment(state="resolving"), environment(revision=2))
    assert run("env", "wait", "web").code == 0
    assert len(remote.requests) == 2


def test_a_controller_that_restarts_is_asked_again(run: Any, remote: Remote) -> None:
    remote.on(SHOW, ROLLING, httpx.ConnectError("gone"), httpx.ConnectError("gone"), environment())
    assert run("env", "wait", "web").code == 0


def test_a_controller_that_stays_away_is_given_up(run: Any, remote: Remote, moment: Any) -> None:
    remote.on(SHOW, httpx.ConnectError("gone"))
    assert run("env", "wait", "web").code == 5
    assert 60 <= sum(moment.slept) <= 63


def test_a_long_resolution_is_followed(run: Any, remote: Remote) -> None:
    resolving = operation(kind="resolve", node=None, state="running", ended_at=None)
    done = operation(kind="resolve", node=None)
    remote.on("POST environments", said(resolving, 202))
    remote.on(f"GET {OPERATION}", resolving, httpx.ConnectError("gone"), done)
    remote.on(SHOW, environment())
    result = run("env", "create", "web", "--json")
    assert result.code == 0
    assert json.loads(result.out)["name"] == "web"
    assert f"still resolving; operation {resolving.id}" in result.err


def test_a_long_resolution_that_fails_says_why(run: Any, remote: Remote) -> None:
    resolving = operation(kind="resolve", state="running", ended_at=None)
    remote.on("POST environments", said(resolving, 202))
    remote.on(f"GET {OPERATION}", operation(kind="resolve", state="failed", cause=cause()))
    result = run("env", "create", "web")
    assert result.code == 1
    assert "the disk is full" in result.err
    assert "could not be resolved; nothing was changed" in result.err


def test_ctrl_c_says_that_the_work_goes_on(run: Any, remote: Remote, moment: Any) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    moment.at_sleep = interrupt
    remote.on(SHOW, ROLLING)
    result = run("env", "wait", "web")
    assert result.code == 130
    assert result.err.endswith(
        "interrupted; the controller goes on with the work: look with `venvoy env show web`\n"
    )


def test_edits_carry_the_version_they_started_from(run: Any, remote: Remote) -> None:
    remote.on(SHOW, environment()).on("PATCH environments/web", environment())
    remote.on("POST environments/web/upgrade", environment())
    remote.on("DELETE environments/web", httpx.Response(204))
    for line in ("edit web --add x", "upgrade web", "delete web -y"):
        assert run("env", *line.split()).code == 0
        assert remote.requests[-1].headers["if-match"] == '"7"'


def test_an_edit_of_nothing_asks_nobody(run: Any, remote: Remote) -> None:
    result = run("env", "edit", "web", "-m", "why")
    assert (result.code, remote.requests) == (2, [])


def test_a_log_is_followed_from_the_resolution_into_the_build(
    run: Any, remote: Remote, moment: Any
) -> None:
    resolving = operation(id="0195f000-0000-7000-8000-000000000001", kind="resolve", node=None)
    remote.on("GET operations", page(resolving), page(resolving), page(operation()))
    remote.on(f"GET operations/{resolving.id}", resolving)
    remote.on(f"GET operations/{resolving.id}/log", log("a", ended=False), log("b", start=1))
    remote.on(f"GET {OPERATION}", operation(state="failed"))
    remote.on(f"GET {OPERATION}/log", log("c"))
    result = run("env", "logs", "web", "--follow")
    assert [line[-1] for line in result.out.splitlines()] == ["a", "b", "c"]
    assert result.code == 1
    asked = [r.url.params for r in remote.requests if r.url.path.endswith("/log")]
    assert [(p["after"], float(p["wait"])) for p in asked] == [("0", 10), ("1", 10), ("0", 10)]


def test_a_kept_log_is_read_page_by_page_and_not_waited_for(run: Any, remote: Remote) -> None:
    remote.on("GET operations", page(operation()))
    pages = (log("a", ended=False), log("b", ended=False, start=1), log(ended=False, start=2))
    remote.on(f"GET {OPERATION}/log", *pages)
    result = run("env", "logs", "web", "--json")
    assert [json.loads(line)["text"] for line in result.out.splitlines()] == ["a", "b"]
    assert remote.requests[-1].url.params["wait"] == "0"


def test_an_environment_without_operations(run: Any, remote: Remote) -> None:
    remote.on("GET operations", page()).on(SHOW, environment())
    assert run("env", "logs", "web").code == 3


def test_lists_are_read_to_their_end(run: Any, remote: Remote) -> None:
    remote.on(
        "GET environments", page(environment_item("a"), after="n1"), page(environment_item("b"))
    )
    found = json.loads(run("env", "list", "--json", "--state", "ready", "--search", "x").out)
    assert [item["name"] for item in found["items"]] == ["a", "b"]
    assert found["next"] is None
    assert dict(remote.requests[1].url.params) == {
        "state": "ready",
        "search": "x",
        "limit": "200",
        "cursor": "n1",
    }


def test_several_states_are_asked_for_at_once(run: Any, remote: Remote) -> None:
    remote.on("GET environments", page()).on("GET operations", page())
    run("env", "list", "--state", "failed", "--state", "degraded")
    assert remote.requests[-1].url.params.get_list("state") == ["failed", "degraded"]
    run("operation", "list", "--state", "queued", "--state", "running")
    assert remote.requests[-1].url.params.get_list("state") == ["queued", "running"]


def test_no_more_operations_are_read_than_are_shown(run: Any, remote: Remote) -> None:
    remote.on("GET operations", page(operation(), operation(), after="n1"))
    found = json.loads(run("operation", "list", "--limit", "2", "--json").out)
    assert (len(found["items"]), len(remote.requests)) == (2, 1)


def test_a_revision_that_is_held_back_is_not_waited_for(run: Any, remote: Remote) -> None:
    held = rollout(reason="not-released", until=None)
    remote.on(SHOW, environment(state="paused", rollout=held.model_dump(include=BRIEF)))
    result = run("env", "wait", "web")
    assert result.code == 1
    assert "waits until somebody lets it out" in result.err
    assert "venvoy env sync web" in result.err


def test_between_two_waves_it_waits_on(run: Any, remote: Remote) -> None:
    resting = environment(state="rolling", rollout=rollout().model_dump(include=BRIEF))
    remote.on(SHOW, resting, resting, environment())
    assert run("env", "wait", "web").code == 0


def test_a_revision_that_is_taken_back_has_failed(run: Any, remote: Remote) -> None:
    turned = rollout(phase="returning", reason="going-back").model_dump(include=BRIEF)
    remote.on(SHOW, ROLLING, environment(state="rolling", rollout=turned))
    result = run("env", "wait", "web")
    assert (result.code, "did not hold" in result.err) == (1, True)


def test_who_is_away_is_not_waited_for_in_a_wave_either(run: Any, remote: Remote) -> None:
    nobody = rollout(reason="nobody-online", until=None).model_dump(include=BRIEF)
    away = [replica(), replica(node="far", node_state="offline", state="ready")]
    remote.on(SHOW, environment(state="rolling", rollout=nobody, replicas=away))
    result = run("env", "wait", "web")
    assert (result.code, "far" in result.err) == (0, True)


def test_a_revision_that_was_taken_back_meanwhile_is_not_ready(run: Any, remote: Remote) -> None:
    newer = ROLLING.model_copy(update={"revision": 2})
    remote.on(SHOW, newer, environment(revision=1))
    result = run("env", "wait", "web")
    assert (result.code, "revision 2 of `web` did not hold" in result.err) == (1, True)
