"""Children are never lost: their lines, their silence, their whole group, their parent."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from venvoy.agent.processes import Command, Splitter, Watch, run
from venvoy.domain.logtext import LIMIT

SHELL = "/bin/sh"


class Ledger:
    def __init__(self) -> None:
        self.running: dict[int, float] = {}
        self.started = 0

    def child_started(self, pid: int, created: float) -> None:
        self.running[pid] = created
        self.started += 1

    def child_ended(self, pid: int) -> None:
        del self.running[pid]


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


def shell(script: str, directory: Path = Path("/")) -> Command:
    return Command((SHELL, "-c", script), {"PATH": os.defpath, "ONLY": "this"}, directory)


async def test_both_streams_come_as_clean_lines_and_the_code_is_the_childs(ledger: Ledger) -> None:
    lines: list[str] = []
    script = r"printf '\033[1mone\033[0m\ntwo\r'; echo $ONLY-$HOME >&2; printf 'last'; exit 3"
    ended = await run(shell(script), lines.append, ledger)
    assert lines == ["one", "two", "this-", "last"]
    assert (ended.code, ended.lines, ended.stalled) == (3, tuple(lines), False)
    assert (ledger.started, ledger.running) == (1, {})


async def test_cancelling_ends_the_whole_group(ledger: Ledger, tmp_path: Path) -> None:
    script = "trap '' TERM; sleep 60 & echo $!; wait; sleep 60"
    first: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(run(shell(script), first.set_result, ledger))
    grandchild = int(await asyncio.wait_for(first, 10))
    [leader] = ledger.running
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not psutil.pid_exists(leader)
    gone = not psutil.pid_exists(grandchild)
    assert gone or psutil.Process(grandchild).status() == psutil.STATUS_ZOMBIE
    assert ledger.running == {}


async def test_silence_ends_a_child_and_output_or_activity_keeps_it(ledger: Ledger) -> None:
    silent = await run(shell("echo a; sleep 60"), lambda _: None, ledger, Watch(0.4))
    assert (silent.stalled, silent.lines) == (True, ("a",))

    talking = shell("for i in 1 2 3 4; do echo $i; sleep 0.2; done")
    assert not (await run(talking, lambda _: None, ledger, Watch(0.6))).stalled

    moves = iter(range(1000))
    moving = await run(shell("sleep 1"), lambda _: None, ledger, Watch(0.4, lambda: next(moves)))
    assert not moving.stalled


async def test_what_the_watch_raises_ends_the_child(ledger: Ledger) -> None:
    def activity() -> int:
        raise OverflowError

    with pytest.raises(OverflowError):
        await run(shell("sleep 60"), lambda _: None, ledger, Watch(1.0, activity))
    assert ledger.running == {}


@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux' own")
def test_a_child_dies_with_a_killed_agent() -> None:
    code = (
        "import asyncio, os\n"
        "from pathlib import Path\n"
        "from venvoy.agent.processes import Command, run\n"
        "class L:\n"
        "    def child_started(self, pid, created): print(pid, flush=True)\n"
        "    def child_ended(self, pid): pass\n"
        "c = Command(('/bin/sleep', '60'), dict(os.environ), Path('/'))\n"
        "asyncio.run(run(c, print, L()))\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = psutil.Process(int(parent.stdout.readline()))
    parent.send_signal(signal.SIGKILL)
    parent.communicate()
    child.wait(10)


def test_a_stream_without_a_line_break_cannot_fill_the_memory() -> None:
    splitter = Splitter()
    for _ in range(50):
        assert splitter.feed(b"x" * 65_536) == []
    [line] = splitter.feed(b"\nnext")
    assert len(line) == LIMIT
    assert splitter.finish() == ["next"]


def test_a_character_cut_by_a_read_is_whole_again_and_wrong_bytes_do_no_harm() -> None:
    splitter = Splitter()
    data = "环境\n".encode()
    assert splitter.feed(data[:2]) == []
    assert splitter.feed(data[2:]) == ["环境"]
    assert splitter.feed(b"\xff\xfe\n") == ["\ufffd\ufffd"]
