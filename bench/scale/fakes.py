"""What a simulated agent has in place of uv and the disk; everything else of it is real.

A build takes no time, a prefix no room and a link is an entry of a table: what is
measured is the way from a release to an agent and back, on machines that are not there.
"""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import uuid6

from venvoy.agent.build import Order, Witness
from venvoy.agent.journal import BuildRow, Journal
from venvoy.agent.locks import Locks
from venvoy.agent.prefix import Layout
from venvoy.domain.cause import Step
from venvoy.domain.retention import Build, Phase
from venvoy.wire.messages import DiskFact, Heartbeat, InterpreterFact

_PYTHON = "3.12.4"
_GIB = 2**30

Started = Callable[[Order, float], None]


@dataclass(frozen=True, slots=True)
class Builder:
    """Makes no prefix, in all its steps.

    Attributes:
        started: told what is built, and when (seconds since 1970).
    """

    layout: Layout
    journal: Journal
    locks: Locks
    started: Started
    scratch: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(clear=_nothing))

    async def build(self, order: Order, witness: Witness) -> BuildRow:
        """See `venvoy.agent.build.Builder`."""
        self.started(order, time.time())
        witness.step(Step.LOCK)
        await self.locks.get(order.lock)
        identifier = str(uuid6.uuid7())
        path = self.layout.prefix(order.environment, order.revision, identifier)
        value = Build(identifier, order.revision, order.lock, order.python, Phase.BUILDING)
        self.journal.begin_build(BuildRow(value, order.environment, path))
        witness.step(Step.INSTALL)
        witness.line("installed nothing")
        witness.step(Step.CHECK)
        self.journal.complete(identifier, _PYTHON)
        rows = self.journal.builds(order.environment)
        return next(row for row in rows if row.build.id == identifier)

    async def verify(self, order: Order, row: BuildRow, witness: Witness) -> None:
        """Find everything whole."""


@dataclass(slots=True)
class Links:
    """Where stable paths lead."""

    table: dict[Path, Path] = field(default_factory=dict)

    def read(self, path: Path) -> Path | None:
        """See `venvoy.agent.system.links`."""
        return self.table.get(path)

    def point(self, path: Path, target: Path) -> None:
        """See `venvoy.agent.system.links`."""
        self.table[path] = target

    def remove(self, path: Path) -> None:
        """See `venvoy.agent.system.links`."""
        self.table.pop(path, None)


class Pythons:
    """Has no interpreter to look after."""

    async def clear(self, wanted: frozenset[str]) -> None:
        """There is none."""


class Collector:
    """Has nothing to delete."""

    def retire(self, environment: str, keep: int, tagged: Collection[str] = ()) -> None:
        """Nothing."""

    async def sweep(self, environment: str | None = None) -> tuple[str, ...]:  # noqa: ARG002 - the real one's
        """Nothing is held."""
        return ()

    async def tidy(self) -> None:
        """Nothing."""


class Compiler:
    """Compiles nothing."""

    def later(self, row: BuildRow) -> None:
        """Nothing."""

    async def forget(self, environment: str) -> None:
        """Nothing."""

    async def close(self) -> None:
        """Nothing."""


class Bulletin:
    """Tells nobody how the connection stands."""

    def told(self, event: object) -> None:
        """Nothing."""

    def failed(self, error: object) -> None:
        """Nothing."""


def heartbeat(node: str, instance: str) -> Heartbeat:
    """Return a sign of life of a machine that is like all others."""
    return Heartbeat(
        node=node,
        at=datetime.now(UTC),
        boot=1,
        agent_version="0.1.0",
        uv_version="0.9.0",
        platform="linux-x86_64",
        libc="glibc 2.36",
        hostname="simulated",
        cpus=8,
        memory_bytes=16 * _GIB,
        disk_free_bytes=80 * _GIB,
        disk_total_bytes=100 * _GIB,
        interpreters=(
            InterpreterFact(
                version=_PYTHON, implementation="cpython", path="/usr/bin/python3", source="uv"
            ),
        ),
        disks=(DiskFact(path="/", total_bytes=100 * _GIB, free_bytes=80 * _GIB, data=True),),
        cpu_percent=3.0,
        load=0.2,
        memory_used_bytes=2 * _GIB,
        instance=instance,
    )


async def _nothing() -> None:
    pass
