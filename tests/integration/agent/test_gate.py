"""The environment's own checks, with real prefixes: before a switch and after it."""

import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest
import uuid6

from venvoy.agent.journal import Journal
from venvoy.agent.trial import Trials
from venvoy.domain.reconcile import Version
from venvoy.domain.state import ReplicaState
from venvoy.testing.index import LocalIndex
from venvoy.testing.node import LocalNode, lock_of, seeds
from venvoy.testing.wheels import make_wheel
from venvoy.wire.messages import ReplicaSettings, ReplicaStatus

READY, FAILED = ReplicaState.READY, ReplicaState.FAILED
ENDS = {READY, FAILED}

GOOD = make_wheel("alpha", "1.0")
BAD = make_wheel("alpha", "2.0", code="raise ValueError('broken')\n")
SLOW = make_wheel("alpha", "3.0", code="import time\ntime.sleep(1000)\n")
IMPORT = ReplicaSettings(check_modules=("alpha",))
# What is live fails, what is not yet does not.
ONLY_BEFORE = ReplicaSettings(
    check_command=("python", "-c", "import os; assert os.environ['VENVOY_CHECK'] == 'before'"),
    grace_seconds=0.1,
)


@pytest.fixture
async def index() -> AsyncIterator[LocalIndex]:
    async with LocalIndex() as index:
        index.add(GOOD, BAD, SLOW, *seeds())
        yield index


@pytest.fixture
def env() -> str:
    return str(uuid6.uuid7())


@pytest.fixture
async def node(tmp_path: Path, index: LocalIndex) -> AsyncIterator[LocalNode]:
    async with LocalNode(tmp_path / "data", index.simple) as node:
        yield node


async def first(node: LocalNode, env: str, index: LocalIndex) -> ReplicaStatus:
    node.want(env, 1, lock_of(GOOD, path=index.path), settings=IMPORT)
    status = await node.until(env, ENDS)
    assert status.state is READY, status.cause
    return status


async def test_a_revision_that_cannot_be_imported_never_becomes_live(
    node: LocalNode, index: LocalIndex, env: str
) -> None:
    before = await first(node, env, index)
    task = subprocess.Popen(  # noqa: ASYNC220 - it outlives what is tested
        [node.stable() / "bin" / "python", "-c", "input()"], stdin=subprocess.PIPE
    )
    node.want(env, 2, lock_of(BAD, path=index.path), settings=IMPORT)

    status = await node.until(env, ENDS, generation=2)

    assert (status.state, status.live_revision) == (FAILED, 1)
    assert status.cause is not None
    assert (status.cause.code, status.cause.params["module"]) == ("check-import-failed", "alpha")
    assert status.cause.evidence[-1] == "ValueError: broken"
    assert not status.cause.transient
    assert status.attempt == 1
    assert "importing alpha" in node.log(status.operation)
    assert node.stable().resolve() == Path(before.prefix or "")
    assert task.poll() is None, "what runs, runs on"
    task.kill()
    task.wait()
    assert [row.path for row in node.journal.builds(env)] == [Path(before.prefix or "")]


async def test_what_hangs_is_ended_at_its_limit(
    node: LocalNode, index: LocalIndex, env: str
) -> None:
    limited = IMPORT.model_copy(update={"check_seconds": 0.5})
    node.want(env, 1, lock_of(SLOW, path=index.path), settings=limited)
    status = await node.until(env, ENDS)
    assert status.cause is not None
    assert (status.cause.code, status.live_revision) == ("check-import-timed-out", None)

    hangs = ("python", "-c", "import time; print('here', flush=True); time.sleep(1000)")
    settings = ReplicaSettings(check_command=hangs, check_seconds=0.5)
    node.want(env, 2, lock_of(GOOD, path=index.path), settings=settings)
    status = await node.until(env, ENDS, generation=2)
    assert status.cause is not None
    assert status.cause.code == "check-command-timed-out"
    assert status.cause.evidence == ("here",)
    assert not [p for p in psutil.Process().children() if "time.sleep" in "".join(p.cmdline())]


async def test_what_fails_after_the_switch_goes_back_by_itself(
    node: LocalNode, index: LocalIndex, env: str
) -> None:
    before = await first(node, env, index)
    node.want(env, 2, lock_of(BAD, path=index.path), settings=ONLY_BEFORE)

    status = await node.until(env, ENDS, generation=2)

    assert any(s.live_revision == 2 for s in node.statuses), "it was live for a moment"
    assert (status.state, status.live_revision, status.prefix) == (FAILED, 1, before.prefix)
    assert status.cause is not None
    assert status.cause.code == "gone-back"
    assert status.cause.params["back_to"] == 1
    assert status.cause.params["check"] == "check-command-failed"
    assert node.stable().resolve() == Path(before.prefix or "")
    assert Trials(node.journal).of(env) is None


