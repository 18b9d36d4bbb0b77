"""The log store: order, repetition, torn files, the cut, followers, failing disks."""

import asyncio
import os
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from venvoy.controller.logfile import _decode
from venvoy.controller.logs import LogStore
from venvoy.domain.cause import Step
from venvoy.domain.errors import NotFound, Unavailable
from venvoy.wire.messages import LogLine

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
OPERATION = "0192f0c1-2b3c-7d4e-8f5a-6b7c8d9e0f1a"


def lines(first: int, stop: int, text: str = "line") -> list[LogLine]:
    return [
        LogLine(sequence=number, at=AT, step=Step.FETCH, text=f"{text} {number}")
        for number in range(first, stop)
    ]


def numbers(found: Sequence[LogLine]) -> list[int]:
    return [line.sequence for line in found]


@pytest.fixture
def store(tmp_path: Path) -> LogStore:
    return LogStore(tmp_path / "logs", clock=lambda: AT)


async def test_lines_come_back_as_they_were(store: LogStore) -> None:
    assert await store.append(OPERATION, lines(0, 3)) == 3
    page = await store.page(OPERATION)
    assert page.lines == lines(0, 3)
    assert (page.next, page.ended, page.cut) == (3, False, 0)


async def test_pages_follow_each_other(store: LogStore) -> None:
    await store.append(OPERATION, lines(0, 1_000), final=True)
    first = await store.page(OPERATION, limit=600)
    second = await store.page(OPERATION, since=first.next, limit=600)
    assert numbers(first.lines) + numbers(second.lines) == list(range(1_000))
    assert (first.ended, second.ended) == (False, True)


