"""A node without a controller: the agent's real parts on a directory and an index.

Documents are signed with a key made here and offered as they would arrive; locks
come from memory; statuses are kept in the order in which they were sent. What is
replaced by a double is named by the arguments.
"""

import asyncio
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import uuid6
from uv import find_uv_bin

from venvoy.agent import processes
from venvoy.agent.build import Builder, RunsChildren, Witness
from venvoy.agent.collector import Collector
from venvoy.agent.compiler import Compiler
from venvoy.agent.documents import Authority
from venvoy.agent.drift import Drift
from venvoy.agent.facts import own_platform
from venvoy.agent.interpreter_use import InterpreterUse
from venvoy.agent.interpreters import Interpreters, LocalInterpreter, Places
from venvoy.agent.journal import Journal
from venvoy.agent.locks import Locks
from venvoy.agent.logbook import Logbook
from venvoy.agent.means import Means
from venvoy.agent.observer import Observer
from venvoy.agent.prefix import Layout
from venvoy.agent.pythons import Pythons
from venvoy.agent.reconciler import Reconciler
from venvoy.agent.reporter import Reporter
from venvoy.agent.rights import Access
from venvoy.agent.scratch import Scratch
from venvoy.agent.seeding import Seeding
from venvoy.agent.switch import Switch
from venvoy.agent.system import Pointers
from venvoy.agent.turns import Turns
from venvoy.agent.uv import Uv, plain_environment
from venvoy.config import environment_of_children
from venvoy.domain.backoff import Backoff
from venvoy.domain.errors import NotFound
from venvoy.domain.lock import Lock, LockedFile, LockedPackage
from venvoy.domain.state import ReplicaState
from venvoy.index.gateway import Gateway
from venvoy.index.server import GatewayServer
from venvoy.index.settings import GatewaySettings
from venvoy.index.store import FileStore
from venvoy.index.upstream import FixedRoute
from venvoy.testing.wheels import MadeFile, installed_wheel
from venvoy.wire.messages import Action, DesiredDocument, Progress, ReplicaSettings, ReplicaStatus
from venvoy.wire.nkey import KeyPair, Role
from venvoy.wire.observations import ObservedReply, ObservedRequest
from venvoy.wire.pythons import ArchiveFact
from venvoy.wire.signing import sign_document

QUICK = Backoff(first_s=0.05, tries=3, slow_s=0.1, longest_s=0.2)
PYTHON = f"=={sys.version_info.major}.{sys.version_info.minor}.*"
NODE = "0190b6c0-0000-7000-8000-000000000001"


DAY_S = 86_400.0


async def _unheard(_: ObservedRequest) -> ObservedReply:
    return ObservedReply()


def seeds() -> tuple[MadeFile, ...]:
    """Return what a fresh prefix gets besides its lock: the pip that this interpreter carries.

    Where it carries none, as a distribution's may, the pip beside the tests is packed.
    """
    found = sorted(Path(os.__file__).parent.glob("ensurepip/_bundled/pip-*.whl"))
    if found:
        return (MadeFile(found[0].name, found[0].read_bytes()),)
    return (installed_wheel("pip"),)


def lock_of(*files: MadeFile, path: Callable[[MadeFile], str]) -> Lock:
    """Return the lock that holds exactly these wheels."""
    packages = [
        LockedPackage(
            name=file.project,
            version=file.name.split("-")[1],
            marker=None,
            files=(LockedFile(file.name, file.sha256, len(file.data), path(file)),),
        )
        for file in sorted(files, key=lambda each: each.project)
    ]
    return Lock(PYTHON, tuple(packages))


class OwnInterpreter(Interpreters):
    """Knows the interpreter that runs the tests, and no other."""

    async def refresh(self) -> tuple[LocalInterpreter, ...]:
        """Ask that one interpreter."""
        path = Path(os.path.realpath(sys.executable))
        found = await self._ask(asyncio.Semaphore(1), "configured", path)
        self._found = (found,) if found else ()
        self._looked = True
        return self._found


@dataclass(slots=True)
class MemoryLocks:
    """Locks by digest, as a controller has them."""

    held: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def add(self, lock: Lock) -> str:
        """Hold a lock and return its digest."""
        self.held[lock.digest] = lock.to_bytes()
        return lock.digest

    async def fetch_lock(self, digest: str) -> bytes:
        """See `venvoy.agent.locks.LockSource`."""
        self.asked.append(digest)
        if digest not in self.held:
            raise NotFound("lock-unknown", url="http://example.org")
        return self.held[digest]


@dataclass(slots=True)
class MemoryArchives:
    """Archives of interpreters by sha256, as a controller has them."""

    held: dict[str, bytes] = field(default_factory=dict)

    async def fetch(self, archive: ArchiveFact, to: Path, witness: Witness) -> None:
        """See `venvoy.agent.pythons.ArchiveSource`."""
        witness.progress(Progress(bytes_total=archive.size))
        to.write_bytes(self.held[archive.sha256])


