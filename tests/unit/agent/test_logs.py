"""Logs on their way to the controller: numbered without gaps, kept until they are there."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from venvoy.agent.logbook import Logbook
from venvoy.agent.shipper import Shipper
from venvoy.domain.cause import Step
from venvoy.domain.errors import TimedOut, Unavailable
from venvoy.testing.virtualtime import run
from venvoy.wire.messages import LogBatch, LogReply

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
OPERATION = "0190b6c0-0000-7000-8000-00000000000a"


class Controller:
    """Takes lines as the controller does: only those that continue what it has."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.final = False
        self.reachable = True
        self.deaf = False

    async def ask(self, batch: LogBatch) -> LogReply:
        if not self.reachable:
            raise Unavailable("bus-disconnected")
        for line in batch.lines:
            if line.sequence == len(self.lines) and not self.deaf:
                self.lines.append(line.text)
        self.final = self.final or batch.final
        return LogReply(next=len(self.lines))


@pytest.fixture
def controller() -> Controller:
    return Controller()


def write(logbook: Logbook, *texts: str) -> None:
    for text in texts:
        logbook.append(OPERATION, AT, Step.FETCH, text)


async def test_lines_arrive_in_order_and_the_file_is_dropped_once_all_are_there(
    tmp_path: Path, controller: Controller
) -> None:
    logbook = Logbook(tmp_path)
    shipper = Shipper(logbook, controller.ask)
    write(logbook, "one", "two")
    assert await shipper.ship()
    assert controller.lines == ["one", "two"]
    assert logbook.left() == [OPERATION]
    write(logbook, "three")
    logbook.finish(OPERATION, AT, Step.FETCH)
    assert await shipper.ship()
    assert controller.lines == ["one", "two", "three"]
    assert controller.final
    assert logbook.left() == []


async def test_a_restart_repeats_nothing_that_is_there_and_loses_nothing_that_is_not(
    tmp_path: Path, controller: Controller
) -> None:
    logbook = Logbook(tmp_path)
    write(logbook, "one", "two")
    await Shipper(logbook, controller.ask).ship()
    shipper = Shipper(logbook, controller.ask)
    shipper.poke_all()
    await shipper.ship()
    controller.reachable = False
    write(logbook, "three")
    assert not await shipper.ship()

    again = Logbook(tmp_path)
    shipper = Shipper(again, controller.ask)
    controller.reachable = True
    shipper.poke_all()
    write(again, "four")
    assert await shipper.ship()
    assert controller.lines == ["one", "two", "three", "four"]


async def test_lines_after_the_end_of_a_shipped_log_follow_it(
    tmp_path: Path, controller: Controller
) -> None:
    for texts in (("one", "two"), ("three", "four")):
        logbook = Logbook(tmp_path)
        shipper = Shipper(logbook, controller.ask)
        write(logbook, *texts)
        logbook.finish(OPERATION, AT, Step.FETCH)
        assert await shipper.ship()
        assert logbook.left() == []
    assert controller.lines == ["one", "two", "three", "four"]


async def test_a_controller_that_takes_nothing_is_not_asked_for_ever(
    tmp_path: Path, controller: Controller
) -> None:
    controller.deaf = True
    logbook = Logbook(tmp_path)
    shipper = Shipper(logbook, controller.ask)
    write(logbook, "one")
    assert not await shipper.ship()
    controller.deaf = False
    assert await shipper.ship()
    assert controller.lines == ["one"]


def test_a_controller_that_does_not_answer_is_asked_ever_more_seldom(tmp_path: Path) -> None:
    asked: list[float] = []

    async def ask(_: LogBatch) -> LogReply:
        asked.append(asyncio.get_running_loop().time())
        raise TimedOut("bus-timeout")

    async def an_hour() -> None:
        logbook = Logbook(tmp_path)
        shipper = Shipper(logbook, ask)
        write(logbook, "one")
        with suppress(TimeoutError):
            await asyncio.wait_for(shipper.run(), 3_600)

    run(an_hour())
    waits = [after - before for before, after in pairwise(asked)]
    assert 2 < waits[0] < 6
    assert all(25 < wait < 61 for wait in waits[5:])
    assert len(asked) > 60


def test_a_line_that_a_kill_cut_in_half_is_dropped(tmp_path: Path) -> None:
    logbook = Logbook(tmp_path)
    write(logbook, "one", "two")
    with logbook.log(OPERATION).path.open("ab") as file:
        file.write(b'{"at": "2026-01-')
    again = Logbook(tmp_path)
    write(again, "three")
    lines = again.log(OPERATION).read(0, 10_000)
    assert [(line.sequence, line.text) for line in lines] == [(0, "one"), (1, "two"), (2, "three")]


async def test_a_damaged_log_is_given_up_and_holds_up_no_other(
    tmp_path: Path, controller: Controller
) -> None:
    logbook = Logbook(tmp_path)
    write(logbook, "one", "two")
    path = logbook.log(OPERATION).path
    path.write_bytes(path.read_bytes().replace(b'"text":"one"', b"\0" * 12))
    again = Logbook(tmp_path)
    shipper = Shipper(again, controller.ask)
    shipper.poke_all()
    assert await shipper.ship()
    assert again.left() == []


def test_a_log_beyond_its_bound_loses_its_middle_and_says_so(tmp_path: Path) -> None:
    logbook = Logbook(tmp_path, head_bytes=1_000, tail_bytes=400)
    write(logbook, *(f"line {number}" for number in range(200)))
    logbook.finish(OPERATION, AT, Step.FETCH)
    log = logbook.log(OPERATION)
    lines = log.read(0, 100_000)
    texts = [line.text for line in lines]
    assert texts[0] == "line 0"
    assert texts[-1] == "line 199"
    assert [text for text in texts if "lines left out" in text]
    assert [line.sequence for line in lines] == list(range(len(lines)))
    assert log.path.stat().st_size < 2_000


def test_escape_sequences_and_controls_do_not_reach_a_log(tmp_path: Path) -> None:
    logbook = Logbook(tmp_path)
    write(logbook, "\x1b[31mred\x1b[0m\x07 and \x1b]0;title\x07 plain\r")
    [line] = logbook.log(OPERATION).read(0, 1_000)
    assert line.text == "red and  plain"


def test_a_part_is_bounded_but_never_empty(tmp_path: Path) -> None:
    logbook = Logbook(tmp_path)
    write(logbook, "x" * 5_000, "y")
    log = logbook.log(OPERATION)
    assert [line.sequence for line in log.read(0, 100)] == [0]
    assert [line.sequence for line in log.read(1, 100)] == [1]
    assert log.read(2, 100) == ()
