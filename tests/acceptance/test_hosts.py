"""A fleet of real hosts: chosen by name and by label, cut off, caught up, and shut out."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from venvoy.domain.state import NodeState, ReplicaState
from venvoy.testing.damage import installed
from venvoy.testing.hosts import Host, Network, network
from venvoy.testing.index import Behaviour, LocalIndex
from venvoy.testing.installation import Installation, serving, until
from venvoy.testing.machine import Machine
from venvoy.testing.node import seeds
from venvoy.testing.wheels import make_wheel

pytestmark = pytest.mark.timeout(900)
NAMES = ("anna", "bert", "cleo", "dora")
SILENCE_S = 12.0
PARTITION_S = 30.0


@dataclass
class Fleet:
    """A controller on this machine and four nodes beside it."""

    controller: Installation
    machines: dict[str, Machine]
    hosts: dict[str, Host]

    def has(self, name: str, environment: str) -> dict[str, str]:
        """What is installed in an environment on a node; nothing where it is not there."""
        path = self.machines[name].data / "virtual_environments" / environment
        return installed(path.resolve()) if path.exists() else {}

    def cut(self, name: str) -> None:
        """Cut a node off."""
        process = self.machines[name].process
        assert process is not None
        self.hosts[name].processes = [process.pid]
        self.hosts[name].cut()

    def state(self, name: str) -> NodeState:
        """How the controller sees a node."""
        with self.controller.client() as client:
            return {node.name: node.state for node in client.nodes()}[name]


@pytest.fixture(scope="module")
def net() -> Iterator[Network]:
    with network(len(NAMES)) as made:
        yield made


@pytest.fixture(scope="module")
def fleet(net: Network, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    folder = tmp_path_factory.mktemp("hosts")
    index = LocalIndex(Behaviour(metadata=True), host=net.address)
    index.add(*seeds(), make_wheel("alpha"), make_wheel("beta"), make_wheel("gamma"))
    with serving(index):
        settings = {"VENVOY_HOST": net.address, "VENVOY_NODE_OFFLINE_SECONDS": str(SILENCE_S)}
        controller = Installation(folder / "data", index.simple, settings)
        machines = {
            name: _machine(folder / name, index, host)
            for name, host in zip(NAMES, net.hosts, strict=True)
        }
        hosts = dict(zip(NAMES, net.hosts, strict=True))
        try:
            controller.up()
            for number, (name, machine) in enumerate(machines.items()):
                labels = ("--label", "team=crawl") if number >= 2 else ()
                machine.join(controller, name, *labels)
                machine.start()
            for machine in machines.values():
                machine.until_connected()
            yield Fleet(controller, machines, hosts)
        finally:
            for host in net.hosts:
                host.restore()
            for machine in machines.values():
                machine.stop()
            controller.stop()


def _machine(home: Path, index: LocalIndex, host: Host) -> Machine:
    home.mkdir()
    quick = {"VENVOY_HEARTBEAT_SECONDS": "2"}
    return Machine(home, index.simple, quick, within=host.within)


def test_environments_go_to_nodes_by_name_and_by_label(fleet: Fleet) -> None:
    named = ("--node", "anna", "--node", "bert")
    fleet.controller.cli("env", "create", "named", "-p", "alpha", *named, "--wait")
    labelled = ("--select", "team=crawl")
    fleet.controller.cli("env", "create", "labelled", "-p", "beta", *labelled, "--wait")
    found = {
        environment: [name for name in NAMES if fleet.has(name, environment)]
        for environment in ("named", "labelled")
    }
    assert found == {"named": ["anna", "bert"], "labelled": ["cleo", "dora"]}


@pytest.mark.parametrize("away_s", [0.0, PARTITION_S])
def test_a_node_that_was_cut_off_catches_up_by_itself(fleet: Fleet, away_s: float) -> None:
    name = f"away{away_s:.0f}"
    fleet.controller.cli(
        "env", "create", name, "-p", "alpha", "--node", "anna", "--node", "bert", "--wait"
    )
    fleet.cut("bert")
    began = time.monotonic()
    until(lambda: fleet.state("bert") is NodeState.OFFLINE, what="the controller notices")
    said = fleet.controller.cli("env", "edit", name, "--add", "gamma", "--wait").stderr
    assert "bert" in said, "who waits is told who is away"
    assert set(fleet.has("anna", name)) == {"alpha", "gamma"}
    assert set(fleet.has("bert", name)) == {"alpha"}
    with fleet.controller.client() as client:
        away = {each.node: each for each in client.environment(name).replicas}["bert"]
    assert (away.node_state, away.live_revision) == (NodeState.OFFLINE, 1)
    while time.monotonic() - began < away_s:
        time.sleep(0.2)
    fleet.hosts["bert"].restore()
    fleet.controller.until_ready(name, 2)
    assert set(fleet.has("bert", name)) == {"alpha", "gamma"}
    assert fleet.state("bert") is NodeState.ONLINE
    with fleet.controller.client() as client:
        assert {each.state for each in client.environment(name).replicas} == {ReplicaState.READY}


def test_a_removed_node_is_shut_out_also_if_it_was_away(fleet: Fleet) -> None:
    fleet.controller.cli("node", "remove", "dora", "--yes")
    assert fleet.machines["dora"].wait(seconds=60) == 4
    assert "was removed from the fleet" in fleet.machines["dora"].output
    assert not fleet.has("dora", "labelled")
    fleet.cut("cleo")
    fleet.controller.cli("node", "remove", "cleo", "--yes", "--keep-data")
    fleet.hosts["cleo"].restore()
    assert fleet.machines["cleo"].wait(seconds=120) == 4
    assert set(fleet.has("cleo", "labelled")) == {"beta"}
    again = fleet.machines["cleo"].cli("agent", "run", check=False)
    assert again.returncode == 4
