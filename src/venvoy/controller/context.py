"""What every command and query needs, made once by the composition root.

A context holds no state of its own: rows are in the database, files below the
data directory. Time and identifiers come from here, so that tests decide them.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from venvoy.config import ControllerSettings
from venvoy.controller.archive_store import ArchiveStore
from venvoy.controller.wakes import Wakes
from venvoy.domain.block import Block
from venvoy.domain.cause import Cause, Step
from venvoy.domain.cooling import CoolDown
from venvoy.domain.lock import Lock, LockedPackage
from venvoy.domain.offer import Offers
from venvoy.domain.role import Role
from venvoy.domain.spec import Spec
from venvoy.domain.wheel import Target
from venvoy.store.session import Database

PLANNERS = 2
"""Plans and preflights that resolve at the same time, beside the queued resolutions."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks; commands trust that the API has authenticated them."""

    user_id: str
    username: str
    role: Role


@dataclass(frozen=True, slots=True)
class ResolveRequest:
    """What a resolution works on.

    Attributes:
        spec: the wish, with the interpreter's specifier already decided.
        live: the lock whose pins are preferred, or None for a fresh resolution.
        upgrade: normalised names whose pins are let go; None means none, empty
            means all of them.
        targets: the kinds of machine in use, each of which must find its wheels.
        blocks: releases that must not be chosen.
        cooling: what is too young to be chosen.
    """

    spec: Spec
    live: Lock | None = None
    upgrade: frozenset[str] | None = None
    targets: tuple[Target, ...] = ()
    blocks: tuple[Block, ...] = ()
    cooling: CoolDown | None = None


@dataclass(frozen=True, slots=True)
class Survey:
    """What can be had of a spec, for an answer that names everything else too.

    Attributes:
        lock: of what could be resolved, None where nothing could.
        left_out: normalised names of packages without a wheel for a machine in use;
            the lock was made without them and without what only they need.
        cause: why there is no lock.
    """

    lock: Lock | None
    left_out: frozenset[str] = frozenset()
    cause: Cause | None = None


class Resolver(Protocol):
    """Turns a spec into a lock; see `venvoy.controller.resolver`."""

    async def resolve(self, request: ResolveRequest, on_line: Callable[[str], None]) -> Lock:
        """Return the lock; `on_line` hears each line of output as it comes.

        Raises:
            ResolveFailed: with the cause.
        """
        ...

    async def survey(self, request: ResolveRequest, on_line: Callable[[str], None]) -> Survey:
        """Return what can be had of a spec, also where a wheel is missing.

        Raises:
            ResolveFailed: nothing could be asked.
        """
        ...


class Catalogue(Protocol):
    """Tells of packages that nobody has installed; see `venvoy.index.catalogue`."""

    async def requires(self, package: LockedPackage) -> tuple[str, ...] | None:
        """Return a locked package's `Requires-Dist` lines, None where unknown."""
        ...

    async def offers(self, project: str) -> Offers | None:
        """Return a project's releases, the newest first, None where unknown."""
        ...


class NoCatalogue:
    """Knows nothing: answers are given without what only an index knows."""

    async def requires(self, package: LockedPackage) -> tuple[str, ...] | None:  # noqa: ARG002 - the protocol's
        """Unknown."""
        return None

    async def offers(self, project: str) -> Offers | None:  # noqa: ARG002 - the protocol's
        """Unknown."""
        return None


class LogSink(Protocol):
    """Keeps the lines of operations that the controller itself carries out."""

    async def write(self, operation: str, step: Step, texts: Iterable[str]) -> None:
        """Append lines, numbered and timed here."""
        ...

    async def close(self, operation: str) -> None:
        """Say that no line will come any more; repeating it changes nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Context:
    """The parts of one controller.

    Attributes:
        clock: the time, aware and in UTC.
        new_id: a new UUIDv7 in text form.
        catalogue: what the index says of packages.
        planning: turns for plans and preflights, each of which runs a uv of its own.
        archives: the files of interpreters' archives.
    """

    db: Database
    settings: ControllerSettings
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    resolver: Resolver
    logs: LogSink
    wakes: Wakes = field(default_factory=Wakes)
    catalogue: Catalogue = field(default_factory=NoCatalogue)
    planning: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(PLANNERS))
    archives: ArchiveStore = field(init=False)

    def __post_init__(self) -> None:
        store = ArchiveStore(self.settings.file("pythons"))
        object.__setattr__(self, "archives", store)
