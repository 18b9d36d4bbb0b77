"""What an agent is made of on one kind of machine: the lock of Venvoy's own packages.

Resolved like any environment, with the versions that this controller itself runs
preferred, since those were tested together; kept on disk, so that an index is asked
once per release and kind of machine. The own wheel is added at every reading.
"""

import asyncio
import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from importlib.metadata import distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from venvoy.bus.files import make_private_directory, write_private
from venvoy.controller.context import Resolver, ResolveRequest
from venvoy.controller.install.own_wheel import OwnWheel
from venvoy.domain.errors import InvalidInput
from venvoy.domain.lock import Lock, LockedPackage
from venvoy.domain.platform import Platform
from venvoy.domain.spec import Spec
from venvoy.domain.wheel import Target

OLDEST_MINOR = 11
"""Venvoy itself needs Python 3.11."""
_NEWEST_MINOR, _NEWEST_PATCH = 20, 40
"""Anybody may ask, and each answer is kept: what no Python will be for years is refused."""
_VERSION = re.compile(r"3\.(\d{1,2})\.(\d{1,2})", re.ASCII)
_AT_ONCE = 2
_SHOWN = 20


@dataclass(frozen=True, slots=True, order=True)
class Machine:
    """A kind of machine that an agent is to run on.

    Attributes:
        platform: of the machine.
        python: its full version, such as `3.12.4`: packages draw lines within a minor one.
    """

    platform: Platform
    python: str

    def __post_init__(self) -> None:
        """Refuse a Python that Venvoy does not run on.

        Raises:
            InvalidInput: `install-python-unfit`.
        """
        found = _VERSION.fullmatch(self.python)
        minor, patch = map(int, found.groups()) if found else (0, 0)
        if not OLDEST_MINOR <= minor <= _NEWEST_MINOR or patch > _NEWEST_PATCH:
            oldest = f"3.{OLDEST_MINOR}"
            raise InvalidInput("install-python-unfit", python=self.python[:_SHOWN], oldest=oldest)

    @property
    def target(self) -> Target:
        """What it is to a lock."""
        return Target(self.platform, self.python)


def own_requirements(required: Iterable[str]) -> tuple[str, ...]:
    """Return what an agent needs of a distribution's `Requires-Dist`: all but extras."""
    parsed = [Requirement(line) for line in required]
    return tuple(sorted(str(each) for each in parsed if not _is_extra(each)))


def installed() -> tuple[tuple[str, str], ...]:
    """Return name and version of every distribution beside this one, sorted."""
    found = {
        canonicalize_name(name): each.version
        for each in distributions()
        if (name := each.metadata["Name"])
    }
    return tuple(sorted(found.items()))


@dataclass(slots=True)
class Closures:
    """Locks by kind of machine.

    Attributes:
        folder: where they are kept.
        requirements: of the agent, PEP 508.
        preferred: versions to stay with, where nothing stands against them.
        resolver: of this controller.
        own: the wheel of this release.
    """

    folder: Path
    requirements: tuple[str, ...]
    preferred: tuple[tuple[str, str], ...]
    resolver: Resolver
    own: OwnWheel
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))
    _kinds: dict[Machine, asyncio.Lock] = field(default_factory=dict)

    async def get(self, machine: Machine) -> Lock:
        """Return the lock for a kind of machine, resolved if it is not kept.

        Raises:
            ResolveFailed: with the cause.
            Unavailable: it cannot be kept.
        """
        # Several machines of a kind come at once, and wait for one resolution.
        async with self._kinds.setdefault(machine, asyncio.Lock()):
            lock = await asyncio.to_thread(self._kept, machine)
            if lock is None:
                async with self._turns:
                    lock = await self.resolver.resolve(self._request(machine), lambda _: None)
                await asyncio.to_thread(self._keep, machine, lock)
        packages = sorted((*lock.packages, self.own.locked()), key=lambda each: each.name)
        return replace(lock, packages=tuple(packages))

    def _request(self, machine: Machine) -> ResolveRequest:
        spec = Spec(self.requirements, f"=={machine.python}", (machine.platform,))
        pins = [LockedPackage(name, version, None, ()) for name, version in self.preferred]
        return ResolveRequest(spec, live=Lock(spec.python, tuple(pins)))

    def _file(self, machine: Machine) -> Path:
        wanted = json.dumps([self.requirements, self.preferred]).encode()
        name = f"{machine.platform}-{machine.python}-{hashlib.sha256(wanted).hexdigest()[:16]}"
        return self.folder / f"{name}.json"

    def _kept(self, machine: Machine) -> Lock | None:
        try:
            return Lock.from_bytes(self._file(machine).read_bytes())
        except (OSError, InvalidInput):
            return None

    def _keep(self, machine: Machine, lock: Lock) -> None:
        make_private_directory(self.folder)
        file = self._file(machine)
        write_private(file, lock.to_bytes())
        earlier = self.folder.glob(f"{machine.platform}-{machine.python}-*.json")
        for old in set(earlier) - {file}:
            old.unlink(missing_ok=True)


def _is_extra(requirement: Requirement) -> bool:
    marker = requirement.marker
    return marker is not None and "extra" in str(marker)
