"""Where an environment goes: what is sent, and how the decision is told."""

from collections.abc import Callable
from typing import Any

from venvoy.testing.planned import preflight
from venvoy.testing.remote import Remote, cause, environment, replica, running
from venvoy.wire.environments import PlacementView

Run = Callable[..., Any]
WHERE = ("--node", "alpha", "--select", "gpu=yes", "--select", "zone=a")
SENT = {"nodes": ["alpha"], "select": {"gpu": "yes", "zone": "a"}}


def view(**fields: Any) -> PlacementView:
    given = {
        "environment": "web",
        "placement": SENT,
        "placed": 2,
        "waiting": 1,
        "counts": {"named": 1, "label-differs": 1, "cordoned": 1},
        "missing": ["gone"],
        "nodes": [
            {"node": "alpha", "state": "online", "placed": True, "reason": "named"},
            {
                "node": "beta",
                "state": "online",
                "placed": False,
                "reason": "label-differs",
                "key": "gpu",
                "wanted": "yes",
                "has": "no",
            },
            {"node": "gamma", "state": "cordoned", "placed": False, "reason": "cordoned"},
        ],
    }
    return PlacementView.model_validate({**given, **fields})


def test_nodes_and_labels_are_sent(run: Run, remote: Remote) -> None:
    remote.on("POST environments", environment()).on("GET environments/web", environment())
    remote.on("PATCH environments/web", environment()).on("POST preflight", preflight())
    assert run("env", "create", "web", "-p", "flask", *WHERE).code == 0
    assert remote.sent("POST environments")["placement"] == SENT
    assert run("env", "edit", "web", *WHERE).code == 0
    assert remote.sent("PATCH environments/web")["placement"] == SENT
    run("env", "preflight", "-p", "flask", *WHERE)
    assert remote.sent("POST preflight")["placement"] == SENT
    run("env", "edit", "web", "--title", "x")
    assert remote.sent("PATCH environments/web")["placement"] is None


def test_what_is_no_label_is_refused_before_anything_is_sent(run: Run, remote: Remote) -> None:
    assert run("env", "create", "web", "-p", "flask", "--select", "gpu").code == 2
    assert remote.requests == []


def test_an_environment_says_why_it_is_where_it_is(run: Run, remote: Remote) -> None:
    remote.on("GET environments/web", environment(placement=SENT, revision=None))
    remote.on("GET environments/web/placement", view())
    remote.on("GET environments/web/processes", running())
    result = run("env", "show", "web")
    assert result.code == 0
    lines = [" ".join(line.split()) for line in result.out.splitlines()]
    assert "PLACEMENT alpha, gpu=yes & zone=a" in lines
    assert "named 1 alpha" in lines
    assert "label-differs 1 beta (gpu=no)" in lines
    assert "cordoned 1 gamma" in lines
    assert "no node has these names: gone" in result.err


def test_waiting_ends_where_only_people_can_go_on(run: Run, remote: Remote) -> None:
    stuck = replica(state="waiting", operation=None, node="beta", cause=cause("lock-lacks-wheels"))
    remote.on("GET environments/web", environment(state="degraded", replicas=[stuck]))
    result = run("env", "wait", "web")
    assert result.code == 1
    assert "what is locked has no wheels for" in result.err
    at_work = replica(state="waiting", operation="o", node="beta")
    moving = environment(state="rolling", replicas=[at_work])
    remote.on("GET environments/web", moving, environment())
    assert run("env", "wait", "web").code == 0
