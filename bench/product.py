"""Venvoy as its users run it, and what its own clock says of what it did.

One `env create --wait` gives three figures: all of it by the wall clock, and from the
controller's records how long its resolution took and how long it took from the
revision, which is locked and released in one transaction, until the report `ready`
was folded.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.hand import MEDIUM
from bench.process import BenchFailed, on_loopback
from venvoy.client import Client
from venvoy.domain.errors import NotFound
from venvoy.domain.state import OperationKind, OperationState
from venvoy.testing.installation import Installation, until
from venvoy.wire.operations import Operation
from venvoy.wire.revisions import RollbackWish

_DROPPED = "structlog"
"""Of the medium set; nothing else asks for it."""
_SETTLE_S = 3.0
_REST_S = 15.0


@dataclass(frozen=True, slots=True)
class Creation:
    """Seconds of one `env create`.

    Attributes:
        all: of the command, from its start to its end.
        resolve: from the resolution's operation being made until it ended.
        install: from the revision being made until its replica was ready.
    """

    all: float
    resolve: float
    install: float


@dataclass(frozen=True, slots=True)
class Rest:
    """An agent that has nothing to do.

    Attributes:
        memory: resident bytes.
        cpu: share of one core, 0 to 1.
    """

    memory: int
    cpu: float


class Product:
    """A running installation.

    Args:
        installation: started.
        client: signed in.
        minor: the version of Python that is asked for, such as `3.12`.
    """

    def __init__(self, installation: Installation, client: Client, minor: str) -> None:
        self._installation = installation
        self._client = client
        self._python = f"=={minor}.*"

    def create(self, name: str) -> Creation:
        """Create an environment of the medium set and wait until it is ready.

        Raises:
            AssertionError: it did not get ready.
        """
        words = ["env", "create", name, "-r", str(MEDIUM), "--python", self._python, "--wait"]
        begin = time.perf_counter()
        self._installation.cli(*words, seconds=300.0)
        seconds = time.perf_counter() - begin
        resolved = self._operation(name, OperationKind.RESOLVE)
        built = self._operation(name, OperationKind.BUILD)
        revision = self._client.revision(name, 1)
        if built.ended_at is None:
            raise BenchFailed(f"{name} is ready and its operation has not ended")
        install = (built.ended_at - revision.created_at).total_seconds()
        return Creation(seconds, _duration(resolved), install)

    def roll_back(self, name: str, runs: int) -> list[float]:
        """Turn between two revisions that a node holds; return seconds of each turn back.

        From the request to go back until the report `ready` was folded, by the
        controller's clock.
        """
        words = ["env", "create", name, "-r", str(MEDIUM), "--python", self._python, "--wait"]
        self._installation.cli(*words, seconds=300.0)
        self._installation.cli("env", "edit", name, "--drop", _DROPPED, "--wait", seconds=300.0)
        seconds = []
        for number in range(runs * 2):
            until(self._at_rest, seconds=60.0, what="the agent is at rest")
            target = 1 + number % 2
            self._client.roll_back_environment(name, RollbackWish(to=str(target)))
            self._installation.until_ready(name, target)
            turned = self._operation(name, OperationKind.BUILD)
            if turned.revision != target:
                raise BenchFailed(f"{name} is at revision {target} and nothing brought it there")
            if target == 1:
                seconds.append(_duration(turned))
        return seconds

    def delete(self, name: str) -> None:
        """Delete an environment and wait until all of it is gone, background work too."""
        self._client.delete_environment(name)
        until(lambda: self._gone(name), seconds=60.0, what=f"{name} is gone")

    def interpreter(self, name: str) -> Path:
        """Return the interpreter that an environment was made with, links resolved."""
        return (self._installation.live(name) / "bin" / "python").resolve(strict=True)

    def rest(self) -> Rest:
        """Return what the agent needs while nothing is asked of it."""
        agents = self._installation.children("agent")
        if not agents:
            raise BenchFailed("the agent does not run")
        agent = agents[0]
        time.sleep(_SETTLE_S)
        agent.cpu_percent()
        time.sleep(_REST_S)
        return Rest(agent.memory_info().rss, agent.cpu_percent() / 100)

    def _operation(self, name: str, kind: OperationKind) -> Operation:
        for operation in self._client.operations(environment=name):
            if operation.kind is kind and operation.state is OperationState.SUCCEEDED:
                return operation
        raise BenchFailed(f"{name} has no {kind.value} that succeeded")

    def _gone(self, name: str) -> bool:
        try:
            self._client.environment(name)
        except NotFound:
            return not self._installation.prefixes() and self._at_rest()
        return False

    def _at_rest(self) -> bool:
        agents = self._installation.children("agent")
        try:
            return len(agents) == 1 and not agents[0].children()
        except psutil.Error:
            return False


@contextmanager
def product(folder: Path, index: str, minor: str) -> Iterator[Product]:
    """Run an installation of its own while the context is open.

    Args:
        folder: for its data.
        index: where its packages come from.
        minor: the version of Python that is asked for.
    """
    installation = Installation(folder / "data", mirror=index, settings=on_loopback())
    installation.data.mkdir(parents=True)
    try:
        installation.up()
        with installation.client() as client:
            yield Product(installation, client, minor)
    finally:
        installation.stop()


def _duration(operation: Operation) -> float:
    if operation.ended_at is None:
        raise BenchFailed(f"operation {operation.id} has not ended")
    return (operation.ended_at - operation.created_at).total_seconds()
