"""Machines that are not quite what they say: copies of a node, and clocks that are wrong."""

import shutil
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psutil
import pytest

from venvoy.agent.main import ADDRESS_FILE
from venvoy.agent.prefix import Layout
from venvoy.testing.installation import Installation, until
from venvoy.testing.machine import Machine
from venvoy.testing.wrongclock import can_be_made, wrong_clock

Another = Callable[[str], Machine]


@pytest.fixture
def another(tmp_path: Path, shared: Installation) -> Iterator[Another]:
    """Makes machines, stopped with the test."""
    made: list[Machine] = []

    def one(home: str) -> Machine:
        (tmp_path / home).mkdir()
        made.append(Machine(tmp_path / home, shared.mirror))
        return made[-1]

    yield one
    for machine in made:
        machine.stop()


def kill(machine: Machine) -> None:
    """End the agent as a power cut would."""
    assert machine.process is not None
    for each in psutil.Process(machine.process.pid).children(recursive=True):
        each.kill()
    machine.process.kill()
    machine.process.wait()
    machine.process = None


def copy(machine: Machine, to: Machine) -> None:
    """Make a machine from the image of another, which runs."""
    shutil.copytree(machine.data, to.data, symlinks=True)
    # In reality each has a loopback and processes of its own.
    (to.data / "identity" / ADDRESS_FILE).unlink(missing_ok=True)
    Layout(to.data).standing.unlink(missing_ok=True)


def test_a_copy_of_a_node_is_turned_away_until_it_joins_under_its_own_name(
    shared: Installation, another: Another, name: str
) -> None:
    original, clone = another("original"), another("clone")
    joined = original.join(shared, name)
    original.start()
    original.until_connected()
    copy(original, clone)
    clone.start()
    until(lambda: "is at work as the node" in _status(clone), what="the copy is told")
    assert clone.state() == "disconnected"
    said = _status(clone)
    assert f"another machine is at work as the node `{name}`" in said
    assert "venvoy agent leave --local" in said
    assert "克隆机" in clone.cli("agent", "status", "--lang", "zh-CN", check=False).stderr
    shown = shared.cli("node", "show", name)
    assert "venvoy agent leave --local" in shown.stderr
    assert shared.json("node", "show", name)["clone"]["address"] == "127.0.0.1"
    access = shared.access()
    entries = httpx.get(
        f"{access['url']}/api/v1/audit",
        params={"action": "node-cloned", "subject": name},
        headers={"Authorization": f"Bearer {access['token']}"},
        trust_env=False,
    ).json()["items"]
    assert [entry["subject"] for entry in entries] == [f"node:{name}"]
    # Started again, it is a copy still, and its original is not disturbed by any of it.
    kill(clone)
    clone.start()
    until(lambda: "is at work as the node" in _status(clone), what="the copy is told again")
    assert original.state() == "connected"
    assert "disconnected" not in original.output
    assert clone.stop() == 0
    # It cannot take its original out of the fleet, but leave by itself.
    refused = clone.cli("agent", "leave", "--yes", check=False)
    assert (refused.returncode, "is at work as the node" in refused.stderr) == (2, True)
    clone.cli("agent", "leave", "--local", "--yes")
    again = clone.join(shared, f"{name}b")
    assert again["created"]
    assert again["node"] != joined["node"]
    clone.start()
    clone.until_connected()
    assert original.state() == "connected"


def test_an_agent_that_was_killed_is_no_copy_of_itself(
    shared: Installation, another: Another, name: str
) -> None:
    machine = another("machine")
    machine.join(shared, name)
    for _ in range(3):
        machine.start()
        machine.until_connected()
        kill(machine)
    # Restored from an image of before: nobody else acts as the node, and the last run of the
    # image is not the last that the controller knows.
    image = another("image")
    copy(machine, image)
    machine.start()
    machine.until_connected()
    kill(machine)
    assert "node-cloned" not in machine.output
    (image.data / "identity" / "runs.json").unlink()
    image.start()
    until(lambda: "is at work as the node" in _status(image), what="it waits for the other one")
    image.until_connected(seconds=120)


def test_a_frozen_machine_that_was_replaced_meanwhile_comes_second(
    shared: Installation, another: Another, name: str
) -> None:
    frozen, copied = another("frozen"), another("copied")
    frozen.join(shared, name)
    frozen.start()
    frozen.until_connected()
    copy(frozen, copied)
    assert frozen.process is not None
    frozen.process.send_signal(signal.SIGSTOP)
    try:
        copied.start()
        copied.until_connected()
    finally:
        frozen.process.send_signal(signal.SIGCONT)
    until(lambda: "is at work as the node" in _status(frozen), what="it is told")
    copied.until_connected()
    assert copied.stop() == 0
    # Whoever is left is the node.
    frozen.until_connected(seconds=120)


@pytest.mark.skipif(not can_be_made(), reason="needs a C compiler")
@pytest.mark.parametrize("ahead_s", [3_600, -3_600])
def test_a_clock_that_is_off_by_an_hour_is_shown_and_breaks_nothing(
    shared: Installation, another: Another, name: str, tmp_path: Path, ahead_s: int
) -> None:
    machine = another("machine")
    machine.settings |= wrong_clock(tmp_path, ahead_s)
    machine.join(shared, name)
    machine.start()
    machine.until_connected()
    shared.cli("env", "create", name, "-p", "alpha", "--node", name, "--wait")
    assert (machine.data / "virtual_environments" / name / "bin" / "python").exists()

    def skew() -> float:
        return float(shared.json("node", "show", name)["clock_skew_seconds"] or 0)

    until(lambda: abs(skew() - ahead_s) < 30, what="the skew is shown")
    assert f"the clock of `{name}` is off by" in shared.cli("node", "show", name).stderr
    with shared.client() as client:
        (found,) = [node for node in client.nodes() if node.name == name]
        assert found.last_seen_at is not None
        assert abs((datetime.now(UTC) - found.last_seen_at).total_seconds()) < 60
    # No token was taken for an old one: one connection, and no renewal before its time.
    assert machine.output.count('"connected"') == 1
    shared.cli("env", "delete", name, "--yes", "--wait", check=False)


def _status(machine: Machine) -> str:
    return machine.cli("agent", "status", check=False).stderr