async def test_without_a_revision_to_go_back_to_it_stays_and_is_failed(
    node: LocalNode, index: LocalIndex, env: str
) -> None:
    node.want(env, 1, lock_of(GOOD, path=index.path), settings=ONLY_BEFORE)
    status = await node.until(env, ENDS)
    assert (status.state, status.live_revision) == (FAILED, 1)
    assert status.cause is not None
    assert status.cause.code == "failed-after-switch"


async def test_a_kill_while_going_back_ends_with_what_was_live(
    tmp_path: Path, index: LocalIndex, env: str
) -> None:
    slow = (
        "python",
        "-c",
        "import os, time; time.sleep(99 * (os.environ['VENVOY_CHECK'] == 'after'))",
    )
    settings = ReplicaSettings(check_command=slow, grace_seconds=60)
    async with LocalNode(tmp_path / "data", index.simple) as node:
        before = await first(node, env, index)
        node.want(env, 2, lock_of(BAD, path=index.path), settings=settings)
        await node.until(env, lambda s: s.live_revision == 2 and s.state is ReplicaState.CHECKING)
        trials = Trials(node.journal)
        trial = trials.of(env)
        assert trial is not None
        kept = node.locks
    async with LocalNode(tmp_path / "data", index.simple, key=node.key, locks=kept) as node:
        # Stopped without a verdict: the trial goes on, and its way back is the old one.
        await node.until(env, lambda s: s.live_revision == 2 and s.state is ReplicaState.CHECKING)
        trials = Trials(node.journal)
        assert trials.of(env) == trial
    async with LocalNode(tmp_path / "data", index.simple, key=node.key, locks=kept) as node:
        node.want(env, 3, lock_of(BAD, path=index.path), settings=ONLY_BEFORE)
        status = await node.until(env, ENDS, generation=3)
        assert (status.live_revision, status.prefix) == (1, before.prefix)


def test_the_way_back_of_what_is_on_trial_stays_its_way_back(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "journal.db")
    trials = Trials(journal)
    journal.accept("e", "web", Version(1, 1), b"")
    journal.go_live("e", "one", 1)
    assert trials.open("e", "two", Version(1, 2)).before == "one"
    journal.go_live("e", "two", 2)
    again = trials.open("e", "three", Version(1, 3))
    assert (again.before, again.before_revision) == ("one", 1)
    journal.go_live("e", "three", 3)
    assert trials.open("e", "one", Version(1, 4)).before is None, "it is the way back itself"
    journal.close()


async def test_a_new_check_that_what_is_live_fails_is_reported_and_takes_nothing_down(
    node: LocalNode, index: LocalIndex, env: str
) -> None:
    before = await first(node, env, index)
    fails = ReplicaSettings(check_command=("python", "-c", "raise SystemExit(7)"))
    node.want(env, 2, lock_of(GOOD, path=index.path), settings=fails, revision=1)
    status = await node.until(env, ENDS, generation=2)
    assert (status.state, status.live_revision, status.prefix) == (FAILED, 1, before.prefix)
    assert status.cause is not None
    assert status.cause.params["exit_code"] == 7
    node.want(env, 3, lock_of(GOOD, path=index.path), settings=IMPORT, revision=1)
    status = await node.until(env, ENDS, generation=3)
    assert (status.state, status.prefix) == (READY, before.prefix)


async def test_the_machines_file_decides_whether_checks_run(
    node: LocalNode, index: LocalIndex, env: str
) -> None:
    (node.data / "node.toml").write_text("[checks]\nallowed = false\n")
    node.want(env, 1, lock_of(GOOD, path=index.path), settings=IMPORT)
    status = await node.until(env, ENDS)
    assert status.cause is not None
    assert status.cause.code == "checks-not-allowed"


async def test_a_command_that_is_not_there_is_named(
    node: LocalNode, index: LocalIndex, env: str
) -> None:
    settings = ReplicaSettings(check_command=("no-such-command", "-x"))
    node.want(env, 1, lock_of(GOOD, path=index.path), settings=settings)
    status = await node.until(env, ENDS)
    assert status.cause is not None
    assert (status.cause.code, status.cause.params) == (
        "check-command-missing",
        {"program": "no-such-command"},
    )
