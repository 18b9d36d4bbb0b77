"""A controller of canned answers, for tests of what speaks to one over HTTP.

`Remote` answers each route with the documents given, in order, the last one again
and again, and keeps what it was asked. A route that no test gave an answer to fails
the test. The functions below make whole documents of which a test names what counts.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from pydantic import BaseModel

from venvoy.domain.state import NodeState
from venvoy.wire import joining
from venvoy.wire.blocks import BlockedRelease
from venvoy.wire.collections import CollectedPrefix, Collections, NodeCollection
from venvoy.wire.comparisons import Comparison
from venvoy.wire.drift import DriftEntry, ReplicaDrift
from venvoy.wire.environments import (
    DeletedEnvironment,
    Environment,
    EnvironmentItem,
    Replica,
    RevisionDetail,
)
from venvoy.wire.find import Basis, Found, FoundKind, FoundTotals
from venvoy.wire.nodes import Node
from venvoy.wire.operations import LogPage, Operation
from venvoy.wire.people import Token, User
from venvoy.wire.problems import CauseView, Problem
from venvoy.wire.processes import Running, RunningCount, RunningProcess
from venvoy.wire.rollouts import Rollout, RolloutStep

MOMENT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
DIGEST = "ab" * 32
Answer = httpx.Response | BaseModel | Exception | Callable[[httpx.Request], httpx.Response]


@dataclass
class Remote(httpx.BaseTransport):
    """The transport.

    Attributes:
        routes: by `METHOD path` (below `/api/v1/`), the answers in order.
        requests: all that was asked.
    """

    routes: dict[str, list[Answer]] = field(default_factory=dict)
    requests: list[httpx.Request] = field(default_factory=list)

    def on(self, route: str, *answers: Answer) -> "Remote":
        """Answer a route; return this object."""
        self.routes[route] = list(answers)
        return self

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request, as `httpx` asks for it."""
        request.read()
        self.requests.append(request)
        route = f"{request.method} {request.url.path.removeprefix('/api/v1/')}"
        answers = self.routes.get(route)
        assert answers, f"no answer was given for {route}"
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, BaseModel):
            return said(answer)
        return answer(request) if callable(answer) else answer

    def sent(self, route: str) -> Any:
        """Return the JSON body of the last request to a route."""
        method, _, path = route.partition(" ")
        found = [
            request
            for request in self.requests
            if (request.method, request.url.path) == (method, f"/api/v1/{path}")
        ]
        assert found, f"{route} was not asked for"
        return json.loads(found[-1].content)


def said(document: BaseModel, status: int = 200) -> httpx.Response:
    """Return a document as a response."""
    return httpx.Response(status, json=document.model_dump(mode="json"))


def page(*items: BaseModel, after: str | None = None) -> httpx.Response:
    """Return one page of a list."""
    shown = [item.model_dump(mode="json") for item in items]
    return httpx.Response(200, json={"items": shown, "next": after})


def problem(status: int, code: str, **fields: Any) -> httpx.Response:
    """Return an error as the API answers it."""
    fields = {"title": "", "message": f"words of {code}", **fields}
    return said(Problem(status=status, code=code, **fields), status)


def environment(name: str = "web", **fields: Any) -> Environment:
    """Return an environment that is ready on `local`."""
    given = {**_facts(name), "replicas": [replica(name)]}
    return Environment.model_validate({**given, **fields})


def rollout(**fields: Any) -> Rollout:
    """Return a rollout of six nodes that rests between its first waves."""
    given = {
        "id": "0195f000-0000-7000-8000-000000000007",
        "environment": "web",
        "revision": 4,
        "back": 2,
        "phase": "running",
        "reason": "between-waves",
        "wave": 1,
        "waves": 3,
        "until": MOMENT,
        "sizes": ["1", "50%"],
        "pause_seconds": 600,
        "failures": "0",
        "returns": True,
        "requested_by": "ada",
        "created_at": MOMENT,
        "ended_at": None,
        "allowed": 0,
        "nodes": 6,
        "moved": 1,
        "ready": 1,
        "behind": ["n6"],
        "steps": [RolloutStep(at=MOMENT, event="wave-open", wave=1, nodes=["n1"], count=1)],
    }
    return Rollout.model_validate({**given, **fields})


def deleted_environment() -> DeletedEnvironment:
    """Return an environment that can be brought back until a fixed day."""
    return DeletedEnvironment(
        id="0195f000-0000-7000-8000-000000000001",
        name="web",
        title="Web crawlers",
        revision=2,
        deleted_at=MOMENT,
        until=MOMENT + timedelta(days=7),
    )


def collections(*, preview: bool = True) -> Collections:
    """Return what three nodes answer: one has something of each kind, two do not answer."""
    fates = {"live": 0, "kept": 0, "tagged": 0, "in-use": 2, "free": 0}
    prefixes = [
        CollectedPrefix(
            environment="web",
            build=f"0195f000-0000-7000-8000-0000000000{number:02}",
            revision=7 - number,
            fate=fate,
            processes=processes,
            size_bytes=10 * 2**20,
            own_bytes=2**20,
        )
        for number, (fate, processes) in enumerate(fates.items())
    ]
    first = NodeCollection(
        node="local",
        node_state=NodeState.ONLINE,
        answered=True,
        finished=preview,
        free=1,
        free_bytes=2**20,
        prefixes=prefixes,
        total=7,
    )
    away = NodeCollection(node="db", node_state=NodeState.OFFLINE, answered=False)
    silent = away.model_copy(update={"node": "gpu", "node_state": NodeState.ONLINE})
    return Collections(preview=preview, items=[away, silent, first])


