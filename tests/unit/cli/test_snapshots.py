"""Every command's stdout, stderr and exit code, pinned in both languages.

The expected texts stand beside this file, one per case and language. After a change
that is meant, delete those that it touches; a test whose file is missing writes it
and fails, so that somebody reads what it says now.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from venvoy.cli.tree import build, command_of
from venvoy.testing.planned import PLAN_ID, plan, preflight
from venvoy.testing.remote import (
    MOMENT,
    Remote,
    blocked_release,
    cause,
    collections,
    comparison,
    deleted_environment,
    environment,
    environment_item,
    found_replica,
    found_revision,
    log,
    node,
    node_token,
    operation,
    page,
    problem,
    replica,
    replica_drift,
    revision,
    rollout,
    running,
    said,
    token,
    user,
)
from venvoy.texts import LANGUAGES
from venvoy.wire.environments import Environment, EnvironmentItem
from venvoy.wire.find import FoundTotals
from venvoy.wire.joining import NodeToken
from venvoy.wire.operations import Operation
from venvoy.wire.people import Session
from venvoy.wire.plans import Preflight
from venvoy.wire.processes import Running
from venvoy.wire.rollouts import Rollout, RolloutStep
from venvoy.wire.schemas import VersionInfo
from venvoy.wire.surveys import Survey, SurveyLoss

ADOPTION = {
    "node": "local",
    "revision": 1,
    "lost": [
        {"package": "mine", "version": "0.1", "reason": "editable"},
        {"package": "idna", "version": "3.10", "reason": "edited", "files": 2, "instead": "3.10"},
    ],
    "restored": ["certifi 2026.1"],
}
SNAPSHOTS = Path(__file__).parent / "snapshots"
ID = "0195f000-0000-7000-8000-00000000000a"
AGENT = {f"venvoy agent {word}" for word in ("join", "run", "status", "leave")}
NODE = {f"venvoy node {word}" for word in ("list", "show", "ps", "set", "cordon", "uncordon")}
PYTHON = {f"venvoy python {word}" for word in ("list", "install", "remove", "upload")}
ARCHIVES = {f"venvoy python archives {word}" for word in ("list", "remove")}
SERVICE = {f"venvoy agent service {word}" for word in ("install", "remove", "status")}
ELSEWHERE = {"venvoy up", "venvoy run"} | AGENT | NODE | PYTHON | ARCHIVES | SERVICE
"""Commands that ask no controller have tests of their own."""


@dataclass(frozen=True)
class Case:
    """One command line.

    Attributes:
        name: of the file.
        line: the arguments, as typed.
        answers: gives the controller its answers.
    """

    name: str
    line: str
    answers: Callable[[Remote], object]


def failing() -> Environment:
    shown = replica(
        state="failed",
        live_revision=None,
        python_version=None,
        cause=cause(),
        node="crawler-shanghai-01",
        path="/srv/venvoy/data/virtual_environments/web",
    )
    away = replica(node="crawler-beijing-02", node_state="offline", state="building")
    return environment(
        state="degraded",
        title="爬虫 production",
        labels={"team": "data"},
        replicas=[replica(), shown, away],
    )


def survey() -> Survey:
    return Survey(
        node="local",
        path="/srv/venvs/crawler",
        python="==3.12.*",
        requirements=["lxml==6.0.2", "six==1.17.0"],
        lost=[SurveyLoss(package="orders-tools", version="0.1.0", reason="editable")],
    )


def rolled_back() -> Rollout:
    return rollout(
        revision=3,
        phase="returned",
        reason="returned",
        until=None,
        ended_at=MOMENT,
        steps=[
            RolloutStep(at=MOMENT, event="wave-open", wave=1, nodes=["n1"], count=1),
            RolloutStep(at=MOMENT, event="budget-exceeded", wave=1, failed=["n1"]),
            RolloutStep(at=MOMENT, event="aborted", by="ada"),
            RolloutStep(at=MOMENT, event="returned", wave=1),
        ],
    )


def several() -> EnvironmentItem:
    return environment_item(
        state="degraded",
        title="爬虫 production",
        counts={"building": 1, "failed": 1, "ready": 1},
        node=None,
        cause=cause(),
        cause_node="crawler-shanghai-01",
    )


def conflict() -> Preflight:
    reason = "because one depends on leaf<2 and two depends on leaf>=2"
    away = {"node": "local", "state": "online", "found": ["3.9.1"]}
    return preflight(
        resolved=False,
        targets=[],
        packages=[],
        nodes=[away],
        cause=cause("no-solution", params={"reason": reason}, evidence=[]),
        lines=[{"line": 1, "text": "one"}, {"line": 2, "text": "two"}],
    )


SESSION = Session.model_validate({"username": "ada", "role": "operator"})
CASES = (
    Case("version", "version", lambda r: r.on("GET version", VersionInfo(version="9.9"))),
    Case("whoami", "whoami", lambda r: r.on("GET session", SESSION)),
    Case("whoami-json", "whoami --json", lambda r: r.on("GET session", SESSION)),
    Case(
        "env-create",
        "env create web -p fastapi",
        lambda r: r.on("POST environments", said(environment(), 201)),
    ),
    Case(
        "env-create-json",
        "env create web -p fastapi --wait --json",
        lambda r: r.on("POST environments", said(environment(), 201)).on(
            "GET environments/web", environment()
        ),
    ),
    Case(
        "env-create-wait",
        "env create web -p fastapi --python 3.12 --wait",
        lambda r: r.on("POST environments", said(environment(), 201)).on(
            "GET environments/web",
            environment(state="rolling", replicas=[replica(state="pending")]),
            environment(state="rolling", replicas=[replica(state="fetching")]),
            environment(state="rolling", replicas=[replica(state="fetching")]),
            environment(),
        ),
    ),
    Case(
        "env-list",
        "env list",
        lambda r: r.on("GET environments", page(environment_item(), several(), after=None)),
    ),
    Case("env-list-none", "env list", lambda r: r.on("GET environments", page())),
    Case("env-list-json", "--json env list", lambda r: r.on("GET environments", page())),
    Case(
        "env-show",
        "env show web",
        lambda r: (
            r.on("GET environments/web", environment())
            .on("GET environments/web/revisions/1", revision())
            .on("GET environments/web/processes", running(still=1))
        ),
    ),
    Case(
        "env-show-failing",
        "env show web",
        lambda r: (
            r.on("GET environments/web", failing())
            .on("GET environments/web/revisions/1", revision())
            .on("GET environments/web/processes", running())
        ),
    ),
    Case(
        "env-edit",
        "env edit web --add httpx --drop flask -m why",
        lambda r: r.on("GET environments/web", environment()).on(
            "PATCH environments/web", environment(revision=2)
        ),
    ),
    Case(
        "env-edit-plan",
        f"env edit web --plan {PLAN_ID} -m agreed",
        lambda r: r.on("GET environments/web", environment()).on(
            "PATCH environments/web", environment(revision=2)
        ),
    ),
    Case(
        "env-plan",
        "env plan web --add httpx --drop flask",
        lambda r: r.on("POST environments/web/plan", plan()),
    ),
    Case(
        "env-plan-json",
        "env plan web --upgrade-all --json",
        lambda r: r.on("POST environments/web/plan", plan(targets=[], nodes=[])),
    ),
    Case(
        "env-plan-from",
        "env plan web --from test@stable",
        lambda r: r.on("POST environments/web/plan", plan(source="test@3")),
    ),
    Case(
        "env-adopt-dry-run",
        "env adopt web --node local --dry-run",
        lambda r: r.on("POST environments/web/adoption", plan(adoption=ADOPTION)),
    ),
    Case(
        "env-adopt",
        "env adopt web --node local --yes",
        lambda r: r.on("POST environments/web/adoption", plan(adoption=ADOPTION)).on(
            "PATCH environments/web", environment(revision=2)
        ),
    ),
    Case(
        "env-adopt-nobody-to-ask",
        "env adopt web --node local",
        lambda r: r.on("POST environments/web/adoption", plan(adoption=ADOPTION)),
    ),
    Case(
        "env-adopt-path",
        "env adopt --path /srv/venvs/crawler --as crawler --node local --yes",
        lambda r: r.on("POST nodes/local/survey", survey()).on(
            "POST environments", environment("crawler")
        ),
    ),
    Case(
        "env-adopt-path-dry-run",
        "env adopt --path /srv/venvs/crawler --as crawler --node local --dry-run --json",
        lambda r: r.on("POST nodes/local/survey", survey()),
    ),
    Case(
        "env-adopt-path-foreign",
        "env adopt --path /etc --as crawler --node local",
        lambda r: r.on(
            "POST nodes/local/survey",
            problem(422, "survey-no-venv", params={"path": "/etc", "node": "local"}),
        ),
    ),
    Case("env-adopt-what", "env adopt web --path /srv/venvs/crawler --node local", lambda r: r),
    Case(
        "env-adopt-nothing",
        "env adopt web --node local",
        lambda r: r.on(
            "POST environments/web/adoption",
            problem(409, "adopt-nothing", params={"name": "web", "node": "local"}),
        ),
    ),
    Case(
        "env-adopt-nothing-lockable",
        "env adopt web --node local",
        lambda r: r.on(
            "POST environments/web/adoption",
            problem(
                409,
                "adopt-nothing-lockable",
                params={"name": "web", "node": "local", "packages": ["mine"]},
            ),
        ),
    ),
    Case("env-plan-nothing", "env plan web", lambda r: r),
    Case(
        "env-plan-failed",
        "env plan web --add nosuch",
        lambda r: r.on(
            "POST environments/web/plan",
            problem(422, "plan-failed", params={"name": "web"}, cause=cause("package-not-found")),
        ),
    ),
    Case(
        "env-preflight",
        "env preflight -p uvicorn[standard]",
        lambda r: r.on("POST preflight", preflight()),
    ),
    Case(
        "env-preflight-conflict",
        "env preflight -p one -p two",
        lambda r: r.on("POST preflight", conflict()),
    ),
    Case(
        "env-preflight-json",
        "env preflight -p uvicorn --json",
        lambda r: r.on("POST preflight", preflight(targets=[], packages=[])),
    ),
    Case(
        "env-upgrade",
        "env upgrade web fastapi",
        lambda r: r.on("GET environments/web", environment()).on(
            "POST environments/web/upgrade", environment(revision=2)
        ),
    ),
    Case(
        "env-upgrade-same",
        "env upgrade web",
        lambda r: r.on("GET environments/web", environment()).on(
            "POST environments/web/upgrade", environment()
        ),
    ),
    Case(
        "env-delete",
        "env delete web --yes",
        lambda r: r.on("GET environments/web", environment()).on(
            "DELETE environments/web", httpx.Response(204)
        ),
    ),
    Case(
        "env-delete-in-use",
        "env delete web --yes",
        lambda r: r.on("GET environments/web", environment()).on(
            "DELETE environments/web",
            problem(
                409,
                "environment-in-use",
                params={"name": "web", "count": 2, "nodes": "local (2)"},
            ),
        ),
    ),
    Case(
        "env-delete-forced",
        "env delete web --force --yes",
        lambda r: r.on("GET environments/web", environment()).on(
            "DELETE environments/web", httpx.Response(204)
        ),
    ),
    Case(
        "env-ps",
        "env ps web",
        lambda r: r.on("GET environments/web/processes", running(still=1_200)),
    ),
    Case(
        "env-ps-none",
        "env ps web --node local",
        lambda r: r.on("GET environments/web/processes", Running(items=[], counts=[])),
    ),
    Case(
        "env-ps-json",
        "env ps web --json",
        lambda r: r.on("GET environments/web/processes", running()),
    ),
    Case(
        "env-wait-drifted",
        "env wait web",
        lambda r: r.on(
            "GET environments/web",
            environment(state="degraded", replicas=[replica(state="drifted")]),
        ),
    ),
    Case("env-wait", "env wait web", lambda r: r.on("GET environments/web", environment())),
    Case(
        "env-wait-failed",
        "env wait web",
        lambda r: r.on("GET environments/web", failing()),
    ),
    Case(
        "env-logs",
        "env logs web",
        lambda r: r.on("GET operations", page(operation())).on(
            f"GET operations/{ID}/log", log("Installed 2 packages", "done")
        ),
    ),
    Case(
        "env-logs-json",
        "env logs web --json",
        lambda r: r.on("GET operations", page(operation())).on(
            f"GET operations/{ID}/log", log("Installed 2 packages", "done")
        ),
    ),
    Case(
        "env-history",
        "env history web",
        lambda r: r.on(
            "GET environments/web/revisions", page(revision(number=2), revision(tags=["stable"]))
        ).on("GET environments/web", environment(revision=1)),
    ),
    Case(
        "env-sync",
        "env sync web",
        lambda r: r.on("POST environments/web/sync", rollout()),
    ),
    Case(
        "env-sync-none",
        "env sync web",
        lambda r: r.on(
            "POST environments/web/sync", problem(409, "rollout-none", params={"name": "web"})
        ),
    ),
    Case(
        "env-pause",
        "env pause web",
        lambda r: r.on(
            "POST environments/web/pause", rollout(phase="paused", reason="paused", until=None)
        ),
    ),
    Case(
        "env-resume",
        "env resume web --json",
        lambda r: r.on("POST environments/web/resume", rollout(reason="wave-busy", until=None)),
    ),
    Case(
        "env-abort",
        "env abort web",
        lambda r: r.on(
            "POST environments/web/abort", rollout(phase="returning", reason="going-back")
        ),
    ),
    Case(
        "env-rollouts",
        "env rollouts web",
        lambda r: r.on("GET environments/web/rollouts", page(rollout(), rolled_back())),
    ),
    Case(
        "env-rollouts-none",
        "env rollouts web",
        lambda r: r.on("GET environments/web/rollouts", page()),
    ),
    Case(
        "env-undelete",
        "env undelete web",
        lambda r: r.on("POST environments/web/undelete", environment()),
    ),
    Case(
        "env-undelete-none",
        "env undelete web",
        lambda r: r.on(
            "POST environments/web/undelete",
            problem(404, "environment-not-deleted", params={"name": "web", "days": 7}),
        ),
    ),
    Case(
        "env-deleted",
        "env deleted",
        lambda r: r.on("GET deleted-environments", page(deleted_environment())),
    ),
    Case(
        "env-deleted-none",
        "env deleted",
        lambda r: r.on("GET deleted-environments", page()),
    ),
    Case(
        "env-rollback",
        "env rollback web stable -m slow",
        lambda r: r.on("GET environments/web", environment(revision=2)).on(
            "POST environments/web/rollback", environment(revision=1)
        ),
    ),
    Case(
        "env-tag",
        "env tag web 1 stable",
        lambda r: r.on("PUT environments/web/tags/stable", httpx.Response(204)),
    ),
    Case(
        "env-untag",
        "env untag web stable",
        lambda r: r.on("DELETE environments/web/tags/stable", httpx.Response(204)),
    ),
    Case(
        "env-create-from",
        "env create live --from web@stable",
        lambda r: r.on("POST environments", said(environment(name="live"), 201)),
    ),
    Case(
        "env-create-from-lacks",
        "env create live --from web@stable",
        lambda r: r.on(
            "POST environments",
            problem(
                422,
                "promotion-lacks",
                params={
                    "source": "web@3",
                    "node": "local",
                    "platform": "linux-x86_64",
                    "python": "3.12.4",
                    "packages": ["binary 1.0"],
                },
            ),
        ),
    ),
    Case(
        "env-edit-from",
        "env edit live --from web@2",
        lambda r: r.on("GET environments/live", environment(name="live")).on(
            "PATCH environments/live", environment(name="live", revision=2)
        ),
    ),
    Case(
        "env-diff",
        "env diff web@stable web@node:local",
        lambda r: r.on("GET comparison", comparison()),
    ),
    Case(
        "env-diff-held",
        "env diff web web@node:local",
        lambda r: r.on(
            "GET comparison",
            comparison(
                before={"environment": "web", "revision": 2},
                after={
                    "environment": "web",
                    "revision": 2,
                    "node": "local",
                    "observed_at": MOMENT,
                },
                entries=[
                    {
                        "part": "package",
                        "name": "mine",
                        "kind": "added",
                        "before": [],
                        "after": [{"text": "0.1", "origin": "editable"}],
                    }
                ],
                counts={"added": 1, "removed": 0, "changed": 0, "same": 3},
            ),
        ),
    ),
    Case(
        "env-diff-none",
        "env diff web@1 web@stable",
        lambda r: r.on(
            "GET comparison",
            comparison(entries=[], counts={"added": 0, "removed": 0, "changed": 0, "same": 5}),
        ),
    ),
    Case(
        "env-diff-json",
        "env diff web@stable web@node:local --all --json",
        lambda r: r.on("GET comparison", comparison()),
    ),
    Case(
        "env-diff-bad-side",
        "env diff web@ web",
        lambda r: r.on("GET comparison", problem(422, "side-invalid", params={"given": "web@"})),
    ),
    Case(
        "env-drift",
        "env drift web",
        lambda r: r.on("GET environments/web/drift", page(replica_drift(), replica_drift("db", 0))),
    ),
    Case(
        "env-drift-none",
        "env drift web --node local",
        lambda r: r.on("GET environments/web/drift", page()),
    ),
    Case(
        "env-drift-json",
        "env drift web --json",
        lambda r: r.on("GET environments/web/drift", page(replica_drift())),
    ),
    Case(
        "find",
        "find requests<2.32",
        lambda r: r.on(
            "GET find",
            page(
                found_replica(),
                found_replica(version="2.30.0", as_locked=False, deleted=True),
                found_replica(node="crawler-01", basis="locked", seen=None, observed_at=None),
                found_revision(),
                found_revision(revision=1, live_on=0, use="kept"),
            ),
        ),
    ),
    Case(
        "find-file",
        "find --file requests-2.31.0-py3-none-any.whl --only replica",
        lambda r: r.on("GET find", page(found_replica(basis="locked", seen="2.32.0"))),
    ),
    Case("find-none", "find numpy", lambda r: r.on("GET find", page())),
    Case(
        "find-json",
        "find requests<2.32 --json",
        lambda r: r.on("GET find", page(found_replica(), found_revision())),
    ),
    Case(
        "find-extras",
        "find requests[socks]<2.32",
        lambda r: r.on(
            "GET find",
            problem(422, "find-extras", params={"extras": ["socks"], "shown": "requests<2.32"}),
        ),
    ),
    Case(
        "env-heal",
        "env heal web --wait --yes",
        lambda r: r.on("POST environments/web/heal", page(operation(kind="heal"))),
    ),
    Case(
        "env-heal-none",
        "env heal web --node db --yes",
        lambda r: r.on(
            "POST environments/web/heal", problem(409, "drift-nothing", params={"name": "web"})
        ),
    ),
    Case(
        "env-heal-unasked",
        "env heal web",
        lambda r: r.on("GET environments/web/drift", page(replica_drift())),
    ),
    Case(
        "env-verify",
        "env verify web --wait",
        lambda r: r.on(
            "POST environments/web/verify",
            page(
                operation(kind="verify"),
                operation(
                    kind="verify",
                    node="db",
                    cause=cause("drift-found", params={"count": 3, "packages": 1, "files": 2}),
                ),
                operation(kind="verify", node="web-01", state="cancelled"),
            ),
        ),
    ),
    Case(
        "block-add",
        "block add requests==2.31.0 --reason CVE-2024-35195",
        lambda r: r.on("POST blocks", said(blocked_release(), 201)),
    ),
    Case(
        "block-add-clauses",
        "block add requests>2,<3 --reason old",
        lambda r: r.on(
            "POST blocks", problem(422, "block-clauses", params={"release": "requests<3,>2"})
        ),
    ),
    Case(
        "block-list",
        "block list",
        lambda r: r.on(
            "GET blocks",
            page(blocked_release(), blocked_release(release="evil", held=FoundTotals())),
        ),
    ),
    Case("block-list-none", "block list", lambda r: r.on("GET blocks", page())),
    Case(
        "block-list-json",
        "block list --json",
        lambda r: r.on("GET blocks", page(blocked_release())),
    ),
    Case(
        "block-remove",
        "block remove Requests==2.31.0",
        lambda r: r.on("GET blocks", page(blocked_release())).on(
            f"DELETE blocks/{blocked_release().id}", httpx.Response(204)
        ),
    ),
    Case("block-remove-none", "block remove requests", lambda r: r.on("GET blocks", page())),
    Case(
        "env-rollback-blocked",
        "env rollback web 1",
        lambda r: r.on("GET environments/web", environment()).on(
            "POST environments/web/rollback",
            problem(
                409,
                "release-blocked",
                params={
                    "packages": ["requests==2.31.0"],
                    "blocks": ["requests==2.31.0 (CVE-2024-35195)"],
                },
            ),
        ),
    ),
    Case(
        "env-export",
        "env export web --format requirements",
        lambda r: r.on("GET environments/web/export", httpx.Response(200, text="fastapi==1\n")),
    ),
    Case("operation-list", "operation list", lambda r: r.on("GET operations", page(waiting()))),
    Case("operation-list-none", "operation list", lambda r: r.on("GET operations", page())),
    Case(
        "operation-show",
        f"operation show {ID} --log",
        lambda r: r.on(f"GET operations/{ID}", operation(state="failed", cause=cause())).on(
            f"GET operations/{ID}/log", log("no space left on device")
        ),
    ),
    Case(
        "operation-show-json",
        f"operation show {ID} --log --json",
        lambda r: r.on(f"GET operations/{ID}", operation()).on(
            f"GET operations/{ID}/log", log("done")
        ),
    ),
    Case(
        "operation-cancel",
        f"operation cancel {ID}",
        lambda r: r.on(f"POST operations/{ID}/cancel", operation(state="cancelled")),
    ),
    Case(
        "operation-retry",
        f"operation retry {ID}",
        lambda r: r.on(f"POST operations/{ID}/retry", operation(state="queued")),
    ),
    Case(
        "gc-dry-run",
        "gc --dry-run",
        lambda r: r.on("GET nodes", page(node(), node("db"))).on("POST collections", collections()),
    ),
    Case(
        "gc",
        "gc --node local --node db",
        lambda r: r.on("POST collections", collections(preview=False)),
    ),
    Case(
        "gc-json",
        "gc --dry-run --node local --json",
        lambda r: r.on("POST collections", collections()),
    ),
    Case("user-list", "user list", lambda r: r.on("GET users", page(user(), user("bob")))),
    Case(
        "user-edit",
        "user edit ada --role admin",
        lambda r: r.on("PATCH users/ada", user(role="admin")),
    ),
    Case(
        "user-delete",
        "user delete ada -y",
        lambda r: r.on("DELETE users/ada", httpx.Response(204)),
    ),
    Case("token-list", "token list", lambda r: r.on("GET tokens", page(token()))),
    Case(
        "token-create",
        "token create ci --role operator",
        lambda r: r.on("POST tokens", said(token(secret="vv_shown", role="operator"), 201)),
    ),
    Case(
        "token-delete",
        "token delete t1",
        lambda r: r.on("DELETE tokens/t1", httpx.Response(204)),
    ),
    Case(
        "node-token-create",
        "node token create --expires 24h --uses 2",
        lambda r: r.on("POST node-tokens", said(shown_token(), 201)),
    ),
    Case(
        "node-token-create-json",
        "node token create --json",
        lambda r: r.on("POST node-tokens", said(shown_token(local_only=False), 201)),
    ),
    Case(
        "node-token-create-windows",
        "node token create --windows",
        lambda r: r.on("POST node-tokens", shown_token()),
    ),
    Case(
        "node-token-create-installed",
        "node token create --installed",
        lambda r: r.on("POST node-tokens", shown_token()),
    ),
    Case("node-token-create-span", "node token create --expires soon", lambda r: r),
    Case(
        "node-token-list", "node token list", lambda r: r.on("GET node-tokens", page(node_token()))
    ),
    Case("node-token-list-none", "node token list", lambda r: r.on("GET node-tokens", page())),
    Case(
        "node-token-revoke",
        "node token revoke t1",
        lambda r: r.on("DELETE node-tokens/t1", httpx.Response(204)),
    ),
    Case(
        "node-remove",
        "node remove old --keep-data --yes",
        lambda r: r.on("DELETE nodes/old", httpx.Response(204)),
    ),
    Case(
        "refused",
        "env show nope",
        lambda r: r.on(
            "GET environments/nope", problem(404, "environment-not-found", params={"name": "nope"})
        ),
    ),
    Case("unreachable", "env list", lambda r: r.on("GET environments", httpx.ConnectError("gone"))),
    Case("help", "--help", lambda r: r),
    Case("help-of-create", "env create --help", lambda r: r),
    Case("help-of-run", "run --help", lambda r: r),
    Case("nothing", "", lambda r: r),
    Case("group-alone", "env", lambda r: r),
    Case("command-misspelt", "env crate", lambda r: r),
    Case("command-unknown", "fly", lambda r: r),
    Case("option-misspelt", "env create web --wat", lambda r: r),
    Case("option-unknown", "env create web --zzz", lambda r: r),
    Case("option-without-value", "env create web --python", lambda r: r),
    Case("argument-missing", "env show", lambda r: r),
    Case("argument-too-many", "env show web api", lambda r: r),
    Case("not-one-of", "env list --state happy", lambda r: r),
    Case("out-of-range", "env wait web --timeout=-1", lambda r: r),
    Case("not-a-number", "operation list --limit many", lambda r: r),
    Case("usage-json", "env show --json", lambda r: r),
)


def shown_token(*, local_only: bool = True) -> NodeToken:
    url = "http://127.0.0.1:7300"
    return node_token(
        used=0,
        token="vj1_shown",
        command=f"venvoy agent join {url} --token vj1_shown",
        install_linux="the line for Linux",
        install_windows="the line for Windows",
        addresses=[url],
        local_only=local_only,
    )


def waiting() -> Operation:
    return operation(environment="crawler-production", node="crawler-shanghai-01", state="queued")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_command(
    case: Case,
    language: str,
    run: Any,
    remote: Remote,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LANG", f"{language.replace('-', '_')}.UTF-8")
    monkeypatch.setattr("venvoy.cli.operations.age", lambda moment: "5m" if moment else "")
    case.answers(remote)
    result = run(*case.line.split())
    shown = (
        f"$ venvoy {case.line}\nexit {result.code}\n"
        f"--- stdout\n{result.out}--- stderr\n{result.err}"
    )
    file = SNAPSHOTS / f"{case.name}.{language}.txt"
    if not file.exists():
        file.write_text(shown, encoding="utf-8")
        pytest.fail(f"wrote {file.name}: read it and run again")
    assert shown == file.read_text(encoding="utf-8")


def leaves(command: Any, path: str) -> Iterator[str]:
    children = getattr(command, "commands", {})
    for name, child in children.items():
        yield from leaves(child, f"{path} {name}")
    if not children:
        yield path


def test_every_command_has_a_snapshot_or_a_test_of_its_own() -> None:
    lines = [f"venvoy {case.line}".replace("--json ", "") for case in CASES]
    asking = {"venvoy login", "venvoy user create"} | ELSEWHERE  # in test_people.py, …
    missing = [
        path
        for path in leaves(command_of(build()), "venvoy")
        if path not in asking and not any(line.startswith(path) for line in lines)
    ]
    assert missing == []
