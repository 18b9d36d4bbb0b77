"""What a killed uv left goes in a thread, and never what a build may be using."""

import asyncio
import shutil
import threading
from pathlib import Path

import pytest

from venvoy.agent.scratch import Scratch


def left(cache: Path, name: str) -> Path:
    path = cache / name
    path.mkdir(parents=True)
    (path / "half.so").write_bytes(b"x")
    return path


async def test_leftovers_stay_while_anybody_builds_and_go_after_the_last(tmp_path: Path) -> None:
    scratch, kept = Scratch(tmp_path), left(tmp_path, "archive-v0")
    async with scratch.used():
        async with scratch.used():
            mine = left(tmp_path, ".tmpAbC")
        await scratch.clear()
        assert mine.is_dir()
    assert [path.name for path in tmp_path.iterdir()] == [kept.name]


async def test_a_build_that_begins_meanwhile_neither_waits_nor_loses_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deleting, go_on, real = threading.Event(), threading.Event(), shutil.rmtree

    def slow(path: Path, *, ignore_errors: bool) -> None:
        deleting.set()
        go_on.wait(30)
        real(path, ignore_errors=ignore_errors)

    monkeypatch.setattr(shutil, "rmtree", slow)
    scratch, old = Scratch(tmp_path), left(tmp_path, ".tmpOld")
    clearing = asyncio.create_task(scratch.clear())
    try:
        assert await asyncio.to_thread(deleting.wait, 30)
        async with asyncio.timeout(10), scratch.used():
            assert not old.exists()
            mine = left(tmp_path, ".tmpMine")
            go_on.set()
            await clearing
            assert mine.is_dir()
    finally:
        go_on.set()
    assert list(tmp_path.iterdir()) == []


async def test_what_a_kill_left_of_a_deletion_goes_at_the_next(tmp_path: Path) -> None:
    left(tmp_path, ".venvoy-gone-0011")
    (tmp_path / ".tmpfile").touch()
    await Scratch(tmp_path).clear()
    assert list(tmp_path.iterdir()) == []
