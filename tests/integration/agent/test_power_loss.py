"""What a power failure leaves right after `ready`: empty files behind a journal that is whole."""

import asyncio
import errno
import os
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import uuid6

from venvoy.domain.lock import Lock
from venvoy.domain.state import ReplicaState
from venvoy.testing.index import LocalIndex
from venvoy.testing.node import LocalNode, lock_of, seeds
from venvoy.testing.wheels import make_wheel

READY, FAILED = ReplicaState.READY, ReplicaState.FAILED
ENV = str(uuid6.uuid7())
ALPHA = make_wheel("alpha", "1.0")


@pytest.fixture
async def index() -> AsyncIterator[LocalIndex]:
    async with LocalIndex() as index:
        index.add(ALPHA, *seeds())
        yield index


@pytest.fixture
def lock(index: LocalIndex) -> Lock:
    return lock_of(ALPHA, path=index.path)


def never(path: Path) -> None:
    raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))


def flushed(node: LocalNode) -> list[bool]:
    return [row.flushed for row in node.journal.builds(ENV)]


async def made(
    tmp_path: Path, index: LocalIndex, lock: Lock, flush: Callable[[Path], None] | None = None
) -> tuple[LocalNode, Path]:
    """A node that was ready once and has ended, and its prefix."""
    node = LocalNode(tmp_path / "data", index.simple)
    async with node:
        if flush is not None:
            node.means.compiler._flush = flush
        node.want(ENV, 1, lock)
        ready = await node.until(ENV, {READY, FAILED})
        assert ready.state is READY, ready.cause
        await node.means.compiler.idle()
        assert flushed(node) == [flush is None]
    return node, Path(ready.prefix or "")


def again(node: LocalNode) -> LocalNode:
    return LocalNode(node.data, node.index, locks=node.locks, key=node.key)


def empty(prefix: Path, pattern: str) -> None:
    [file] = prefix.glob(f"lib/*/site-packages/{pattern}")
    os.truncate(file, 0)


async def test_ready_does_not_wait_for_the_disk(
    tmp_path: Path, index: LocalIndex, lock: Lock
) -> None:
    asked, let = threading.Event(), threading.Event()

    def slow(path: Path) -> None:
        asked.set()
        let.wait(60)

    async with LocalNode(tmp_path / "data", index.simple) as node:
        node.means.compiler._flush = slow
        node.want(ENV, 1, lock)
        ready = await node.until(ENV, {READY, FAILED})
        try:
            assert ready.state is READY, ready.cause
            assert await asyncio.to_thread(asked.wait, 30)
            assert flushed(node) == [False]
        finally:
            let.set()
        await node.means.compiler.idle()
        assert flushed(node) == [True]


@pytest.mark.parametrize("lost", ["alpha/__init__.py", "alpha-1.0.dist-info/RECORD"])
async def test_a_live_prefix_that_lost_bytes_is_built_again_at_the_next_start(
    tmp_path: Path, index: LocalIndex, lock: Lock, lost: str
) -> None:
    node, prefix = await made(tmp_path, index, lock, never)
    empty(prefix, lost)
    async with again(node) as node:
        ready = await node.until(
            ENV, lambda s: s.state is FAILED or (s.state is READY and s.prefix != str(prefix))
        )
        assert ready.state is READY, ready.cause
        assert node.stable().resolve() == Path(ready.prefix or "")
        [module] = Path(ready.prefix or "").glob("lib/*/site-packages/alpha/__init__.py")
        assert module.stat().st_size
        await node.means.compiler.idle()
    assert node.layout.known_prefixes() == [Path(ready.prefix or "")]


async def test_a_live_prefix_that_is_whole_stays_and_is_flushed_at_the_next_start(
    tmp_path: Path, index: LocalIndex, lock: Lock
) -> None:
    node, prefix = await made(tmp_path, index, lock, never)
    async with again(node) as node:
        async with asyncio.timeout(30):
            while True:
                if flushed(node) == [True]:
                    break
                await asyncio.sleep(0.02)
        assert [s.state for s in node.statuses] == [READY]
        assert node.layout.known_prefixes() == [prefix]


async def test_a_prefix_that_is_known_to_be_on_the_disk_is_not_looked_through(
    tmp_path: Path, index: LocalIndex, lock: Lock
) -> None:
    """What differs in it was changed by hand: a matter of drift, not of this."""
    node, prefix = await made(tmp_path, index, lock)
    empty(prefix, "alpha/__init__.py")
    node = again(node)
    node.concurrent = 1
    async with node:
        other = str(uuid6.uuid7())
        node.want(other, 1, lock, name="other")
        await node.until(other, {READY})
        assert prefix in node.layout.known_prefixes()
        assert {s.state for s in node.statuses if s.environment == ENV} == {READY}


async def test_a_data_directory_that_is_reached_by_another_name_keeps_its_prefixes(
    tmp_path: Path, index: LocalIndex, lock: Lock
) -> None:
    node, prefix = await made(tmp_path, index, lock)
    node.data.rename(tmp_path / "moved")
    node.data = tmp_path / "moved"
    async with again(node) as node:
        [row] = node.journal.builds(ENV)
        assert row.path == tmp_path / "moved" / prefix.relative_to(tmp_path / "data")
        assert node.layout.known_prefixes() == [row.path]
        node.want(ENV, 2, lock)
        ready = await node.until(ENV, {READY, FAILED}, generation=2)
        assert ready.prefix == str(row.path), "and it is used, not built anew"
