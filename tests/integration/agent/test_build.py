"""Building, switching and removing with the real uv and a local index."""

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import uuid6

from venvoy.agent import pins
from venvoy.agent.system import acl
from venvoy.domain.state import ReplicaState
from venvoy.testing.index import Fault, LocalIndex
from venvoy.testing.node import LocalNode, lock_of, seeds
from venvoy.testing.wheels import make_wheel
from venvoy.wire.messages import Action

READY, FAILED = ReplicaState.READY, ReplicaState.FAILED
ENV = str(uuid6.uuid7())
OTHER = str(uuid6.uuid7())

ALPHA = make_wheel("alpha", "1.0", requires=("beta",))
ALPHA2 = make_wheel("alpha", "2.0", requires=("beta",))
BETA = make_wheel("beta", "1.0", payload=200_000)


@pytest.fixture
async def index() -> AsyncIterator[LocalIndex]:
    async with LocalIndex() as index:
        index.add(ALPHA, ALPHA2, BETA, *seeds())
        yield index


@pytest.fixture
async def node(tmp_path: Path, index: LocalIndex) -> AsyncIterator[LocalNode]:
    async with LocalNode(tmp_path / "data", index.simple) as node:
        yield node


def python(node: LocalNode, code: str, name: str = "web") -> str:
    program = node.stable(name) / "bin" / "python"
    return subprocess.run(
        [program, "-c", code], check=True, capture_output=True, text=True
    ).stdout.strip()


def pip(node: LocalNode, *arguments: str) -> str:
    program = node.stable() / "bin" / "pip"
    return subprocess.run([program, *arguments], check=True, capture_output=True, text=True).stdout


async def test_an_environment_is_built_checked_and_switched_to(
    node: LocalNode, index: LocalIndex
) -> None:
    lock = lock_of(ALPHA, BETA, path=index.path)
    assert node.want(ENV, 1, lock)

    status = await node.until(ENV, {READY, FAILED})

    assert status.state is READY, status.cause
    assert status.live_revision == status.revision == 1
    assert status.path == str(node.stable())
    assert node.stable().resolve() == Path(status.prefix or "")
    assert python(node, "import alpha, beta; print(beta.__name__)") == "beta"
    assert "http://127.0.0.1:" in pip(node, "config", "list")
    listed = [line.split("==")[0] for line in pip(node, "list", "--format=freeze").splitlines()]
    assert listed == ["alpha", "beta", "pip"], "the lock and pip, on every Python"
    order = list(ReplicaState)
    seen = [order.index(each.state) for each in node.statuses if each.state]
    assert seen == sorted(seen)
    assert [each.sequence for each in node.statuses] == sorted(
        {each.sequence for each in node.statuses}
    )
    lines = node.log(status.operation)
    assert any(line.startswith(" + alpha==1.0") for line in lines), lines
    assert lines[-1] == "revision 1 is ready"


async def test_a_newer_revision_replaces_the_live_one_and_the_old_one_stays_for_a_rollback(
    node: LocalNode, index: LocalIndex
) -> None:
    node.want(ENV, 1, lock_of(ALPHA, BETA, path=index.path))
    first = await node.until(ENV, {READY, FAILED})
    node.want(ENV, 2, lock_of(ALPHA2, BETA, path=index.path))
    second = await node.until(ENV, {READY, FAILED}, generation=2)

    assert second.live_revision == 2
    assert Path(first.prefix or "").is_dir()
    assert index.asked("GET /packages/*/beta-*") == 1, "only what changed is fetched"

    node.want(ENV, 3, lock_of(ALPHA, BETA, path=index.path))
    third = await node.until(ENV, {READY, FAILED}, generation=3)
    assert third.prefix == first.prefix, "a prefix that is there is switched to, not built"
    assert third.live_revision == 3


async def test_a_newer_document_stops_the_build_in_flight(
    node: LocalNode, index: LocalIndex
) -> None:
    index.faults.append(Fault("*/alpha-1.0-*", stall=True, after=100))
    node.want(ENV, 1, lock_of(ALPHA, BETA, path=index.path))
    await node.until(ENV, lambda s: s.step is not None and s.step.value == "fetch")
    node.want(ENV, 2, lock_of(ALPHA2, BETA, path=index.path))

    status = await node.until(ENV, {READY, FAILED}, generation=2)

    assert status.state is READY, status.cause
    assert not any(s.state is READY for s in node.statuses if s.generation == 1)
    assert node.journal.children() == []
    assert [row.build.revision for row in node.journal.builds()] == [2]
    assert [path.name.split("-")[0] for path in node.layout.known_prefixes()] == ["2"]


