"""What every command and query needs, made once by the composition root.

A context holds no state of its own: rows are in the database, files below the
data directory. Time and identifiers come from here, so that tests decide them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from venvoy.config import ControllerSettings
from venvoy.controller.wakes import Wakes
from venvoy.domain.cause import Step
from venvoy.domain.lock import Lock
from venvoy.domain.role import Role
from venvoy.domain.spec import Spec
from venvoy.domain.wheel import Target
from venvoy.store.session import Database


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
    """

    spec: Spec
    live: Lock | None = None
    upgrade: frozenset[str] | None = None
    targets: tuple[Target, ...] = ()


class Resolver(Protocol):
    """Turns a spec into a lock; see `venvoy.controller.resolver`."""

    async def resolve(self, request: ResolveRequest, on_line: Callable[[str], None]) -> Lock:
        """Return the lock; `on_line` hears each line of output as it comes.

        Raises:
            ResolveFailed: with the cause.
        """
        ...


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
    """

    db: Database
    settings: ControllerSettings
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    resolver: Resolver
    logs: LogSink
    wakes: Wakes = field(default_factory=Wakes)
