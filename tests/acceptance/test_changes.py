"""Edits, upgrades, deletions and work that is stopped or repeated."""

import json
import shlex
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from venvoy.domain.errors import NotFound
from venvoy.testing.damage import installed
from venvoy.testing.index import Fault, LocalIndex
from venvoy.testing.installation import Installation, until
from venvoy.testing.wheels import make_wheel


@pytest.fixture
def http(shared: Installation) -> Iterator[httpx.Client]:
    access = shared.access()
    with httpx.Client(
        base_url=f"{access['url']}/api/v1/",
        headers={"Authorization": f"Bearer {access['token']}"},
        timeout=60,
        trust_env=False,
    ) as client:
        yield client


@pytest.fixture
def faults(shared_index: LocalIndex) -> Iterator[list[Fault]]:
    """Faults of the shared index that end with the test."""
    yield shared_index.faults
    shared_index.faults.clear()


def files_asked_for(index: LocalIndex) -> Counter[str]:
    """Which package files were fetched, and how often."""
    asked = Counter[str]()
    for request, count in index.requests.items():
        if request.startswith("GET /packages/") and request.endswith(".whl"):
            asked[request.rpartition("/")[2].partition("-")[0]] += count
    return asked


def test_an_edit_fetches_only_what_it_adds(
    shared: Installation, shared_index: LocalIndex, name: str
) -> None:
    mine = [make_wheel(f"{name}-{part}") for part in ("old", "new")]
    shared_index.add(*mine)
    shared.cli("env", "create", name, "-p", f"{name}-old", "--wait")
    shared_index.requests.clear()
    shared.cli("env", "edit", name, "--add", f"{name}-new", "--wait")
    assert files_asked_for(shared_index) == {f"{name}_new": 1}
    assert installed(shared.live(name)) == {f"{name}_old": "1.0", f"{name}_new": "1.0"}


def test_an_edit_keeps_versions_and_an_upgrade_moves_them(
    shared: Installation, shared_index: LocalIndex, name: str
) -> None:
    one, two = f"{name}-one", f"{name}-two"
    shared_index.add(make_wheel(one), make_wheel(two))
    shared.cli("env", "create", name, "-p", one, "-p", two, "--wait")
    shared_index.add(make_wheel(one, "2.0"), make_wheel(two, "2.0"))
    shared.cli("env", "edit", name, "--add", "alpha", "--wait")
    keys = [part.replace("-", "_") for part in (one, two)]
    assert [installed(shared.live(name))[key] for key in keys] == ["1.0", "1.0"]
    shared.cli("env", "upgrade", name, one, "--wait")
    assert [installed(shared.live(name))[key] for key in keys] == ["2.0", "1.0"]
    assert "changed" in shared.cli("env", "upgrade", name, "--wait").stderr
    assert [installed(shared.live(name))[key] for key in keys] == ["2.0", "2.0"]
    again = shared.cli("env", "upgrade", name)
    assert shared.json("env", "show", name)["revision"] == 4, again.stderr


def test_an_edit_that_cannot_be_resolved_changes_nothing(shared: Installation, name: str) -> None:
    shared.cli("env", "create", name, "-p", "alpha", "--title", "kept", "--wait")
    before = shared.json("env", "show", name)
    refused = shared.cli(
        "env", "edit", name, "--add", "no-such-package", "--title", "lost", check=False
    )
    assert refused.returncode == 1
    assert "no-such-package" in refused.stderr
    after = shared.json("env", "show", name)
    told = ("state", "revision", "requirements", "title", "package_count")
    assert {key: after[key] for key in told} == {key: before[key] for key in told}
    assert after["replicas"][0]["live_revision"] == 1
    shared.cli("env", "edit", name, "--add", "beta", "--wait")


def test_a_deletion_leaves_nothing(shared: Installation, name: str) -> None:
    shared.cli("env", "create", name, "-p", "alpha", "--wait")
    home = shared.live(name).parent
    unsure = shared.cli("env", "delete", name, check=False, stdin="")
    assert unsure.returncode == 2
    assert home.exists()
    shared.cli("env", "delete", name, "--yes")
    until(lambda: not home.exists(), what="the prefixes are gone")
    assert not shared.stable(name).is_symlink()
    assert shared.cli("env", "show", name, check=False).returncode == 3
    shared.cli("env", "create", name, "-p", "beta", "--wait")
    assert installed(shared.live(name)) == {"beta": "1.0"}


