"""What follows a switch, with real prefixes, real commands and a `systemctl` of the test's."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import uuid6

from venvoy.agent.hooks import Hooks
from venvoy.domain.state import ReplicaState
from venvoy.testing.fleet import until
from venvoy.testing.index import LocalIndex
from venvoy.testing.node import LocalNode, lock_of, seeds
from venvoy.testing.wheels import make_wheel
from venvoy.wire.messages import ReplicaSettings

READY, FAILED = ReplicaState.READY, ReplicaState.FAILED
ENDS = {READY, FAILED}

ONE = make_wheel("alpha", "1.0")
TWO = make_wheel("alpha", "2.0")
NOTE = """
import json, os, sys
import alpha
told = [os.environ[f"VENVOY_{name}"] for name in
        ("ENVIRONMENT", "REVISION", "PREVIOUS_REVISION", "PREFIX")]
with open(sys.argv[1], "a") as file:
    file.write(json.dumps([*told, alpha.__version__, sys.prefix]) + "\\n")
print("told")
"""


def noting(file: Path, **more: object) -> ReplicaSettings:
    settings = ReplicaSettings(after_command=("python", "-c", NOTE, str(file)))
    return settings.model_copy(update=more)


def noted(file: Path) -> list[list[str]]:
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


@pytest.fixture
async def index() -> AsyncIterator[LocalIndex]:
    async with LocalIndex() as index:
        index.add(ONE, TWO, *seeds())
        yield index


@pytest.fixture
def env() -> str:
    return str(uuid6.uuid7())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "told"


@pytest.fixture
async def node(tmp_path: Path, index: LocalIndex) -> AsyncIterator[LocalNode]:
    async with LocalNode(tmp_path / "data", index.simple) as node:
        yield node


async def test_a_command_runs_once_for_each_switch_and_for_nothing_else(
    node: LocalNode, index: LocalIndex, env: str, file: Path
) -> None:
    node.want(env, 1, lock_of(ONE, path=index.path), settings=noting(file))
    status = await node.until(env, ENDS)
    assert (status.state, status.cause) == (READY, None)
    first = status.prefix
    assert "told" in node.log(status.operation)
    node.want(env, 2, lock_of(TWO, path=index.path), settings=noting(file))
    second = (await node.until(env, ENDS, generation=2)).prefix
    node.want(env, 3, lock_of(TWO, path=index.path), settings=noting(file, keep_prefixes=3))
    await node.until(env, ENDS, generation=3)
    node.want(env, 4, lock_of(ONE, path=index.path), settings=noting(file), revision=1)
    await node.until(env, ENDS, generation=4)
    name = node.stable().name
    assert noted(file) == [
        [name, "1", "", first, "1.0", first],
        [name, "2", "1", second, "2.0", second],
        [name, "1", "3", first, "1.0", first],
    ]


async def test_one_that_fails_undoes_nothing_and_is_told(
    node: LocalNode, index: LocalIndex, env: str
) -> None:
    fails = ReplicaSettings(after_command=("python", "-c", "raise SystemExit('no bell')"))
    node.want(env, 1, lock_of(ONE, path=index.path), settings=fails)
    status = await node.until(env, ENDS)
    assert (status.state, status.live_revision) == (READY, 1)
    assert status.cause is not None
    assert (status.cause.code, status.cause.params["exit_code"]) == ("hook-command-failed", 1)
    assert status.cause.evidence == ("no bell",)
    log = node.log(status.operation)
    assert any(line.startswith("failed: hook-command-failed") for line in log)
    assert status.attempt == 1


async def test_it_follows_the_checks_and_a_node_that_went_back(
    node: LocalNode, index: LocalIndex, env: str, file: Path
) -> None:
    node.want(env, 1, lock_of(ONE, path=index.path), settings=noting(file))
    first = (await node.until(env, ENDS)).prefix
    only_before = ("python", "-c", "import os; assert os.environ['VENVOY_CHECK'] == 'before'")
    strict = noting(file, check_command=only_before, grace_seconds=0.1)
    node.want(env, 2, lock_of(TWO, path=index.path), settings=strict)
    status = await node.until(env, ENDS, generation=2)
    assert status.cause is not None
    assert status.cause.code == "gone-back"
    told = [each[1:5] for each in noted(file)]
    assert told == [["1", "", first, "1.0"], ["1", "2", first, "1.0"]]


async def test_a_stop_in_the_midst_of_it_leaves_it_to_be_done(
    tmp_path: Path, index: LocalIndex, env: str
) -> None:
    mark = tmp_path / "mark"
    code = (
        "import os, sys, time\n"
        "there = os.path.exists(sys.argv[1])\n"
        "open(sys.argv[1], 'a').write('x')\n"
        "print('begun', flush=True)\n"
        "time.sleep(0 if there else 99)\n"
    )
    settings = ReplicaSettings(after_command=("python", "-c", code, str(mark)))
    async with LocalNode(tmp_path / "data", index.simple) as node:
        node.want(env, 1, lock_of(ONE, path=index.path), settings=settings)
        await until(lambda: mark.exists() and mark.read_text())
        kept = node.locks
    async with LocalNode(tmp_path / "data", index.simple, key=node.key, locks=kept) as node:
        status = await node.until(env, ENDS)
        assert (status.state, status.cause) == (READY, None)
        assert mark.read_text() == "xx"
        row = node.journal.replica(env)
        assert row is not None
        assert Hooks(node.means.builder).due(env, row.live or "") is None


async def test_units_are_restarted_as_the_machine_allows(
    node: LocalNode, index: LocalIndex, env: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    calls = tmp_path / "calls"
    script = f'#!/bin/sh\necho "$@" >> {calls}\ncase "$*" in *broken*) echo gone; exit 5;; esac\n'
    (tools / "systemctl").write_text(script)
    (tools / "systemctl").chmod(0o755)
    environment = dict(node.means.builder.uv.environment)
    path = f"{tools}:{environment['PATH']}"
    monkeypatch.setitem(node.means.builder.uv.environment, "PATH", path)
    (node.data / "node.toml").write_text('[hooks]\nunits = ["web@*.service", "broken.service"]\n')
    units = ("broken.service", "sshd.service", "web@1.service")
    node.want(env, 1, lock_of(ONE, path=index.path), settings=ReplicaSettings(after_units=units))
    status = await node.until(env, ENDS)
    assert status.state is READY
    assert status.cause is not None
    assert (status.cause.code, status.cause.params) == (
        "hook-unit-failed",
        {"unit": "broken.service", "exit_code": 5},
    )
    asked = [line.split(" -- ")[-1] for line in calls.read_text().splitlines()]
    assert asked == ["broken.service", "web@1.service"]
    (node.data / "node.toml").write_text("[hooks]\nallowed = false\n")
    one = ReplicaSettings(after_units=("web@1.service",))
    node.want(env, 2, lock_of(TWO, path=index.path), settings=one)
    status = await node.until(env, ENDS, generation=2)
    assert status.cause is not None
    assert (status.state, status.cause.code) == (READY, "hooks-not-allowed")
    assert len(calls.read_text().splitlines()) == 2