async def test_documents_in_any_order_end_in_the_newest(node: LocalNode, index: LocalIndex) -> None:
    newest = lock_of(ALPHA2, BETA, path=index.path)
    assert node.want(ENV, 5, newest)
    assert not node.want(ENV, 5, newest)
    assert not node.want(ENV, 4, lock_of(ALPHA, BETA, path=index.path))
    status = await node.until(ENV, {READY, FAILED})
    assert status.live_revision == 5
    assert python(node, "import importlib.metadata as m; print(m.version('alpha'))") == "2.0"


async def test_hold_stops_work_and_keeps_what_is_live(node: LocalNode, index: LocalIndex) -> None:
    node.want(ENV, 1, lock_of(ALPHA, BETA, path=index.path))
    await node.until(ENV, {READY})
    index.faults.append(Fault("*/alpha-2.0-*", stall=True))
    node.want(ENV, 2, lock_of(ALPHA2, BETA, path=index.path))
    await node.until(ENV, lambda s: s.generation == 2 and s.step is not None)
    node.want(ENV, 3, action=Action.HOLD)

    status = await node.until(ENV, {ReplicaState.CANCELLED})

    assert status.generation == 3
    assert status.live_revision == 1
    assert python(node, "import alpha") == ""


async def test_removal_leaves_nothing_and_waits_for_whoever_works_there(
    node: LocalNode, index: LocalIndex
) -> None:
    node.want(ENV, 1, lock_of(ALPHA, BETA, path=index.path))
    ready = await node.until(ENV, {READY, FAILED})
    pin = pins.hold(Path(ready.prefix or ""))
    assert pin is not None
    node.want(ENV, 2, action=Action.REMOVE)

    waiting = await node.until(ENV, {ReplicaState.WAITING})
    assert waiting.cause is not None
    assert waiting.cause.code == "prefix-in-use"
    assert not node.stable().exists(), "nothing new can start there"
    assert Path(ready.prefix or "").is_dir()

    pins.release(pin)
    node.reconciler.hurry()
    removed = await node.until(ENV, lambda status: status.removed)
    assert (removed.path, removed.live_revision) == (None, None)
    assert node.layout.known_prefixes() == []
    assert not node.want(ENV, 1, lock_of(ALPHA, BETA, path=index.path)), "a replay is refused"


async def test_a_name_passes_to_a_new_environment_after_its_removal(
    node: LocalNode, index: LocalIndex
) -> None:
    lock = lock_of(ALPHA, BETA, path=index.path)
    node.want(ENV, 1, lock)
    await node.until(ENV, {READY})
    node.want(OTHER, 1, lock)
    taken = await node.until(OTHER, {ReplicaState.WAITING, READY})
    assert taken.cause is not None
    assert taken.cause.code == "stable-path-occupied"
    node.want(ENV, 2, action=Action.REMOVE)
    node.want(OTHER, 2, lock)
    status = await node.until(OTHER, {READY}, generation=2)
    assert node.stable().resolve() == Path(status.prefix or "")


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_new_environment_that_came_before_its_names_old_one_went_gets_the_name(
    tmp_path: Path, index: LocalIndex, restarted: bool
) -> None:
    node = LocalNode(tmp_path / "data", index.simple)
    lock = lock_of(ALPHA, BETA, path=index.path)
    async with node:
        node.want(ENV, 1, lock)
        await node.until(ENV, {READY})
        node.want(OTHER, 1, lock)
        failed = await node.until(OTHER, {FAILED})
        assert failed.cause is not None
        assert failed.cause.code == "stable-path-occupied"
        if restarted:
            # The removal, cut off by a kill before anybody was told.
            node.stable().unlink()
            node.journal.go_live(ENV, None, None)
            node.journal.doom(row.build.id for row in node.journal.builds(ENV))
        else:
            node.want(ENV, 2, action=Action.REMOVE)
            await node.until(OTHER, {READY})
    if restarted:
        node = LocalNode(node.data, index.simple, locks=node.locks, key=node.key)
        async with node:
            await node.until(OTHER, {READY})
    assert node.layout.environment_of(node.stable().resolve()) == OTHER