@dataclass(slots=True)
class LocalNode:
    """A node; an asynchronous context manager that works while it is open.

    Attributes:
        data: its directory.
        index: the simple address of its one index.
        run: runs children; `processes.run` unless a test stands in.
        statuses: all that was reported, in order.
    """

    data: Path
    index: str
    run: RunsChildren = processes.run
    backoff: Backoff = QUICK
    concurrent: int = 2
    limits: GatewaySettings = field(
        default_factory=lambda: GatewaySettings(attempts=1, backoff_s=0.01, stall_s=60.0)
    )
    statuses: list[ReplicaStatus] = field(default_factory=list)
    locks: MemoryLocks = field(default_factory=MemoryLocks)
    archives: MemoryArchives = field(default_factory=MemoryArchives)
    key: KeyPair = field(default_factory=lambda: KeyPair.generate(Role.ACCOUNT))
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    _arrived: asyncio.Condition = field(default_factory=asyncio.Condition)
    layout: Layout = field(init=False)
    journal: Journal = field(init=False)
    reconciler: Reconciler = field(init=False)
    means: Means = field(init=False)

    async def __aenter__(self) -> Self:
        self.layout = Layout(self.data)
        self.layout.make()
        self.journal = Journal.open(self.layout.journal)
        self._stack.callback(self.journal.close)
        store = FileStore(self.layout.files, self.limits.retention)
        gateway = Gateway(self.layout.files.parent, store, FixedRoute.to(self.index), self.limits)
        server = GatewayServer(gateway, self.data / "gateway.json")
        address = await server.start()
        self._stack.push_async_callback(server.stop)
        environment = plain_environment(environment_of_children())
        uv = Uv(
            Path(find_uv_bin()), self.layout.uv_cache, self.layout.work, address.simple, environment
        )
        reporter = Reporter(self.journal, self._sent)
        links = Pointers()
        builder = Builder(
            layout=self.layout,
            journal=self.journal,
            uv=uv,
            packages=gateway,
            gateway=address,
            interpreters=OwnInterpreter(uv, Places(self.data / "nowhere", shared=())),
            use=InterpreterUse(self.journal),
            locks=Locks(self.layout.locks, self.locks),
            seeding=Seeding(self.layout.uv_cache / ".venvoy-pip"),
            scratch=Scratch(self.layout.uv_cache),
            run=self.run,
            access=Access((self.data / "node.toml",)),
        )
        pythons = Pythons(
            layout=self.layout,
            journal=self.journal,
            uv=uv,
            interpreters=builder.interpreters,
            source=self.archives,
            use=builder.use,
            platform=own_platform(),
            run=self.run,
        )
        self.means = Means(
            node=NODE,
            journal=self.journal,
            builder=builder,
            switch=Switch(self.layout, self.journal, links, self._gone),
            collector=Collector(self.layout, self.journal, links),
            compiler=Compiler(environment, self.journal),
            drift=Drift(
                NODE,
                self.journal,
                reporter,
                Observer(_unheard),
                every_s=DAY_S,
                sizes_s=DAY_S,
            ),
            reporter=reporter,
            logbook=Logbook(self.layout.logs),
            pythons=pythons,
            turns=Turns(self.concurrent),
            now=lambda: datetime.now(UTC),
            backoff=self.backoff,
            chance=lambda: 0.5,
        )
        self.reconciler = Reconciler(Authority(NODE, self.key.public), self.means)
        sender = asyncio.create_task(reporter.run())
        self._stack.callback(sender.cancel)
        self._stack.push_async_callback(self.reconciler.close)
        await self.reconciler.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    def want(
        self,
        environment: str,
        generation: int,
        lock: Lock | None = None,
        *,
        name: str = "web",
        action: Action = Action.INSTALL,
        python: str = PYTHON,
        settings: ReplicaSettings | None = None,
        **changes: Any,
    ) -> bool:
        """Offer a document; the generation is the revision too."""
        installing = action is Action.INSTALL
        fields: dict[str, Any] = {
            "node": NODE,
            "environment": environment,
            "name": name,
            "epoch": 1,
            "generation": generation,
            "action": action,
            "operation": str(uuid6.uuid7()),
            "revision": generation if installing else None,
            "lock_digest": self.locks.add(lock) if lock and installing else None,
            "python": python if installing else None,
            "settings": settings or ReplicaSettings(),
        }
        document = DesiredDocument(**(fields | changes))
        payload = document.model_dump_json().encode()
        return self.reconciler.offer(sign_document(self.key, payload))

    async def until(
        self,
        environment: str,
        wanted: Iterable[ReplicaState] | Callable[[ReplicaStatus], bool],
        *,
        generation: int | None = None,
        timeout: float = 60.0,
    ) -> ReplicaStatus:
        """Return the first status, sent already or to come, that is as wanted."""
        states = wanted if callable(wanted) else set(wanted)

        def fits(status: ReplicaStatus) -> bool:
            if status.environment != environment:
                return False
            if generation is not None and status.generation != generation:
                return False
            return states(status) if callable(states) else status.state in states

        async with asyncio.timeout(timeout), self._arrived:
            while True:
                for status in self.statuses:
                    if fits(status):
                        return status
                await self._arrived.wait()

    def log(self, operation: str) -> list[str]:
        """Return the lines of an operation's log."""
        log = self.means.logbook.log(operation)
        return [line.text for line in log.read(0, 2**30)]

    def stable(self, name: str = "web") -> Path:
        """Return a stable path."""
        return self.layout.stable(name)

    async def _sent(self, status: ReplicaStatus) -> None:
        async with self._arrived:
            self.statuses.append(status)
            self._arrived.notify_all()

    def _gone(self, environment: str) -> bool:
        return self.reconciler.gone(environment)
