"""`venvoy` as a process: `run`, closed pipes, start-up, and terminals of eighty columns."""

import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from fcntl import ioctl
from pathlib import Path

import pytest

from venvoy.agent import pins

VENVOY = [sys.executable, "-c", "from venvoy.cli.main import main; main()"]
CANNED = """
import sys
from venvoy.cli.main import invoke
from venvoy.cli.output import Output
from venvoy.cli.surroundings import Surroundings
from venvoy.testing.remote import *

def rolling(done):
    progress = {{"packages_done": done, "packages_total": 70,
                 "bytes_done": done * 2**20, "bytes_total": 70 * 2**20}}
    shown = replica(state="fetching", progress=progress, node="crawler-production-shanghai-01")
    return environment(state="rolling", replicas=[shown])

remote = Remote()
{answers}
sys.exit(invoke(sys.argv[1:], Surroundings(Output("en", False), remote)))
"""
MOVING = (
    """remote.on("GET environments/web", *[rolling(n) for n in range(0, 70, 7)], environment())"""
)
ENDLESS = """remote.on("GET environments/web", rolling(7))"""
LISTED = """remote.on("GET environments", page(*[environment_item(
    f"crawler-{n}", title="a title that is rather long, as titles are", state="degraded",
    counts={"failed": 1}, node="node-in-shanghai-with-a-long-name") for n in range(3)]))"""
CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@pytest.fixture
def prefix(environment: dict[str, str]) -> Path:
    """Make the live prefix of an environment `web`, with one program in it."""
    data = Path(environment["VENVOY_DATA"])
    made = data / "prefixes" / "id" / "1-a"
    (made / "bin").mkdir(parents=True)
    pins.create(made)
    program = made / "bin" / "prog"
    program.write_text('#!/bin/sh\necho "$VIRTUAL_ENV|$*"\nexit 7\n')
    program.chmod(0o755)
    (data / "virtual_environments").mkdir()
    (data / "virtual_environments" / "web").symlink_to(made)
    return made


def called(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*VENVOY, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_run_passes_arguments_and_exit_code_through(
    environment: dict[str, str], prefix: Path
) -> None:
    done = called(environment, "run", "web", "--", "prog", "--json", "--", "a b")
    assert (done.returncode, done.stderr) == (7, "")
    assert done.stdout == f"{prefix}|--json -- a b\n"


def test_run_keeps_the_prefix_while_the_command_lives(
    environment: dict[str, str], prefix: Path
) -> None:
    line = [*VENVOY, "run", "web", "--", "sh", "-c", "echo up; read x"]
    away = prefix.with_name("away")
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(line, env=environment, **pipes) as process:  # type: ignore[call-overload]
        assert process.stdout.readline() == "up\n"
        assert not pins.move_away(prefix, away)
        process.communicate("\n", timeout=30)
    assert pins.move_away(prefix, away)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("run other -- prog", 3),
        ("run ../x -- prog", 2),
        ("run web -- no-such-program", 127),
        ("run web", 2),
    ],
)
def test_run_says_what_is_missing(
    environment: dict[str, str], prefix: Path, line: str, code: int
) -> None:
    done = called(environment, *line.split())
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith("error: ")


