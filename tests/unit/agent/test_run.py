"""`venvoy run`: the command's own exit code and signals, in a prefix that stays."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from venvoy.agent import pins, run
from venvoy.agent.prefix import Layout, discard
from venvoy.agent.system import Pointers
from venvoy.domain.errors import InvalidInput, NotFound

SCRIPT = """
import os, sys
from pathlib import Path
from venvoy.agent import run
from venvoy.domain.errors import VenvoyError
try:
    prefix, _pin = run.pin_live(Path(sys.argv[1]), "web")
    sys.exit(run.execute(prefix, sys.argv[2:], os.environ))
except VenvoyError as error:
    print(error)
    sys.exit(99)
"""


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    layout = Layout(tmp_path)
    layout.make()
    prefix = layout.prefix("env", 1, "b")
    (prefix / "bin").mkdir(parents=True)
    pins.create(prefix)
    tool = prefix / "bin" / "tool"
    tool.write_text('#!/bin/sh\necho "$VIRTUAL_ENV|$PYTHONHOME|$*"\nexit 7\n')
    tool.chmod(0o755)
    (prefix / "bin" / "broken").write_text("#!/nowhere/python\n")
    (prefix / "bin" / "broken").chmod(0o755)
    (prefix / "bin" / "plain").write_text("echo\n")
    Pointers().point(layout.stable("web"), prefix)
    return layout


def start(layout: Layout, *command: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, layout.data, *command],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONHOME": ""},
    )


def test_the_exit_code_the_arguments_and_the_surroundings_are_the_commands(layout: Layout) -> None:
    process = start(layout, "tool", "a b", "$HOME;")
    output, _ = process.communicate(timeout=20)
    assert process.returncode == 7
    assert output.strip() == f"{layout.prefix('env', 1, 'b')}||a b $HOME;"


def test_a_signal_reaches_the_command_and_the_prefix_is_pinned_meanwhile(layout: Layout) -> None:
    process = start(layout, "sh", "-c", "echo up; exec sleep 60")
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    prefix = layout.prefix("env", 1, "b")
    assert not discard(layout, prefix)
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == -signal.SIGTERM
    process.stdout.close()
    assert discard(layout, prefix)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("nope", "command-not-found"),
        ("broken", "command-not-executable"),
        ("plain", "command-not-executable"),
    ],
)
def test_what_cannot_be_run_is_said_in_words(layout: Layout, command: str, code: str) -> None:
    process = start(layout, command)
    output, _ = process.communicate(timeout=20)
    assert (process.returncode, output.split("(")[0]) == (99, code)


def test_an_environment_that_is_not_here_is_said_to_be_so(layout: Layout) -> None:
    with pytest.raises(NotFound) as caught:
        run.pin_live(layout.data, "other")
    assert caught.value.code == "environment-not-here"
    layout.stable("mine").mkdir()
    with pytest.raises(NotFound):
        run.resolve_prefix(layout.data, "mine")
    with pytest.raises(InvalidInput):
        run.resolve_prefix(layout.data, "../x")
