"""Revisions wave by wave over six real agents: a bad one goes back, a kill loses no place."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from venvoy.domain.rollout import Phase
from venvoy.domain.state import ReplicaState
from venvoy.testing.damage import installed, missing_files
from venvoy.testing.index import Behaviour, LocalIndex
from venvoy.testing.installation import VENVOY, Installation, serving, until
from venvoy.testing.machine import Machine
from venvoy.testing.node import seeds
from venvoy.testing.wheels import make_wheel
from venvoy.wire.rollouts import Rollout

pytestmark = pytest.mark.timeout(600)
NAMES = ("n1", "n2", "n3", "n4", "n5", "n6")
BROKEN_ON_N2 = """
import sys
if "/n2/" in sys.prefix:
    raise RuntimeError("it does not work here")
"""
TASK = """
import alpha, sys
print(alpha.__version__, flush=True)
for line in sys.stdin:
    import importlib
    importlib.reload(alpha)
    print(alpha.__version__, flush=True)
"""


@dataclass
class Six:
    """A controller and six nodes on this machine."""

    controller: Installation
    machines: dict[str, Machine]

    def versions(self) -> dict[str, str | None]:
        """Which version of `alpha` is behind the stable path of each node."""
        return {
            name: installed((machine.data / "virtual_environments/web").resolve()).get("alpha")
            for name, machine in self.machines.items()
        }

    def rollout(self) -> Rollout:
        """The newest rollout of `web`."""
        with self.controller.client() as client:
            return next(client.rollouts("web"))

    def until_phase(self, phase: Phase) -> Rollout:
        """Return the newest rollout once it is in a phase."""
        until(lambda: self.rollout().phase is phase, seconds=120, what=f"the rollout is {phase}")
        return self.rollout()


@pytest.fixture(scope="module")
def six(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Six]:
    folder = tmp_path_factory.mktemp("six")
    index = LocalIndex(Behaviour(metadata=True))
    index.add(*seeds(), make_wheel("alpha"), make_wheel("beta"), make_wheel("gamma"))
    index.add(make_wheel("alpha", "2.0", code=BROKEN_ON_N2))
    with serving(index):
        controller = Installation(folder / "data", index.simple)
        machines = {name: _machine(folder / name, index) for name in NAMES}
        try:
            controller.up()
            for name, machine in machines.items():
                machine.join(controller, name)
                machine.start()
            for machine in machines.values():
                machine.until_connected()
            nodes = [word for name in NAMES for word in ("--node", name)]
            waves = ("--wave", "2", "--wave", "2", "--check", "alpha")
            controller.cli("env", "create", "web", "-p", "alpha<2", *nodes, *waves, "--wait")
            yield Six(controller, machines)
        finally:
            for machine in machines.values():
                machine.stop()
            controller.stop()


def _machine(home: Path, index: LocalIndex) -> Machine:
    home.mkdir()
    return Machine(home, index.simple)


def test_a_first_revision_has_gone_out_in_three_waves(six: Six) -> None:
    rollout = six.until_phase(Phase.DONE)
    opened = [step.nodes for step in rollout.steps if step.event == "wave-open"]
    assert opened == [["n1", "n2"], ["n3", "n4"], ["n5", "n6"]]
    assert set(six.versions().values()) == {"1.0"}


def test_a_bad_revision_stops_in_the_first_wave_and_goes_back_by_itself(six: Six) -> None:
    machine = six.machines["n1"]
    with subprocess.Popen(
        [VENVOY, "run", "web", "--", "python", "-c", TASK],
        env=machine.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as task:
        assert task.stdin is not None
        assert task.stdout is not None
        assert task.stdout.readline().strip() == "1.0"
        before = (machine.data / "virtual_environments/web").resolve()
        done = six.controller.cli(
            "env", "edit", "web", "--add", "alpha==2.0", "--wait", check=False
        )
        assert done.returncode == 1
        rollout = six.until_phase(Phase.RETURNED)
        (stopped,) = [step for step in rollout.steps if step.event == "budget-exceeded"]
        assert stopped.failed == ["n2"]
        opened = [step.nodes for step in rollout.steps if step.event == "wave-open"]
        assert opened == [["n1", "n2"]]
        assert set(six.versions().values()) == {"1.0"}
        # The task that ran all the while reads its own files still.
        task.stdin.write("again\n")
        task.stdin.flush()
        assert task.stdout.readline().strip() == "1.0"
        assert missing_files(before) == []
        task.stdin.close()
        assert task.wait(30) == 0
    with six.controller.client() as client:
        environment = client.environment("web")
        failed = list(client.operations(environment="web", state="failed"))
    assert environment.revision == 1
    assert {replica.state for replica in environment.replicas} == {ReplicaState.READY}
    assert [each.node for each in failed] == ["n2"]


def test_the_next_edit_starts_from_what_nodes_have_and_a_kill_loses_no_place(six: Six) -> None:
    six.controller.cli("env", "edit", "web", "--add", "beta", "--wave-pause", "5s")
    until(lambda: six.rollout().reason == "between-waves", seconds=120, what="a wave is over")
    six.controller.kill()
    six.controller.up()
    six.controller.cli("env", "wait", "web", "--timeout", "120")
    rollout = six.until_phase(Phase.DONE)
    opened = [step.nodes for step in rollout.steps if step.event == "wave-open"]
    assert opened == [["n1", "n2"], ["n3", "n4"], ["n5", "n6"]]
    assert (rollout.revision, rollout.back) == (3, 1)
    assert set(six.versions().values()) == {"1.0"}


def test_paused_and_called_off_by_hand(six: Six) -> None:
    six.controller.cli("env", "edit", "web", "--no-waves", "--sync", "manual")
    six.controller.cli("env", "edit", "web", "--add", "gamma")
    held = six.controller.cli("env", "wait", "web", check=False)
    assert held.returncode == 1
    assert "venvoy env sync web" in held.stderr
    six.controller.cli("env", "pause", "web")
    refused = six.controller.cli("env", "sync", "web", check=False)
    assert "venvoy env resume web" in refused.stderr
    six.controller.cli("env", "resume", "web")
    six.controller.cli("env", "sync", "web")
    six.controller.cli("env", "wait", "web")
    six.controller.cli("env", "edit", "web", "--drop", "gamma")
    six.controller.cli("env", "abort", "web")
    six.until_phase(Phase.RETURNED)
    shown = six.controller.json("env", "show", "web")
    assert "gamma" in shown["requirements"]