async def test_a_removed_environment_is_forgotten_once_the_controller_lists_it_no_more(
    node: LocalNode, index: LocalIndex
) -> None:
    lock = lock_of(ALPHA, BETA, path=index.path)
    node.want(ENV, 1, lock)
    node.want(OTHER, 1, lock, name="other")
    await node.until(ENV, {READY})
    await node.until(OTHER, {READY})
    before = dict(node.reconciler.versions())
    node.want(ENV, 2, action=Action.REMOVE)
    node.reconciler.forget(before)
    assert ENV in node.reconciler.versions(), "its removal is under way"
    await node.until(ENV, lambda status: status.removed)
    node.reconciler.forget(before)
    assert ENV in node.reconciler.versions(), "the list is older than the removal"

    async with asyncio.timeout(30):
        while ENV in node.reconciler.versions():
            node.reconciler.forget(dict(node.reconciler.versions()))
            await asyncio.sleep(0)

    assert list(node.reconciler.versions()) == [OTHER], "what is installed stays"
    assert [row.environment for row in node.journal.replicas()] == [OTHER]
    assert node.means.reporter.newest(ENV) is None
    node.want(ENV, 1, lock)
    sent = len(node.statuses)
    node.means.reporter.repeat()
    await node.until(ENV, lambda s: s.state is READY and node.statuses.index(s) >= sent)


async def test_a_foreign_directory_at_the_stable_path_is_never_touched(
    node: LocalNode, index: LocalIndex
) -> None:
    node.stable().mkdir()
    (node.stable() / "mine.txt").write_text("precious")
    node.want(ENV, 1, lock_of(ALPHA, BETA, path=index.path))

    status = await node.until(ENV, {READY, FAILED})

    assert status.state is FAILED
    assert status.cause is not None
    assert status.cause.code == "stable-path-occupied"
    assert status.cause.params["path"] == str(node.stable())
    assert (node.stable() / "mine.txt").read_text() == "precious"
    assert status.path is None


async def test_bytecode_is_compiled_in_the_background(node: LocalNode, index: LocalIndex) -> None:
    node.want(ENV, 1, lock_of(ALPHA, BETA, path=index.path))
    ready = await node.until(ENV, {READY, FAILED})
    await node.means.compiler.idle()
    assert list(Path(ready.prefix or "").glob("lib/*/site-packages/alpha/__pycache__/*.pyc"))


async def test_writers_of_the_machines_file_are_let_into_new_prefixes(
    node: LocalNode, index: LocalIndex
) -> None:
    """Into directories alone: what the cache shares is nobody's to write into."""
    lock = lock_of(ALPHA, BETA, path=index.path)
    node.want(ENV, 1, lock)
    before = Path((await node.until(ENV, {READY, FAILED})).prefix or "")
    (node.data / "node.toml").write_text("[prefixes]\nusers = ['nobody']\n")
    node.want(ENV, 2, lock_of(ALPHA2, BETA, path=index.path))
    status = await node.until(ENV, {READY, FAILED}, generation=2)
    assert status.state is READY, status.cause
    prefix = Path(status.prefix or "")
    assert not os.listxattr(before)
    folders = [
        prefix,
        *(path for path in prefix.rglob("*") if path.is_dir() and not path.is_symlink()),
    ]
    assert len(folders) > 10
    for folder in folders:
        assert {acl.ACCESS, acl.DEFAULT} <= set(os.listxattr(folder))
    module = next(prefix.glob("lib/*/site-packages/alpha/__init__.py"))
    assert acl.ACCESS not in os.listxattr(module)
    assert module.stat().st_mode & 0o022 == 0


async def test_a_wrong_file_of_the_machine_ends_no_build(
    node: LocalNode, index: LocalIndex
) -> None:
    (node.data / "node.toml").write_text("[prefixes]\nusers = 'nobody'\n")
    node.want(ENV, 1, lock_of(BETA, path=index.path))
    status = await node.until(ENV, {READY, FAILED})
    assert status.state is READY, status.cause
    assert not os.listxattr(status.prefix or "")
