"""Every fault of a build ends in a typed cause, and never in a half-built live prefix."""

import asyncio
import errno
import os
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
import uuid6

from venvoy.agent import processes, reconciler
from venvoy.agent.journal import BuildRow
from venvoy.agent.processes import Children, Command, Ended, OnLine, Watch
from venvoy.domain.cause import Cause, Hop, Step
from venvoy.domain.retention import Build, Phase
from venvoy.domain.state import ReplicaState
from venvoy.index.settings import GatewaySettings
from venvoy.testing.index import Fault, LocalIndex
from venvoy.testing.node import PYTHON, LocalNode, lock_of, seeds
from venvoy.testing.wheels import make_wheel
from venvoy.wire.messages import ReplicaSettings, ReplicaStatus

READY, FAILED, WAITING = ReplicaState.READY, ReplicaState.FAILED, ReplicaState.WAITING
ENV = str(uuid6.uuid7())
ALPHA = make_wheel("alpha", "1.0")
LARGE = make_wheel("large", "1.0", payload=3_000_000)


@pytest.fixture
async def index() -> AsyncIterator[LocalIndex]:
    async with LocalIndex() as index:
        index.add(ALPHA, LARGE, *seeds())
        yield index


@pytest.fixture
async def node(tmp_path: Path, index: LocalIndex) -> AsyncIterator[LocalNode]:
    async with LocalNode(tmp_path / "data", index.simple) as node:
        yield node


def cause(status: ReplicaStatus) -> Cause:
    assert status.cause is not None, status
    return status.cause.cause()


async def test_a_wrong_hash_is_refused_named_and_not_stored(
    node: LocalNode, index: LocalIndex
) -> None:
    index.faults.append(Fault("*/alpha-1.0-*", wrong=True))
    node.want(ENV, 1, lock_of(ALPHA, path=index.path))

    found = cause(await node.until(ENV, {READY, FAILED}))

    assert (found.code, found.step, found.hop) == ("file-hash-mismatch", Step.FETCH, Hop.MIRROR)
    assert found.params["name"] == ALPHA.name
    assert not node.stable().exists()
    assert node.layout.known_prefixes() == []
    assert [path.name for path in node.layout.data.rglob("alpha-*") if path.is_file()] in (
        [],
        ["alpha.page"],  # the index's page, which says where the file is
    )
    assert not list(node.layout.files.rglob(ALPHA.sha256))


async def test_an_index_that_stalls_ends_the_build_with_its_cause(
    node: LocalNode, index: LocalIndex
) -> None:
    index.faults.append(Fault("*/alpha-1.0-*", stall=True, after=10))
    settings = ReplicaSettings(stall_seconds=1.0)
    node.want(ENV, 1, lock_of(ALPHA, path=index.path), settings=settings)

    status = await node.until(ENV, {WAITING, FAILED})

    assert (cause(status).code, cause(status).transient) == ("build-stalled", True)
    assert cause(status).params["seconds"] == 1


async def test_the_gateway_resumes_a_stalled_transfer_before_the_build_is_ended(
    tmp_path: Path, index: LocalIndex
) -> None:
    limits = GatewaySettings(attempts=2, backoff_s=0.01, stall_s=0.5)
    index.faults.append(Fault("*/alpha-1.0-*", times=1, stall=True, after=10))
    async with LocalNode(tmp_path / "data", index.simple, limits=limits) as node:
        node.want(ENV, 1, lock_of(ALPHA, path=index.path))
        status = await node.until(ENV, {READY, FAILED, WAITING})
    assert status.state is READY, status.cause


async def test_an_unreachable_index_is_tried_slowly_until_it_is_back(
    node: LocalNode, index: LocalIndex
) -> None:
    await index.stop()
    node.want(ENV, 1, lock_of(ALPHA, path=index.path))

    failed = await node.until(ENV, {FAILED})
    assert (cause(failed).code, cause(failed).hop) == ("mirror-refused", Hop.MIRROR)
    assert failed.attempt == 3
    seen = len(node.statuses)

    async with index:
        ready = await node.until(ENV, {READY})
    assert ready.attempt > 3
    assert [each.state for each in node.statuses[seen:]] == [READY], "no flapping meanwhile"


async def test_a_lock_that_is_not_to_be_had_is_named(node: LocalNode) -> None:
    node.want(ENV, 1, lock_digest="0" * 64)
    found = cause(await node.until(ENV, {FAILED}))
    assert (found.code, found.step, found.hop) == ("lock-unavailable", Step.LOCK, Hop.CONTROLLER)