def test_work_is_cancelled_and_repeated(
    shared: Installation, shared_index: LocalIndex, faults: list[Fault], name: str
) -> None:
    shared_index.add(make_wheel(name))
    shared.cli("env", "create", name, "-p", "alpha", "--wait")
    faults.append(Fault(f"*/{name}-*.whl", stall=True, after=100))
    shared.cli("env", "edit", name, "--add", name)
    until(lambda: shared_index.asked(f"GET */{name}-*.whl"), what="the file is asked for")
    build = shared.json("operation", "list", "--env", name)["items"][0]
    assert build["state"] == "running"
    shared.cli("operation", "cancel", build["id"])
    with shared.client() as client:
        until(lambda: client.operation(build["id"]).state == "cancelled", what="it is cancelled")
        until(
            lambda: client.environment(name).replicas[0].state == "cancelled",
            what="the replica has stopped",
        )
    waited = shared.cli("env", "wait", name, "--timeout", "30", check=False)
    assert waited.returncode == 1
    assert installed(shared.live(name)) == {"alpha": "1.0"}
    faults.clear()
    shared.cli("operation", "retry", build["id"])
    shared.cli("env", "wait", name, "--timeout", "60")
    assert installed(shared.live(name)) == {"alpha": "1.0", name: "1.0"}
    assert len(list(shared.live(name).parent.iterdir())) == 2


def test_a_wait_ends_when_its_time_is_up(
    shared: Installation, shared_index: LocalIndex, faults: list[Fault], name: str
) -> None:
    shared_index.add(make_wheel(name))
    faults.append(Fault(f"*/{name}-*.whl", stall=True))
    shared.cli("env", "create", name, "-p", name)
    late = shared.cli("env", "wait", name, "--timeout", "1", check=False)
    assert late.returncode == 6
    shared.cli("env", "delete", name, "--yes")
    until(lambda: _gone(shared, name), what="the build was stopped and the environment is gone")


@contextmanager
def receiver() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """An address on loopback, and what was sent to it."""
    heard: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/secret", heard
    finally:
        server.shutdown()
        server.server_close()


def test_hooks_follow_a_switch_and_a_rollback(
    shared: Installation, name: str, tmp_path: Path
) -> None:
    file = tmp_path / "told"
    code = (
        "import os; print(os.environ['VENVOY_PREVIOUS_REVISION'], os.environ['VENVOY_REVISION'], "
        f"file=open({str(file)!r}, 'a'))"
    )
    command = shlex.join(["python", "-c", code])
    with receiver() as (url, heard):
        hooks = ("--after-command", command, "--after-webhook", url)
        shared.cli("env", "create", name, "-p", "alpha", *hooks, "--wait")
        shared.cli("env", "edit", name, "--add", "beta", "--wait")
        shared.cli("env", "rollback", name, "1", "--wait")
        assert file.read_text().split("\n") == [" 1", "1 2", "2 1", ""]
        until(lambda: len(heard) >= 3, what="each switch was told")
    params = [each["params"] for each in heard]
    assert [(each["previous_revision"], each["revision"]) for each in params] == [
        (None, 1),
        (1, 2),
        (2, 1),
    ]
    assert {(each["environment"], each["node"]) for each in params} == {(name, "local")}
    shown = shared.json("env", "show", name)
    assert "secret" not in json.dumps(shown["policy"])

    fails = shlex.join(["python", "-c", "raise SystemExit('nobody is there')"])
    shared.cli("env", "edit", name, "--no-hooks", "--after-command", fails)
    shared.cli("env", "rollback", name, "2", "--wait")
    [replica] = shared.json("env", "show", name)["replicas"]
    assert (replica["state"], replica["live_revision"]) == ("ready", 2)
    assert replica["cause"]["code"] == "hook-command-failed"
    assert replica["cause"]["evidence"] == ["nobody is there"]
    log = shared.cli("env", "logs", name).stdout
    assert "failed: hook-command-failed" in log


def test_a_lost_update_is_refused_with_the_difference(
    http: httpx.Client, shared: Installation, name: str
) -> None:
    shared.cli("env", "create", name, "-p", "alpha", "--wait")
    tag = http.get(f"environments/{name}").headers["ETag"]
    first = http.patch(f"environments/{name}", json={"title": "first"}, headers={"If-Match": tag})
    assert first.status_code == 200
    second = http.patch(f"environments/{name}", json={"title": "second"}, headers={"If-Match": tag})
    assert second.status_code == 412
    assert second.headers["Content-Type"] == "application/problem+json"
    problem = second.json()
    assert "title" in str(problem["params"])
    assert "first" in str(problem)
    assert http.get(f"environments/{name}").json()["title"] == "first"
    blind = http.patch(f"environments/{name}", json={"title": "third"})
    assert (blind.status_code, blind.json()["code"]) == (428, "version-needed")


def test_a_creation_sent_twice_happens_once(http: httpx.Client, name: str) -> None:
    wish, key = {"name": name, "requirements": "alpha"}, {"Idempotency-Key": f"key-of-{name}"}
    first = http.post("environments", json=wish, headers=key)
    again = http.post("environments", json=wish, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json()["id"] == first.json()["id"]
    other = http.post("environments", json={**wish, "title": "other"}, headers=key)
    assert other.status_code in {409, 422}
    without = http.post("environments", json=wish)
    assert without.status_code == 409
    assert without.json()["code"] == "environment-exists"


def _gone(installation: Installation, name: str) -> bool:
    try:
        with installation.client() as client:
            client.environment(name)
    except NotFound:
        return not installation.stable(name).is_symlink()
    return False