def running(*, still: int = 0) -> Running:
    """Return two processes that work in `web`, and as many on revision 6 as asked for."""
    first = RunningProcess(
        environment="web",
        node="local",
        node_state=NodeState.ONLINE,
        pid=4711,
        program="python3.12 train.py",
        user="ada",
        revision=1,
        since=MOMENT,
    )
    away = first.model_copy(
        update={"node": "db", "node_state": NodeState.OFFLINE, "pid": 12, "revision": None}
    )
    old = first.model_copy(update={"pid": 99, "revision": 6, "behind": True})
    items = [first, away, *([old] if still else [])]
    counts = [
        RunningCount(
            environment=each.environment,
            node=each.node,
            node_state=each.node_state,
            revision=each.revision,
            behind=each.behind,
            count=still if each.behind else 1,
        )
        for each in items
    ]
    return Running(items=items, counts=counts, total=2 + still)


def environment_item(name: str = "web", **fields: Any) -> EnvironmentItem:
    """Return an environment of a list that is ready on `local`."""
    given = {**_facts(name), "counts": {"ready": 1}, "node": "local"}
    return EnvironmentItem.model_validate({**given, **fields})


def _facts(name: str) -> dict[str, Any]:
    return {
        "id": "0195f000-0000-7000-8000-000000000001",
        "name": name,
        "title": "",
        "description": "",
        "labels": {},
        "owner": "admin",
        "state": "ready",
        "revision": 1,
        "requirements": ["fastapi"],
        "python": ">=3.12,<3.13",
        "platforms": ["linux-x86_64"],
        "package_count": 2,
        "operation": None,
        "version": "7",
        "created_at": MOMENT,
        "updated_at": MOMENT,
    }


def replica(name: str = "web", **fields: Any) -> Replica:
    """Return a replica that is ready on `local`."""
    given: Mapping[str, Any] = {
        "environment": name,
        "node": "local",
        "node_state": "online",
        "state": "ready",
        "revision": 1,
        "live_revision": 1,
        "path": f"/data/virtual_environments/{name}",
        "python_version": "3.12.4",
    }
    return Replica.model_validate({**given, **fields})


def node(name: str = "local", **fields: Any) -> Node:
    """Return a node that is online, with two labels and three replicas."""
    gib = 2**30
    given: Mapping[str, Any] = {
        "id": "0195f000-0000-7000-8000-000000000002",
        "name": name,
        "title": "The first",
        "state": "online",
        "labels": {"gpu": "yes", "rack": "7"},
        "region": "cn-north",
        "version": "7",
        "platform": "linux-x86_64",
        "libc": "glibc 2.36",
        "hostname": "machine",
        "agent_version": "0.1.0",
        "uv_version": "0.13.9",
        "cpus": 2,
        "cpu_percent": 12.3,
        "load": 0.5,
        "memory_bytes": 4 * gib,
        "memory_used_bytes": gib,
        "disk_free_bytes": 6 * gib,
        "disk_total_bytes": 10 * gib,
        "disks": [{"path": "/data", "total_bytes": 10 * gib, "free_bytes": 6 * gib, "data": True}],
        "interpreters": [
            {
                "version": "3.12.4",
                "implementation": "cpython",
                "path": "/opt/python/3.12.4/bin/python",
                "source": "opt",
            }
        ],
        "clock_skew_seconds": 0.01,
        "replicas": {"ready": 2, "failed": 1},
        "rights": {"file": "/etc/venvoy/node.toml", "groups": ["data"], "run_as": "jobs"},
        "last_seen_at": MOMENT,
        "created_at": MOMENT,
    }
    return Node.model_validate({**given, **fields})


def revision(**fields: Any) -> RevisionDetail:
    """Return revision 1 with two packages."""
    packages = [
        {"name": "fastapi", "version": "0.115.0", "marker": None, "size": 94_000},
        {"name": "starlette", "version": "0.40.0", "marker": None, "size": 7_300_000},
    ]
    given: Mapping[str, Any] = {
        "number": 1,
        "requirements": ["fastapi"],
        "python": ">=3.12,<3.13",
        "platforms": ["linux-x86_64"],
        "lock_digest": DIGEST,
        "package_count": 2,
        "author": "admin",
        "message": "first",
        "created_at": MOMENT,
        "packages": [
            {**package, "requested": package["name"] == "fastapi"} for package in packages
        ],
    }
    return RevisionDetail.model_validate({**given, **fields})