async def test_a_page_far_down_does_not_read_what_is_above(
    store: LogStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for first in range(0, 100_000, 10_000):
        await store.append(OPERATION, lines(first, first + 10_000), final=first == 90_000)
    read = 0

    def counted(line: bytes) -> dict[str, Any] | None:
        nonlocal read
        read += 1
        return _decode(line)

    monkeypatch.setattr("venvoy.controller.logfile._decode", counted)
    page = await store.page(OPERATION, since=98_765, limit=1_000)
    assert numbers(page.lines) == list(range(98_765, 99_765))
    assert read < 1_500


async def test_a_log_that_nobody_wrote_is_empty(store: LogStore) -> None:
    page = await store.page(OPERATION)
    assert (page.lines, page.next, page.ended) == ([], 0, False)


async def test_a_second_shipment_of_the_same_lines_is_ignored(store: LogStore) -> None:
    await store.append(OPERATION, lines(0, 3))
    assert await store.append(OPERATION, lines(1, 5)) == 5
    assert numbers((await store.page(OPERATION)).lines) == [0, 1, 2, 3, 4]


async def test_a_hole_is_answered_with_what_is_wanted(store: LogStore) -> None:
    await store.append(OPERATION, lines(0, 2))
    assert await store.append(OPERATION, lines(5, 9), final=True) == 2
    assert not (await store.page(OPERATION)).ended


async def test_a_new_process_goes_on_where_the_old_one_was(tmp_path: Path) -> None:
    await LogStore(tmp_path).append(OPERATION, lines(0, 700))
    second = LogStore(tmp_path)
    assert await second.append(OPERATION, []) == 700
    assert await second.append(OPERATION, lines(699, 702), final=True) == 702
    third = LogStore(tmp_path)
    page = await third.page(OPERATION, since=690)
    assert numbers(page.lines) == list(range(690, 702))
    assert page.ended


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_a_kill_at_any_byte_loses_only_the_end(tmp_path: Path, data: st.DataObject) -> None:
    """Whatever part of a write reached the disk, what is kept is whole and can go on."""

    async def story() -> None:
        directory = tmp_path / str(uuid.uuid4())
        await LogStore(directory).append(OPERATION, lines(0, 6, "zeile ü"), final=True)
        file = directory / f"{OPERATION}.jsonl"
        os.truncate(file, data.draw(st.integers(0, file.stat().st_size)))
        if data.draw(st.booleans()):
            with file.open("ab") as torn:
                torn.write(b"\x00" * data.draw(st.integers(1, 9)))
        restarted = LogStore(directory)
        held = numbers((await restarted.page(OPERATION)).lines)
        assert held == list(range(len(held)))
        wanted = await restarted.append(OPERATION, [])
        assert wanted == len(held)
        await restarted.append(OPERATION, lines(0, 6, "zeile ü"), final=True)
        page = await LogStore(directory).page(OPERATION)
        assert page.lines == lines(0, 6, "zeile ü")
        assert page.ended

    asyncio.run(story())


async def test_the_middle_of_a_long_log_is_cut_with_a_word(tmp_path: Path) -> None:
    store = LogStore(tmp_path, limit=20_000)
    for first in range(0, 2_000, 50):
        await store.append(OPERATION, lines(first, first + 50), final=first == 1_950)
    for reader in (store, LogStore(tmp_path)):
        page = await reader.page(OPERATION)
        kept = numbers(page.lines)
        marks = [line for line in page.lines if "left out" in line.text]
        assert (tmp_path / f"{OPERATION}.jsonl").stat().st_size <= 20_000
        assert kept[:50] == list(range(50))
        assert kept[-20:] == list(range(1_980, 2_000))
        assert len(marks) == 1
        assert str(page.cut) in marks[0].text
        assert len(kept) - 1 + page.cut == 2_000
        assert page.ended


async def test_reading_on_from_inside_the_cut_gives_what_follows(tmp_path: Path) -> None:
    store = LogStore(tmp_path, limit=20_000)
    for first in range(0, 2_000, 50):
        await store.append(OPERATION, lines(first, first + 50))
    page = await store.page(OPERATION, since=700)
    assert numbers(page.lines) == list(range(page.lines[0].sequence, 2_000))
    assert page.lines[0].sequence > 700


async def test_lines_of_a_hostile_node_are_cleaned(store: LogStore) -> None:
    evil = LogLine(sequence=0, at=AT.replace(tzinfo=None), step=Step.VENV, text="\x1b[2Jx\ny\u202e")
    await store.append(OPERATION, [evil])
    (line,) = (await store.page(OPERATION)).lines
    assert (line.text, line.at) == ("xy", AT)


async def test_an_id_that_is_no_id_reaches_no_path(store: LogStore, tmp_path: Path) -> None:
    for bad in ("../../etc/passwd", "", "x" * 36, "0192f0c1\n"):
        with pytest.raises(NotFound) as refused:
            await store.append(bad, lines(0, 1))
        assert refused.value.code == "operation-not-found"
    assert not (tmp_path / "logs").exists()


async def test_the_controllers_own_lines_are_numbered(store: LogStore) -> None:
    await store.write(OPERATION, Step.RESOLVE, ["one", "two"])
    await store.write(OPERATION, Step.RESOLVE, ["three"])
    await store.close(OPERATION)
    await store.close(OPERATION)
    page = await store.page(OPERATION)
    assert [(line.sequence, line.text) for line in page.lines] == [
        (0, "one"),
        (1, "two"),
        (2, "three"),
    ]
    assert page.ended


async def test_writers_at_the_same_time_leave_no_gap(store: LogStore) -> None:
    await asyncio.gather(
        *(store.write(OPERATION, Step.RESOLVE, [f"{n}a", f"{n}b"]) for n in range(20))
    )
    assert numbers((await store.page(OPERATION)).lines) == list(range(40))


async def test_a_follower_sees_every_line_once_and_the_end(store: LogStore) -> None:
    await store.append(OPERATION, lines(0, 2))
    seen: list[int] = []

    async def follow() -> None:
        async for page in store.follow(OPERATION):
            seen.extend(numbers(page.lines))

    follower = asyncio.create_task(follow())
    for first in range(2, 12, 2):
        await store.append(OPERATION, lines(first, first + 2))
        await asyncio.sleep(0)
    await store.append(OPERATION, lines(12, 13), final=True)
    await asyncio.wait_for(follower, 10)
    assert seen == list(range(13))


async def test_a_follower_that_leaves_is_forgotten(store: LogStore) -> None:
    follower = store.follow(OPERATION)
    await store.append(OPERATION, lines(0, 1))
    await anext(follower)
    await follower.aclose()
    assert not store._followers


async def test_what_was_removed_is_gone(store: LogStore) -> None:
    await store.append(OPERATION, lines(0, 2))
    assert set(await store.operations()) == {OPERATION}
    await store.remove(OPERATION)
    await store.remove(OPERATION)
    assert await store.operations() == {}
    assert await store.append(OPERATION, []) == 0


async def test_more_logs_than_stay_open(store: LogStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("venvoy.controller.logs._OPEN_FILES", 3)
    ids = [str(uuid.uuid4()) for _ in range(8)]
    for round_ in range(2):
        for name in ids:
            assert await store.append(name, lines(round_, round_ + 1)) == round_ + 1
    assert len(store._known) == 3


async def test_a_full_disk_is_named_and_loses_nothing(
    store: LogStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.append(OPERATION, lines(0, 2))
    real_write = os.write

    def half(descriptor: int, data: bytes) -> int:
        real_write(descriptor, bytes(data)[: len(data) // 2])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(os, "write", half)
        with pytest.raises(Unavailable) as failed:
            await store.append(OPERATION, lines(2, 5))
    assert failed.value.code == "controller-disk-full"
    assert await store.append(OPERATION, lines(2, 5)) == 5
    assert numbers((await store.page(OPERATION)).lines) == [0, 1, 2, 3, 4]


async def test_a_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Unavailable) as failed:
        await LogStore(tmp_path / "file" / "logs").prepare()
    assert failed.value.code == "controller-file-failed"


async def test_prepare_drops_what_a_killed_cut_left(tmp_path: Path) -> None:
    (tmp_path / f"{OPERATION}.cut").write_bytes(b"half")
    await LogStore(tmp_path).prepare()
    assert list(tmp_path.iterdir()) == []
