"""`venvoy run`: the command is the user's own, as if nothing stood in front of it."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from venvoy.testing.damage import missing_files
from venvoy.testing.installation import VENVOY, Installation, until

_TALK = """
import alpha, signal, sys
print("started", sys.prefix, flush=True)
signal.signal(signal.SIGTERM, lambda *_: (print("terminated", flush=True), sys.exit(17)))
signal.signal(signal.SIGINT, lambda *_: (print("interrupted", flush=True), sys.exit(18)))
for line in sys.stdin:
    print("heard", line.strip(), flush=True)
"""


@pytest.fixture(scope="module")
def tool(shared: Installation) -> str:
    shared.cli("env", "create", "tool", "-p", "alpha", "--wait")
    return "tool"


@contextmanager
def talking(
    installation: Installation, name: str
) -> Iterator[tuple["subprocess.Popen[str]", Path]]:
    """A command under way that answers lines, and the prefix that it works in."""
    with subprocess.Popen(
        [VENVOY, "run", name, "--", "python", "-c", _TALK],
        env=installation.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            word, _, prefix = process.stdout.readline().strip().partition(" ")
            assert word == "started"
            yield process, Path(prefix).resolve()
        finally:
            process.kill()


def told(process: "subprocess.Popen[str]", line: str) -> str:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{line}\n")
    process.stdin.flush()
    return process.stdout.readline().strip()


@pytest.mark.parametrize("code", [0, 1, 2, 77, 255])
def test_the_exit_code_is_the_commands(shared: Installation, tool: str, code: int) -> None:
    done = shared.cli("run", tool, "--", "python", "-c", f"import alpha; exit({code})", check=False)
    assert (done.returncode, done.stdout, done.stderr) == (code, "", "")


def test_input_and_output_are_live(shared: Installation, tool: str) -> None:
    with talking(shared, tool) as (process, prefix):
        assert prefix == shared.live(tool)
        assert told(process, "one") == "heard one"
        assert told(process, "two") == "heard two"


@pytest.mark.parametrize(
    ("number", "word", "code"),
    [(signal.SIGTERM, "terminated", 17), (signal.SIGINT, "interrupted", 18)],
)
def test_signals_reach_the_command(
    shared: Installation, tool: str, number: signal.Signals, word: str, code: int
) -> None:
    with talking(shared, tool) as (process, _):
        assert told(process, "one") == "heard one"
        process.send_signal(number)
        assert process.stdout is not None
        assert process.stdout.readline().strip() == word
        assert process.wait(10) == code


def test_a_command_killed_by_a_signal_is_seen_so(shared: Installation, tool: str) -> None:
    script = "import os; os.kill(os.getpid(), 9)"
    assert shared.cli("run", tool, "--", "python", "-c", script, check=False).returncode == -9


def test_what_cannot_run_says_why(shared: Installation, tool: str) -> None:
    missing = shared.cli("run", tool, "--", "no-such-command", check=False)
    assert missing.returncode == 127
    assert "the command `no-such-command` was not found" in missing.stderr
    nowhere = shared.cli("run", "nowhere", "--", "python", check=False)
    assert nowhere.returncode == 3
    assert "the environment `nowhere` is not on this node" in nowhere.stderr
    assert shared.cli("run", tool, check=False).returncode == 2


def test_a_run_keeps_its_prefix_over_many_edits(shared: Installation, name: str) -> None:
    shared.cli("env", "create", name, "-p", "alpha", "--wait")
    with talking(shared, name) as (process, prefix):
        for added in ("beta", "gamma", "large", "moving"):  # two are kept for a rollback
            shared.cli("env", "edit", name, "--add", added, "--wait")
        assert shared.live(name) != prefix
        assert len(list(prefix.parent.iterdir())) == 4
        assert missing_files(prefix) == []
        assert told(process, "still") == "heard still"
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 17
    shared.cli("env", "edit", name, "--drop", "moving", "--add", "wants-old", "--wait")
    until(lambda: not prefix.exists(), what="the first prefix goes once nobody uses it")
    until(lambda: len(list(prefix.parent.iterdir())) == 3, what="two are kept beside the live one")


def processes(installation: Installation, name: str) -> list[tuple[int, int, bool]]:
    """The processes that are known, with revision and whether that is another one."""
    found = installation.json("env", "ps", name)["items"]
    return [(each["pid"], each["revision"], each["behind"]) for each in found]


def test_what_runs_is_listed_and_keeps_its_environment_from_being_deleted(
    shared: Installation, name: str
) -> None:
    shared.cli("env", "create", name, "-p", "alpha", "--wait")
    with talking(shared, name) as (process, prefix):
        seen = [(process.pid, 1, False)]
        until(lambda: processes(shared, name) == seen, what="the command is listed")
        shown = shared.cli("env", "ps", name).stdout
        assert "python" in shown
        assert "import alpha" not in shown
        shared.cli("env", "edit", name, "--add", "beta", "--wait")
        until(lambda: processes(shared, name) == [(process.pid, 1, True)], what="it is behind")
        still = f"1 process still on revision 1 of `{name}`"
        assert still in shared.cli("env", "show", name).stderr
        refused = shared.cli("env", "delete", name, "--yes", check=False)
        assert refused.returncode == 2
        assert "1 in all: local (1)" in refused.stderr
        shared.cli("env", "delete", name, "--yes", "--force")
        until(lambda: not shared.stable(name).is_symlink(), what="the stable path goes")
        assert told(process, "still") == "heard still"
        assert missing_files(prefix) == []
        (listed,) = (
            each
            for each in shared.json("node", "ps", "local")["items"]
            if each["environment"] == name
        )
        assert listed["pid"] == process.pid
    until(lambda: not prefix.parent.exists(), what="all is gone once nobody uses it")


def test_a_node_that_loses_an_environment_keeps_what_runs_there(
    shared: Installation, name: str
) -> None:
    shared.cli("env", "create", name, "-p", "alpha", "--wait")
    with talking(shared, name) as (process, prefix):
        shared.cli("env", "edit", name, "--select", "nowhere=yes")
        until(lambda: not shared.stable(name).is_symlink(), what="the stable path goes")

        def waits() -> bool:
            (replica,) = shared.json("env", "show", name)["replicas"]
            return bool(replica["cause"]) and replica["cause"]["code"] == "prefix-in-use"

        until(waits, what="the node says what it waits for")
        assert told(process, "still") == "heard still"
        assert missing_files(prefix) == []
    until(lambda: not prefix.parent.exists(), what="all is gone once nobody uses it")
    assert shared.json("env", "ps", name)["total"] == 0


def fates(installation: Installation, name: str, *, preview: bool = True) -> dict[int, str]:
    """What a collection does with each prefix of an environment, by revision."""
    word = ["--dry-run"] if preview else []
    (node,) = installation.json("gc", "--node", "local", *word)["items"]
    found = [each for each in node["prefixes"] if each["environment"] == name]
    return {each["revision"]: each["fate"] for each in found}


def test_garbage_is_previewed_and_what_runs_is_left_until_it_ends(
    shared: Installation, name: str
) -> None:
    shared.cli("env", "create", name, "-p", "alpha", "--keep", "0", "--wait")
    with talking(shared, name) as (process, prefix):
        shared.cli("env", "edit", name, "--add", "beta", "--wait")
        assert fates(shared, name) == {1: "in-use", 2: "live"}
        shown = shared.cli("gc", "--dry-run", "--node", "local").stdout
        assert "in-use (1 process)" in shown
        assert fates(shared, name, preview=False) == {1: "in-use", 2: "live"}
        assert told(process, "still") == "heard still"
        assert missing_files(prefix) == []
    assert fates(shared, name) == {1: "free", 2: "live"}
    assert prefix.exists()
    shared.cli("gc", "--node", "local")
    assert not prefix.exists()
    assert fates(shared, name) == {2: "live"}
