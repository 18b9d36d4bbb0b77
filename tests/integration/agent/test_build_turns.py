"""Builds of one node beside each other: how many run, and who waits for whom."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import uuid6

from venvoy.agent import meter, processes
from venvoy.agent.processes import Children, Command, Ended, OnLine, Watch
from venvoy.domain.state import ReplicaState
from venvoy.testing.index import Fault, LocalIndex
from venvoy.testing.node import LocalNode, lock_of, seeds
from venvoy.testing.wheels import make_wheel

READY = ReplicaState.READY
ALPHA = make_wheel("alpha", "1.0")
BETA = make_wheel("beta", "1.0")


@pytest.fixture
async def index() -> AsyncIterator[LocalIndex]:
    async with LocalIndex() as index:
        index.add(ALPHA, BETA, *seeds())
        yield index


async def test_builds_beyond_the_limit_wait_their_turn(tmp_path: Path, index: LocalIndex) -> None:
    running, most = 0, 0

    async def run(
        command: Command, on_line: OnLine, children: Children, watch: Watch | None = None
    ) -> Ended:
        nonlocal running, most
        running += 1
        most = max(most, running)
        try:
            return await processes.run(command, on_line, children, watch)
        finally:
            running -= 1

    environments = [str(uuid6.uuid7()) for _ in range(4)]
    async with LocalNode(tmp_path / "data", index.simple, run=run, concurrent=2) as node:
        for number, environment in enumerate(environments):
            node.want(environment, 1, lock_of(ALPHA, path=index.path), name=f"env{number}")
        await asyncio.gather(*(node.until(each, {READY}) for each in environments))
    assert most == 2


async def test_a_download_that_stands_still_lends_its_turn(
    tmp_path: Path, index: LocalIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meter, "_STANDSTILL_S", 0.3)
    index.faults.append(Fault("*/beta-1.0-*", times=1, stall=True, after=10))
    still, other = (str(uuid6.uuid7()) for _ in range(2))
    async with LocalNode(tmp_path / "data", index.simple, concurrent=1) as node:
        node.want(still, 1, lock_of(BETA, path=index.path), name="still")
        first = await node.until(still, lambda s: bool(s.progress and s.progress.bytes_done))
        node.want(other, 1, lock_of(ALPHA, path=index.path), name="other")
        await node.until(other, {READY})
        assert not any(each.state is READY for each in node.statuses if each.environment == still)
        assert any("other builds go first" in line for line in node.log(first.operation))