async def test_a_lock_that_is_damaged_on_the_way_is_refused(
    node: LocalNode, index: LocalIndex
) -> None:
    lock = lock_of(ALPHA, path=index.path)
    node.locks.held[lock.digest] = b"{}"
    node.want(ENV, 1, lock_digest=lock.digest)
    assert cause(await node.until(ENV, {FAILED})).code == "lock-corrupt"


async def test_a_python_that_is_not_there_is_refused_at_once_with_what_is(
    node: LocalNode, index: LocalIndex
) -> None:
    node.want(ENV, 1, lock_of(ALPHA, path=index.path), python="==3.99.*")
    status = await node.until(ENV, {FAILED})
    assert (cause(status).code, cause(status).step) == ("python-not-found", Step.INTERPRETER)
    assert cause(status).params["found"]
    assert status.attempt == 1


async def test_files_that_vanish_behind_uv_are_noticed_and_built_anew(
    tmp_path: Path, index: LocalIndex
) -> None:
    spoiled: list[Path] = []

    async def run(
        command: Command, on_line: OnLine, children: Children, watch: Watch | None = None
    ) -> Ended:
        ended = await processes.run(command, on_line, children, watch)
        if "sync" in command.argv and not spoiled:
            prefix = Path(command.argv[command.argv.index("--python") + 1]).parent.parent
            spoiled.extend(prefix.glob("lib/*/site-packages/alpha/__init__.py"))
            spoiled[0].unlink()
        return ended

    async with LocalNode(tmp_path / "data", index.simple, run=run) as node:
        node.want(ENV, 1, lock_of(ALPHA, path=index.path))
        waiting = await node.until(ENV, {WAITING, READY})
        ready = await node.until(ENV, {READY})
        assert cause(waiting).code == "files-differ"
        assert any("alpha/__init__.py: missing" in line for line in cause(waiting).evidence)
        assert ready.attempt == 2
        assert len(node.layout.known_prefixes()) == 1


async def test_a_cache_that_lost_bytes_is_not_believed_a_second_time(
    node: LocalNode, index: LocalIndex
) -> None:
    """An empty file, as a power failure leaves it: in the prefix and, linked, in the cache."""
    node.want(ENV, 1, lock_of(ALPHA, path=index.path))
    first = await node.until(ENV, {READY, FAILED})
    [module] = Path(first.prefix or "").glob("lib/*/site-packages/alpha/__init__.py")
    assert module.stat().st_nlink > 1
    assert module.stat().st_size
    with module.open("r+b") as file:
        file.truncate()

    node.want(ENV, 2, lock_of(ALPHA, LARGE, path=index.path))
    ready = await node.until(ENV, {READY, FAILED}, generation=2)

    assert ready.state is READY, ready.cause
    assert ready.attempt == 2
    [again] = Path(ready.prefix or "").glob("lib/*/site-packages/alpha/__init__.py")
    assert again.stat().st_size


async def test_packages_that_do_not_fit_together_are_named_and_not_built_again(
    node: LocalNode, index: LocalIndex
) -> None:
    needy = make_wheel("needy", "1.0", requires=("alpha>=2",))
    index.add(needy)
    node.want(ENV, 1, lock_of(ALPHA, needy, path=index.path))
    failed = await node.until(ENV, {READY, FAILED, WAITING})
    assert (failed.state, failed.attempt) == (FAILED, 1)
    assert cause(failed).code == "packages-conflict"
    assert any("alpha>=2" in line for line in cause(failed).evidence)


async def test_a_killed_uv_is_noticed_and_the_half_built_prefix_is_deleted(
    tmp_path: Path, index: LocalIndex
) -> None:
    index.faults.append(Fault("*/large-1.0-*", times=1, stall=True, after=1000))
    limits = GatewaySettings(attempts=2, backoff_s=0.01, stall_s=1.0)
    async with LocalNode(tmp_path / "data", index.simple, limits=limits) as node:
        node.want(ENV, 1, lock_of(ALPHA, LARGE, path=index.path))
        await node.until(ENV, lambda s: bool(s.progress and s.progress.bytes_done))
        [(pid, _)] = node.journal.children()
        half = node.layout.known_prefixes()
        os.kill(pid, signal.SIGKILL)
        ready = await node.until(ENV, {READY, FAILED})
        assert ready.state is READY
        assert node.layout.known_prefixes() == [Path(ready.prefix or "")] != half
        assert not list(node.layout.uv_cache.glob(".tmp*"))