def replica_drift(node: str = "local", total: int = 3) -> ReplicaDrift:
    """Return what a node told after hand-work; nothing differs where `total` is 0."""
    entries = [
        DriftEntry(kind="stray", package="ipdb", found="0.13.13"),
        DriftEntry(kind="edited", package="rich", path="rich/console.py"),
    ]
    return ReplicaDrift(
        node=node,
        revision=2,
        total=total,
        entries=entries[:total],
        observed_at=MOMENT,
    )


def found_replica(**fields: Any) -> Found:
    """Return a replica whose node saw what its lock says."""
    given: Mapping[str, Any] = {
        "kind": FoundKind.REPLICA,
        "basis": Basis.OBSERVED,
        "environment": "web",
        "node": "local",
        "package": "requests",
        "version": "2.31.0",
        "revision": 2,
        "locked": ["2.31.0"],
        "state": "ready",
        "seen": "2.31.0",
        "installer": "uv",
        "observed_at": MOMENT,
    }
    return Found.model_validate({**given, **fields})


def found_revision(**fields: Any) -> Found:
    """Return a revision that is live on three nodes."""
    given: Mapping[str, Any] = {
        "kind": FoundKind.REVISION,
        "basis": Basis.LOCKED,
        "environment": "web",
        "package": "requests",
        "version": "2.31.0",
        "revision": 2,
        "locked": ["2.31.0"],
        "live_on": 3,
    }
    return Found.model_validate({**given, **fields})


def blocked_release(**fields: Any) -> BlockedRelease:
    """Return a block of what two nodes and three revisions have."""
    given: Mapping[str, Any] = {
        "id": "0195f000-0000-7000-8000-00000000000b",
        "release": "requests==2.31.0",
        "reason": "CVE-2024-35195",
        "author": "admin",
        "created_at": MOMENT,
        "held": FoundTotals(replicas=4, nodes=2, revisions=3),
    }
    return BlockedRelease.model_validate({**given, **fields})


def comparison(**fields: Any) -> Comparison:
    """Return how revision 2 on a node differs from the tagged first one."""
    entries = [
        {
            "part": "package",
            "name": "fastapi",
            "kind": "changed",
            "before": [{"text": "0.115.0"}],
            "after": [{"text": "0.116.0", "marker": "python_version >= '3.12'"}],
        },
        {
            "part": "package",
            "name": "rich",
            "kind": "added",
            "before": [],
            "after": [{"text": "13.9"}],
        },
        {
            "part": "platform",
            "name": "linux-x86_64",
            "kind": "removed",
            "before": [{"text": "linux-x86_64"}],
            "after": [],
        },
    ]
    given: Mapping[str, Any] = {
        "before": {"environment": "web", "revision": 1, "tags": ["stable"]},
        "after": {"environment": "web", "revision": 2, "node": "local"},
        "counts": {"added": 1, "removed": 1, "changed": 1, "same": 3},
        "entries": entries,
    }
    return Comparison.model_validate({**given, **fields})


def operation(**fields: Any) -> Operation:
    """Return a build on `local` that has succeeded."""
    given: Mapping[str, Any] = {
        "id": "0195f000-0000-7000-8000-00000000000a",
        "kind": "build",
        "state": "succeeded",
        "environment": "web",
        "node": "local",
        "revision": 1,
        "step": "switch",
        "progress": {
            "bytes_done": 7_394_000,
            "bytes_total": 7_394_000,
            "packages_done": 2,
            "packages_total": 2,
        },
        "requested_by": "admin",
        "created_at": MOMENT,
        "ended_at": MOMENT,
    }
    return Operation.model_validate({**given, **fields})


def cause(code: str = "disk-full", **fields: Any) -> CauseView:
    """Return why a build failed."""
    given: Mapping[str, Any] = {
        "code": code,
        "step": "install",
        "hop": "disk",
        "params": {"reason": "No space left on device"},
        "evidence": ["error: No space left on device (os error 28)"],
        "message": f"words of {code}",
        "remedy": f"remedy of {code}",
    }
    return CauseView.model_validate({**given, **fields})


def log(*texts: str, ended: bool = True, start: int = 0) -> LogPage:
    """Return lines of a log."""
    lines = [
        {"sequence": start + at, "at": MOMENT, "step": "install", "text": text}
        for at, text in enumerate(texts)
    ]
    following = start + len(texts)
    return LogPage.model_validate({"lines": lines, "next": following, "ended": ended})


def user(username: str = "ada", **fields: Any) -> User:
    """Return a user."""
    given = {"id": "u1", "username": username, "role": "viewer", "disabled": False}
    return User.model_validate({**given, "created_at": MOMENT, **fields})


def token(name: str = "ci", **fields: Any) -> Token:
    """Return an API token."""
    given = {"id": "t1", "name": name, "username": "ada", "role": "viewer", "created_at": MOMENT}
    return Token.model_validate({**given, "expires_at": MOMENT, **fields})


def node_token(**fields: Any) -> joining.NodeToken:
    """Return a join token for two machines, of which one has joined."""
    given = {
        "id": "0195f000-0000-7000-8000-00000000000c",
        "uses": 2,
        "used": 1,
        "created_by": "admin",
        "created_at": MOMENT,
        "expires_at": MOMENT,
    }
    return joining.NodeToken.model_validate({**given, **fields})
