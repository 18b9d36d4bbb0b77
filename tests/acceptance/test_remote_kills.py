"""Kill -9 of an agent that joined: where nothing on its machine starts it again but its service."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from venvoy.testing.chaos import Watchman, moment
from venvoy.testing.damage import installed, missing_files
from venvoy.testing.index import Fault, LocalIndex
from venvoy.testing.installation import VENVOY, Installation, until
from venvoy.testing.machine import Machine
from venvoy.testing.wheels import make_wheel
from venvoy.wire.environments import EnvironmentEdit

FILES = 3000


@pytest.fixture(scope="module")
def controller(
    failing: LocalIndex, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """A controller whose index can be made to fail."""
    installation = Installation(tmp_path_factory.mktemp("remote") / "data", failing.simple)
    installation.up()
    yield installation
    assert installation.stop() == 0


@pytest.fixture
def machine(tmp_path: Path, controller: Installation) -> Iterator[Machine]:
    home = tmp_path / "machine"
    home.mkdir()
    made = Machine(home, controller.mirror)
    yield made
    made.stop()
    failing = [p for p in psutil.process_iter(["cmdline"]) if str(home) in str(p.info["cmdline"])]
    assert failing == []


@pytest.fixture
def environment(controller: Installation, machine: Machine, name: str) -> str:
    """An environment at revision 1, on the machine alone."""
    machine.join(controller, name)
    machine.start()
    machine.until_connected()
    until(lambda: controller.json("node", "show", name)["platform"], what="it has reported")
    controller.cli("env", "create", name, "-p", "alpha", "--node", name, "--wait")
    return name


def kill(machine: Machine) -> None:
    """End the agent alone; what it has started must end by itself."""
    assert machine.process is not None
    machine.process.kill()
    machine.process.wait()
    machine.process = None


def stable(machine: Machine, name: str) -> Path:
    return machine.data / "virtual_environments" / name


def uv_runs(machine: Machine) -> bool:
    assert machine.process is not None
    children = psutil.Process(machine.process.pid).children(recursive=True)
    return any(child.name() == "uv" for child in children)


def edit(controller: Installation, name: str) -> None:
    with controller.client() as client:
        version = client.environment(name).version
        client.edit_environment(name, EnvironmentEdit(add=[name]), version=version)


def goes_on(controller: Installation, machine: Machine, name: str) -> None:
    """The next start brings the revision in, leaves nothing half made, and nobody is asked."""
    assert installed(stable(machine, name).resolve(strict=True)) == {"alpha": "1.0"}
    machine.start()
    controller.until_ready(name, 2, seconds=180)
    live = stable(machine, name).resolve(strict=True)
    assert missing_files(live) == []
    assert installed(live) == {"alpha": "1.0", name: "1.0"}
    until(lambda: len(list(live.parent.iterdir())) == 2, what="what was half made is gone")
    assert "node-cloned" not in machine.output


def test_while_files_are_fetched(
    controller: Installation, failing: LocalIndex, machine: Machine, environment: str
) -> None:
    package = make_wheel(environment, payload=100_000)
    failing.add(package)
    failing.faults.append(Fault(f"*/{package.name}", stall=True, after=10_000))
    with Watchman(stable(machine, environment)):
        edit(controller, environment)
        moment(lambda: failing.asked(f"GET */{package.name}") and uv_runs(machine), seconds=120)
        kill(machine)
        failing.faults.clear()
        goes_on(controller, machine, environment)


def test_while_files_are_linked(
    controller: Installation, failing: LocalIndex, machine: Machine, environment: str
) -> None:
    failing.add(make_wheel(environment, modules=FILES))
    home = stable(machine, environment).resolve(strict=True).parent
    with Watchman(stable(machine, environment)):
        edit(controller, environment)
        pattern = f"2-*/lib/python*/site-packages/{environment}"
        moment(lambda: list(home.glob(pattern)), seconds=120)
        kill(machine)
        goes_on(controller, machine, environment)


def test_while_it_joins(controller: Installation, machine: Machine, name: str) -> None:
    made = controller.json("node", "token", "create")
    words = [VENVOY, *made["command"].split()[1:], "--name", name]
    seed = machine.data / "identity" / "node.seed"
    asking = subprocess.Popen(
        words, env=machine.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    moment(seed.exists, seconds=120)
    asking.kill()
    asking.wait()
    # Whether or not it was heard: the same line once more, with the same one use of the token.
    joined = machine.json(*words[1:])
    assert joined["name"] == name
    (token,) = [
        each
        for each in controller.json("node", "token", "list")["items"]
        if each["id"] == made["id"]
    ]
    assert token["used"] == 1
    machine.start()
    machine.until_connected()


def test_while_it_is_removed(
    controller: Installation, failing: LocalIndex, machine: Machine, environment: str
) -> None:
    failing.add(make_wheel(environment, modules=FILES))
    edit(controller, environment)
    controller.until_ready(environment, 2, seconds=180)
    controller.cli("node", "remove", environment, "--yes")
    moment((machine.data / "identity" / "removed.json").exists, seconds=60)
    kill(machine)
    again = machine.cli("agent", "run", check=False)
    assert (again.returncode, "was removed from the fleet" in again.stderr) == (4, True)
    assert not stable(machine, environment).exists()
    assert not (machine.data / "identity" / "node.seed").exists()
    assert list(machine.data.glob("prefixes/*/*")) == []
