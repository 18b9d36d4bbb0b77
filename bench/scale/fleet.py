"""The controller and its simulated agents, as processes, and what they cost."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from bench.process import BenchFailed, child_environment
from venvoy.bus import launch
from venvoy.client import Client
from venvoy.domain.state import EnvironmentState, NodeState
from venvoy.testing.index import Behaviour, LocalIndex
from venvoy.testing.installation import Installation, serving
from venvoy.testing.node import seeds
from venvoy.testing.wheels import make_wheel
from venvoy.wire.joining import NodeTokenCreate

_LONGEST_S = 5_400.0
_LOOK_S = 0.2
_LOOK_SHARE = 10.0
_MEMORY = Path("/dev/shm")  # noqa: S108 - what it is for
_MANY_S = "3600"


@dataclass(slots=True)
class Fleet:
    """What is measured.

    Attributes:
        controller: `venvoy up` in a directory of its own.
        agents: the process of all simulated agents.
        started: the file that they write the builds that begin to.
        nodes: how many they are.
    """

    controller: Installation
    agents: subprocess.Popen[str]
    started: Path
    nodes: int

    def cpu(self) -> float:
        """Return the seconds of processor that the controller has used since its start."""
        times = self._process().cpu_times()
        return times.user + times.system

    def memory(self) -> int:
        """Return what the controller holds of memory now, in bytes."""
        return int(self._process().memory_info().rss)

    def _process(self) -> psutil.Process:
        if self.controller.process is None:
            raise BenchFailed("the controller does not run")
        return psutil.Process(self.controller.process.pid)

    def online(self) -> int:
        """Return how many of the simulated nodes are online."""
        counts = self.ask("nodes", limit=1, label="bench=yes").json()["counts"]
        return int(counts.get(NodeState.ONLINE.value, 0))

    def ask(self, path: str, **query: str | int) -> httpx.Response:
        """Ask the API once, without reading further pages."""
        access = self.controller.access()
        return httpx.get(
            f"{access['url']}/api/v1/{path}",
            params=query,
            headers={"Authorization": f"Bearer {access['token']}"},
            trust_env=False,
            timeout=60,
        ).raise_for_status()

    def mark(self) -> int:
        """Return a place in what began, for `begun`: all that follows comes later."""
        return self.started.stat().st_size

    def begun(self, environment: str, revision: int, since: int) -> dict[str, float]:
        """Return when each node began to build a revision, in seconds since 1970."""
        wanted = f"{environment} {revision} "
        found: dict[str, float] = {}
        with self.started.open(encoding="ascii") as lines:
            lines.seek(since)
            for line in lines:
                if line.startswith(wanted) and line.endswith("\n"):
                    node, at = line.split()[2:]
                    found.setdefault(node, float(at))
        return found

    def kill(self, *, lose_nats: bool = False) -> None:
        """Kill the controller as a power cut would, and what hangs on it."""
        children = [*self.controller.children("nats-server"), *self.controller.children("agent")]
        self.controller.kill()
        until(lambda: not any(map(_runs, children)), "the controller's children ended with it")
        if lose_nats:
            shutil.rmtree(self.controller.data / "controller" / "nats" / "js")

    def ready(self, client: Client) -> bool:
        """Whether every environment is ready."""
        return all(each.state is EnvironmentState.READY for each in client.environments())


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:  # it went between the two
        return False


def until(condition: Callable[[], object], what: str) -> float:
    """Wait for a condition and return the seconds that it took.

    Looking takes the controller's processor too, so it is done the more seldom the more
    a look costs.

    Raises:
        BenchFailed: it did not come to hold in an hour and a half.
    """
    begin = time.perf_counter()
    while True:
        look = time.perf_counter()
        if condition():
            return time.perf_counter() - begin
        if time.perf_counter() - begin > _LONGEST_S:
            raise BenchFailed(f"not within {_LONGEST_S:.0f} s: {what}")
        time.sleep(max(_LOOK_S, _LOOK_SHARE * (time.perf_counter() - look)))


@contextmanager
def fleet(folder: Path, nodes: int) -> Iterator[Fleet]:
    """Start a controller, and let so many agents join it."""
    folder.mkdir(parents=True, exist_ok=True)
    index = LocalIndex(Behaviour(metadata=True))
    index.add(*seeds(), make_wheel("alpha"))
    index.add(*(make_wheel("moving", f"{number}.0") for number in range(1, 31)))
    with serving(index):
        # Nobody waits for an agent's process of a second to be scheduled.
        settings = {"VENVOY_NODE_OFFLINE_SECONDS": "60", "VENVOY_STALL_SECONDS": _MANY_S}
        controller = Installation(folder / "data", index.simple, settings)
        try:
            controller.up()
            with _own_disks(folder) as place, _agents(controller, place, nodes) as agents:
                yield Fleet(controller, agents, place / "started.txt", nodes)
        finally:
            controller.stop(seconds=120)


@contextmanager
def _own_disks(folder: Path) -> Iterator[Path]:
    """Yield a place for the agents' data, in memory if there is one.

    A thousand machines do not wait for one disk to sync their journals, one by one.
    """
    there = _MEMORY if _MEMORY.is_dir() else folder
    with tempfile.TemporaryDirectory(prefix="venvoy-scale-", dir=there) as name:
        yield Path(name)


@contextmanager
def _agents(controller: Installation, folder: Path, nodes: int) -> Iterator[subprocess.Popen[str]]:
    with controller.client() as client:
        token = client.create_node_token(NodeTokenCreate(uses=nodes)).token
    tie = [sys.executable, "-I", "-S", launch.__file__, str(os.getpid())]
    command = [sys.executable, "-m", "bench.scale.agents", controller.url, str(folder), str(nodes)]
    with (folder / "errors.txt").open("w") as errors:
        process = subprocess.Popen(
            [*tie, *command],
            env=child_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("both are piped")
    try:
        process.stdin.write(f"{token}\n")
        process.stdin.flush()
        if process.stdout.readline().strip() != "joined":
            said = (folder / "errors.txt").read_text()[-2_000:]
            raise BenchFailed(f"the simulated agents did not join:\n{said}")
        yield process
    finally:
        process.stdin.close()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