def test_run_loads_nothing_that_it_does_not_need(environment: dict[str, str], prefix: Path) -> None:
    script = (
        "import os, sys; from venvoy.cli.main import invoke\n"
        "heavy = {'typer', 'rich', 'pydantic', 'httpx', 'asyncio', 'importlib.metadata'}\n"
        "os.execve = lambda *_: print(sorted(heavy & set(sys.modules)))\n"
        "invoke(['run', 'web', '--', 'prog'])"
    )
    line = [sys.executable, "-c", script]
    done = subprocess.run(line, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout == "[]\n", done.stderr


def test_a_reader_that_has_gone_is_no_failure_to_talk_about(
    environment: dict[str, str],
) -> None:
    script = CANNED.format(answers=LISTED)
    for line in (["env", "list"], ["env", "list", "--json"]):
        reading, writing = os.pipe()
        os.close(reading)
        done = subprocess.run(
            [sys.executable, "-c", script, *line],
            env=environment,
            stdout=writing,
            stderr=subprocess.PIPE,
            check=False,
        )
        os.close(writing)
        assert (done.returncode, done.stderr) == (141, b"")


class Terminal:
    """A process on a terminal of eighty columns."""

    def __init__(self, environment: dict[str, str], answers: str, *arguments: str) -> None:
        self._master, slave = pty.openpty()
        ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        line = [sys.executable, "-c", CANNED.format(answers=answers), *arguments]
        self.process = subprocess.Popen(
            line,
            env=environment,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            preexec_fn=_own_terminal,  # noqa: PLW1509 - no thread is running
        )
        os.close(slave)
        self.shown = ""

    def until(self, done: Callable[[str], bool], seconds: float = 30.0) -> str:
        """Read until what was shown is enough, or the process has ended."""
        end = time.monotonic() + seconds
        while not done(self.shown) and time.monotonic() < end:
            if not select.select([self._master], [], [], 0.1)[0]:
                continue
            try:
                data = os.read(self._master, 65_536)
            except OSError:  # Linux' word for the end
                break
            if not data:
                break
            self.shown += data.decode(errors="replace")
        return self.shown

    def ended(self) -> int:
        """Read to the end and return the exit code."""
        self.until(lambda _: False)
        os.close(self._master)
        return self.process.wait(30)


def _own_terminal() -> None:
    os.setsid()
    ioctl(0, termios.TIOCSCTTY, 0)


def lines(shown: str) -> list[str]:
    """Return what stood in lines, without colours and movements."""
    return [line for line in re.split(r"[\r\n]+", CONTROL.sub("", shown)) if line.strip()]


def test_the_progress_bar_keeps_to_the_terminal_and_goes_away(
    environment: dict[str, str],
) -> None:
    terminal = Terminal(environment, MOVING, "env", "wait", "web")
    assert terminal.ended() == 0
    drawn = lines(terminal.shown)
    bars = [line for line in drawn if "fetching" in line]
    assert bars
    assert all(len(line.rstrip()) <= 80 for line in bars)
    assert any("7/70" in line and "MiB" in line for line in bars)
    assert "ready on local" in drawn[-1] + drawn[-2]
    assert "\x1b[?25h" in terminal.shown.rpartition("\x1b[?25l")[2], "the cursor is back"
    assert "\x1b[2K" in terminal.shown, "the bar is wiped"


def test_ctrl_c_gives_the_terminal_back_and_says_what_becomes_of_the_work(
    environment: dict[str, str],
) -> None:
    terminal = Terminal(environment, ENDLESS, "env", "wait", "web")
    terminal.until(lambda shown: "7/70" in shown)
    terminal.process.send_signal(signal.SIGINT)
    assert terminal.ended() == 130
    assert "the controller goes on with the work" in CONTROL.sub("", terminal.shown)
    assert "\x1b[?25h" in terminal.shown.rpartition("\x1b[?25l")[2]
    assert "Traceback" not in terminal.shown


def test_tables_fit_and_are_coloured(environment: dict[str, str]) -> None:
    terminal = Terminal(environment, LISTED, "env", "list")
    assert terminal.ended() == 0
    assert all(len(line) <= 80 for line in lines(terminal.shown))
    assert "\x1b[31mdegraded" in terminal.shown
    assert sum("crawler-" in line for line in lines(terminal.shown)) == 3


def test_no_color_is_obeyed(environment: dict[str, str]) -> None:
    terminal = Terminal({**environment, "NO_COLOR": "1"}, LISTED, "env", "list")
    assert terminal.ended() == 0
    assert "\x1b[31m" not in terminal.shown


def test_json_on_a_terminal_is_json_alone(environment: dict[str, str]) -> None:
    terminal = Terminal(environment, LISTED, "env", "list", "--json")
    assert terminal.ended() == 0
    assert len(json.loads(terminal.shown)["items"]) == 3
