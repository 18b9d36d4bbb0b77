"""A controller's context for tests: the time stands still, resolutions are scripted.

The database is a real one; only what a test has to decide is a double here.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from uuid6 import uuid7

from venvoy.config import ControllerSettings
from venvoy.controller.context import Actor, Context, ResolveRequest, Survey
from venvoy.controller.resolver import ResolveFailed
from venvoy.domain.cause import Cause, Hop, Step
from venvoy.domain.errors import Param
from venvoy.domain.lock import Lock, LockedFile, LockedPackage
from venvoy.domain.role import Role
from venvoy.store import nodes, users
from venvoy.store.session import Database
from venvoy.wire.messages import Heartbeat, InterpreterFact


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self, now: datetime = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now

    def advance(self, seconds: float) -> None:
        """Move on."""
        self.now += timedelta(seconds=seconds)


@dataclass
class MemoryLogs:
    """Logs by operation id."""

    lines: dict[str, list[str]] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)

    async def write(self, operation: str, step: Step, texts: Iterable[str]) -> None:
        """Append lines."""
        self.lines.setdefault(operation, []).extend(texts)

    async def close(self, operation: str) -> None:
        """Say that no line will come."""
        self.closed.add(operation)


@dataclass
class ScriptedResolver:
    """Locks every requirement at a version that the test sets.

    Attributes:
        versions: by package name; `1.0` where none is set.
        wheels: by package name; a pure one of 1,000 bytes where none is set.
        unknown: names that no index has.
        gate: resolutions wait until it is set.
        requests: all that were asked for.
        at_work: how many wait or work now.
        most_at_once: the most that ever did.
        cut_short: how many were cancelled while they waited.
    """

    versions: dict[str, str] = field(default_factory=dict)
    wheels: dict[str, LockedFile] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    requests: list[ResolveRequest] = field(default_factory=list)
    at_work: int = 0
    most_at_once: int = 0
    cut_short: int = 0

    def __post_init__(self) -> None:
        self.gate.set()

    async def resolve(self, request: ResolveRequest, on_line: Callable[[str], None]) -> Lock:
        """Return a lock of what is asked for, after the gate."""
        self.requests.append(request)
        on_line("reading the index")
        self.at_work += 1
        self.most_at_once = max(self.most_at_once, self.at_work)
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.cut_short += 1
            raise
        finally:
            self.at_work -= 1
        names = [each.partition("=")[0].partition(">")[0] for each in request.spec.requirements]
        if missing := self.unknown.intersection(names):
            params: dict[str, Param] = {"packages": sorted(missing)}
            raise ResolveFailed(Cause("package-not-found", Step.RESOLVE, Hop.PACKAGE, params))
        versions = {name: self.versions.get(name, "1.0") for name in names}
        return locked(request.spec.python, versions, self.wheels)

    async def survey(self, request: ResolveRequest, on_line: Callable[[str], None]) -> Survey:
        """Return the same lock, or why there is none."""
        try:
            return Survey(await self.resolve(request, on_line))
        except ResolveFailed as failed:
            return Survey(None, cause=failed.cause)


def locked(
    python: str,
    packages: Mapping[str, str],
    wheels: Mapping[str, LockedFile] = MappingProxyType({}),
) -> Lock:
    """Return a lock with one wheel per package."""
    return Lock(
        python,
        tuple(
            LockedPackage(name, version, None, (wheels.get(name) or _wheel(name, version),))
            for name, version in sorted(packages.items())
        ),
    )


def context(
    db: Database,
    data: Path,
    *,
    resolver: ScriptedResolver | None = None,
    clock: Clock | None = None,
    logs: MemoryLogs | None = None,
) -> Context:
    """Return a context over a migrated database."""
    return Context(
        db=db,
        settings=ControllerSettings(data=data),
        clock=clock or Clock(),
        new_id=lambda: str(uuid7()),
        resolver=resolver or ScriptedResolver(),
        logs=logs or MemoryLogs(),
    )


async def add_actor(ctx: Context, username: str, role: Role = Role.OPERATOR) -> Actor:
    """Return a user that exists."""
    now = ctx.clock()
    user = users.UserRow(
        id=ctx.new_id(),
        username=username,
        password_hash="not a hash",  # noqa: S106 - nobody signs in with it
        role=role,
        disabled=False,
        created_at=now,
        updated_at=now,
    )
    async with ctx.db.write() as tx:
        await users.add(tx, user)
    return Actor(user.id, username, role)


async def add_node(
    ctx: Context,
    name: str = "local",
    pythons: Sequence[str] = ("3.11.7", "3.12.4"),
    platform: str = "linux-x86_64",
) -> str:
    """Return the id of an online node that has reported these interpreters."""
    now = ctx.clock()
    async with ctx.db.write() as tx:
        node = await nodes.register(tx, ctx.new_id(), name, f"key of {name}", now)
        facts = heartbeat(node.id, now, pythons, platform).model_dump(mode="json")
        await nodes.keep_beats(tx, [nodes.Beat(node.id, 1, facts, nodes.gauges(facts), now)])
        await nodes.set_online(tx, node.id, online=True, now=now)
    return node.id


def heartbeat(
    node_id: str, at: datetime, pythons: Sequence[str], platform: str = "linux-x86_64"
) -> Heartbeat:
    """Return what a node with these interpreters says of itself."""
    return Heartbeat(
        node=node_id,
        at=at,
        boot=1,
        agent_version="0.1.0",
        uv_version="0.13.9",
        platform=platform,
        libc="glibc 2.36",
        hostname="machine",
        cpus=2,
        memory_bytes=4_000_000_000,
        disk_free_bytes=10_000_000_000,
        disk_total_bytes=20_000_000_000,
        interpreters=tuple(
            InterpreterFact(
                version=version,
                implementation="cpython",
                path=f"/opt/python/{version}/bin/python",
                source="opt",
            )
            for version in pythons
        ),
    )


def _wheel(name: str, version: str) -> LockedFile:
    file = f"{name}-{version}-py3-none-any.whl"
    return LockedFile(file, "a" * 64, 1_000, f"packages/aa/bb/{file}")