async def test_an_agent_killed_in_a_build_starts_over_and_leaves_nothing_behind(
    tmp_path: Path, index: LocalIndex
) -> None:
    index.faults.append(Fault("*/large-1.0-*", times=1, stall=True, after=1000))
    node = LocalNode(tmp_path / "data", index.simple)
    async with node:
        node.want(ENV, 1, lock_of(ALPHA, LARGE, path=index.path))
        await node.until(ENV, lambda s: bool(s.progress and s.progress.bytes_done))
        [(pid, created)] = node.journal.children()
        [half] = node.layout.known_prefixes()
        # The journal as a kill leaves it: everything of this moment.
        shutil.copytree(node.data, tmp_path / "after", symlinks=True)

    assert not psutil.pid_exists(pid)
    again = LocalNode(tmp_path / "after", index.simple, locks=node.locks, key=node.key)
    async with again:
        ready = await again.until(ENV, {READY, FAILED})
        assert ready.state is READY, ready.cause
        assert again.layout.known_prefixes() == [Path(ready.prefix or "")]
        assert half.name not in {path.name for path in again.layout.known_prefixes()}
        assert again.stable().resolve() == Path(ready.prefix or "")
        assert created > 0


def test_a_leftover_uv_of_a_killed_agent_is_ended_and_a_stranger_is_not() -> None:
    mine = subprocess.Popen(["sleep", "60"], process_group=0)
    stranger = subprocess.Popen(["sleep", "60"], process_group=0)
    try:
        created = psutil.Process(mine.pid).create_time()
        ended = processes.end_leftovers([(mine.pid, created), (stranger.pid, created - 3600)])
        assert ended == [mine.pid]
        assert mine.wait(5) == -signal.SIGKILL
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system that a build fills."""
    place = tmp_path / "small"
    place.mkdir()
    if os.geteuid() != 0:
        pytest.skip("mounting a small file system needs root")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", place], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this machine does not let a file system be mounted")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


async def test_a_full_disk_is_named_and_what_works_stays(
    small_disk: Path, index: LocalIndex
) -> None:
    big = make_wheel("big", "1.0", payload=9_000_000)
    index.add(big)
    async with LocalNode(small_disk / "data", index.simple) as node:
        node.want(ENV, 1, lock_of(ALPHA, path=index.path))
        first = await node.until(ENV, {READY, FAILED})
        assert first.state is READY, first.cause
        ballast = small_disk / "ballast"
        free = os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_frsize
        ballast.write_bytes(b"\0" * (free - 11_000_000))
        node.want(ENV, 2, lock_of(ALPHA, big, path=index.path))

        failed = await node.until(ENV, {READY, FAILED}, generation=2)

        assert failed.state is FAILED
        assert cause(failed).hop is Hop.DISK, cause(failed)
        assert failed.live_revision == 1
        assert node.stable().resolve() == Path(first.prefix or "")

        ballast.unlink()
        ready = await node.until(ENV, {READY}, generation=2)
        assert ready.live_revision == 2, "by itself, once there is room"
        assert set(node.layout.known_prefixes()) == {
            Path(first.prefix or ""),
            Path(ready.prefix or ""),
        }


async def test_a_node_comes_up_on_a_disk_that_is_full_to_the_last_byte_and_reports(
    small_disk: Path, index: LocalIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciler, "_JOURNAL_S", 0.1)
    node = LocalNode(small_disk / "data", index.simple)
    async with node:
        node.want(ENV, 1, lock_of(ALPHA, path=index.path))
        ready = await node.until(ENV, {READY, FAILED})
        assert ready.state is READY, ready.cause
        await node.means.compiler.idle()
        half = str(uuid6.uuid7())
        path = node.layout.prefix(ENV, 2, half)
        build = Build(half, 2, "0" * 64, PYTHON, Phase.BUILDING)
        node.journal.begin_build(BuildRow(build, ENV, path))
    node.stable().unlink()
    ballast = small_disk / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"\0" * 4096):
            pass

    again = LocalNode(node.data, index.simple, locks=node.locks, key=node.key)
    async with again:
        assert again.journal.boot() == again.journal.boot() == 1, "counted as far as it goes"
        told = await again.until(ENV, {READY})
        assert (told.live_revision, told.generation) == (1, 1)
        assert Path(ready.prefix or "").is_dir()
        ballast.unlink()
        again.want(ENV, 2, lock_of(ALPHA, path=index.path))
        await again.until(ENV, {READY}, generation=2)
        assert again.stable().resolve() == Path(ready.prefix or "")


@pytest.mark.parametrize("fresh", [False, True])
async def test_a_pip_that_is_nowhere_to_be_had_is_blamed_on_the_index_not_on_the_cache(
    tmp_path: Path, index: LocalIndex, fresh: bool
) -> None:
    """Whichever way comes first."""

    async def run(
        command: Command, on_line: OnLine, children: Children, watch: Watch | None = None
    ) -> Ended:
        if "--no-deps" not in command.argv:
            return await processes.run(command, on_line, children, watch)
        if "--offline" in command.argv:
            return Ended(1, ("error: Network connectivity is disabled",))
        return Ended(2, ("error: No space left on device (os error 28)",))

    async with LocalNode(tmp_path / "data", index.simple, run=run) as node:
        if fresh:
            node.means.builder.seeding.done(offline=False)
        node.want(ENV, 1, lock_of(ALPHA, path=index.path))
        found = cause(await node.until(ENV, {FAILED, WAITING, READY}))
    assert (found.code, found.step) == ("disk-full", Step.INSTALL)


async def test_what_is_half_built_goes_though_the_journal_takes_nothing(
    tmp_path: Path, index: LocalIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that is full to the last byte: only the deletion makes room for entries."""

    async def run(
        command: Command, on_line: OnLine, children: Children, watch: Watch | None = None
    ) -> Ended:
        if "sync" in command.argv:
            return Ended(2, ("error: No space left on device (os error 28)",))
        return await processes.run(command, on_line, children, watch)

    def full(builds: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    async with LocalNode(tmp_path / "data", index.simple, run=run) as node:
        monkeypatch.setattr(node.journal, "doom", full)
        node.want(ENV, 1, lock_of(ALPHA, path=index.path))
        failed = await node.until(ENV, {FAILED, READY})
        assert cause(failed).code == "disk-full"
        assert "os error 28" in cause(failed).evidence[0], "what happened, not what came of it"
        monkeypatch.undo()
        await node.until(ENV, lambda status: status.attempt > 1)
    assert node.layout.known_prefixes() == []


async def test_tries_that_a_kill_cut_off_are_not_counted_as_failures(
    tmp_path: Path, index: LocalIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run(
        command: Command, on_line: OnLine, children: Children, watch: Watch | None = None
    ) -> Ended:
        return Ended(-signal.SIGTERM, ())

    async with LocalNode(tmp_path / "data", index.simple, run=run) as node:
        monkeypatch.setattr(node.journal, "begin_attempt", lambda _environment: 40)
        node.want(ENV, 1, lock_of(ALPHA, path=index.path))
        status = await node.until(ENV, {WAITING, FAILED})
        assert (status.state, status.attempt) == (WAITING, 41)


async def test_a_node_that_stops_while_it_stops_older_work_begins_nothing_new(
    tmp_path: Path, index: LocalIndex
) -> None:
    begun: list[Command] = []
    asked = asyncio.Event()

    async def run(
        command: Command, on_line: OnLine, children: Children, watch: Watch | None = None
    ) -> Ended:
        begun.append(command)
        try:
            return await asyncio.Future()
        finally:
            asked.set()
            await asyncio.Future()

    async with LocalNode(tmp_path / "data", index.simple, run=run) as node:
        node.want(ENV, 1, lock_of(ALPHA, path=index.path))
        await node.until(ENV, lambda status: bool(begun))
        node.want(ENV, 2, lock_of(ALPHA, path=index.path))
        await asyncio.wait_for(asked.wait(), 10)
        await asyncio.wait_for(node.reconciler.close(), 10)
        assert len(begun) == 1


async def test_more_bytes_than_the_disk_has_are_refused_before_they_are_written(
    small_disk: Path, index: LocalIndex
) -> None:
    huge = make_wheel("huge", "1.0", payload=60_000_000)
    index.add(huge)
    index.faults.append(Fault("*/huge-*", pace=4_000_000))
    async with LocalNode(small_disk / "data", index.simple) as node:
        node.want(ENV, 1, lock_of(huge, path=index.path))
        found = cause(await node.until(ENV, {FAILED, WAITING}))
    assert (found.code, found.hop) == ("disk-too-small", Hop.DISK)


async def test_a_directory_that_cannot_be_written_is_named(
    node: LocalNode, index: LocalIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run(
        command: Command, on_line: OnLine, children: Children, watch: Watch | None = None
    ) -> Ended:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(node.layout.prefixes))

    object.__setattr__(node.means.builder, "run", run)
    node.want(ENV, 1, lock_of(ALPHA, path=index.path))
    found = cause(await node.until(ENV, {FAILED}))
    assert (found.code, found.hop) == ("data-not-writable", Hop.DISK)
    assert found.params["path"] == str(node.layout.prefixes)
