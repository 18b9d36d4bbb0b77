"""The Python interpreters of this node, each asked what it is.

Candidates come from uv and from the places where uv does not look: pyenv's
versions, `/opt`, `/usr/local/bin` and configured paths. A file that is there need
not work (shims of versions that were removed, other architectures): every
candidate is run once, in a bounded time, and what it said is remembered until the
file changes. A broken one is logged once and otherwise left out; so is, where the
agent runs as root, one that somebody else could put another program in place of.
"""

import asyncio
import json
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from venvoy.agent import log
from venvoy.agent.processes import Command, capture
from venvoy.agent.system import own_user, weak_point
from venvoy.agent.uv import Uv
from venvoy.domain import python as choice
from venvoy.domain.errors import InvalidInput
from venvoy.domain.python import OLDEST_MINOR
from venvoy.wire.messages import InterpreterFact

_LIMIT_S = 20.0
_AT_ONCE = 4
_MARK = "venvoy-interpreter:"
MARK_FILE = "venvoy.json"
"""In the directory of an interpreter that Venvoy installed, once it is whole."""

# Runs under any Python, 2.7 included. The fields of a marker environment:
# https://packaging.python.org/specifications/dependency-specifiers/#environment-markers
_QUESTION = """
import json, os, platform, sys
i = getattr(sys, "implementation", None)
v = getattr(i, "version", sys.version_info)
f = platform.python_version()
c = lambda v: "%d.%d.%d" % v[:3] + ("" if v[3] == "final" else v[3][0] + str(v[4]))
g = getattr(sys, "_is_gil_enabled", None)
import sysconfig
print("MARK" + json.dumps({
 "executable": os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable),
 "free_threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
 "markers": {"implementation_name": getattr(i, "name", "cpython"),
  "implementation_version": c(v), "os_name": os.name,
  "platform_machine": platform.machine(), "platform_release": platform.release(),
  "platform_system": platform.system(), "platform_version": platform.version(),
  "python_full_version": f, "platform_python_implementation": platform.python_implementation(),
  "python_version": ".".join(platform.python_version_tuple()[:2]),
  "sys_platform": sys.platform}}))
""".replace("MARK", _MARK)

_MARKERS = (
    "implementation_name",
    "implementation_version",
    "os_name",
    "platform_machine",
    "platform_release",
    "platform_system",
    "platform_version",
    "python_full_version",
    "platform_python_implementation",
    "python_version",
    "sys_platform",
)

_Key = tuple[str, float, int]


@dataclass(frozen=True, slots=True)
class LocalInterpreter:
    """One that works.

    Attributes:
        fact: what is reported of it.
        markers: its PEP 508 environment.
    """

    fact: InterpreterFact
    markers: Mapping[str, str]

    @property
    def path(self) -> Path:
        """The executable, links resolved."""
        return Path(self.fact.path)

    def as_choice(self) -> choice.Interpreter:
        """Return the value that `venvoy.domain.python` chooses among."""
        variant = "freethreaded" if self.fact.free_threaded else "default"
        return choice.Interpreter(
            version=self.fact.version,
            path=self.fact.path,
            implementation=self.fact.implementation,
            variant=variant,
            arch=self.markers["platform_machine"],
        )


@dataclass(frozen=True, slots=True)
class Places:
    """Where to look besides uv.

    Attributes:
        pyenv: its root, which need not exist.
        configured: executables, or directories of installations.
        shared: directories as `/opt` (of installations) and `/usr/local/bin`.
        managed: where Venvoy installs interpreters, None for nowhere.
    """

    pyenv: Path
    configured: tuple[Path, ...] = ()
    shared: tuple[Path, ...] = (Path("/opt"), Path("/usr/local/bin"))
    managed: Path | None = None

    def candidates(self) -> list[tuple[str, Path]]:
        """Return (source, executable) pairs; one file may come several times."""
        found = [] if self.managed is None else _managed(self.managed)
        found += [("pyenv", p) for p in _sorted(self.pyenv, "versions/*/bin/python")]
        for root in self.shared:
            found += [("opt", p) for p in _executables(root)]
        for path in self.configured:
            found += [("configured", p) for p in ([path] if path.is_file() else _executables(path))]
        return found


def _managed(root: Path) -> list[tuple[str, Path]]:
    """Those that are whole: the mark is written last."""
    found = []
    for mark in _sorted(root, f"*/{MARK_FILE}"):
        with suppress(OSError, ValueError, LookupError, TypeError):
            path = Path(json.loads(mark.read_bytes())["path"])
            found += [("managed", path)] if path.is_relative_to(mark.parent) else []
    return found


def _executables(root: Path) -> list[Path]:
    patterns = ("python3*", "bin/python3*", "*/bin/python3*", "python.exe", "*/python.exe")
    return [
        path
        for pattern in patterns
        for path in _sorted(root, pattern)
        if path.name.removeprefix("python").replace(".", "").removesuffix("t").isdigit()
        or path.suffix == ".exe"
    ]


def _sorted(root: Path, pattern: str) -> list[Path]:
    try:
        return sorted(path for path in root.glob(pattern) if path.is_file())
    except OSError:
        return []


@dataclass(slots=True)
class Interpreters:
    """The node's interpreters as of the last look.

    Attributes:
        uv: asked for those that it finds.
        places: where else to look.
        user: whom the agent runs as.
        leaving: directories of interpreters that are being removed: not chosen any more.
    """

    uv: Uv
    places: Places
    user: int = field(default_factory=own_user)
    leaving: set[Path] = field(default_factory=set)
    _known: dict[_Key, LocalInterpreter | None] = field(default_factory=dict)
    _listeners: list[Callable[[], None]] = field(default_factory=list)
    _distrusted: set[Path] = field(default_factory=set)
    _found: tuple[LocalInterpreter, ...] = ()
    _looked: bool = False
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def known(self) -> tuple[LocalInterpreter, ...]:
        """Those of the last look, without looking."""
        return self._found

    async def all(self) -> tuple[LocalInterpreter, ...]:
        """Return them, newest version first, looking for them the first time."""
        if not self._looked:
            await self.refresh()
        return self._found

    async def choose(self, python: str) -> LocalInterpreter:
        """Return the interpreter for a specifier set, looking again if there is none.

        Raises:
            InvalidInput: `python-not-found`, with what there is.
        """
        try:
            return _chosen(await self.all(), python)
        except InvalidInput:
            return _chosen(await self.refresh(), python)

    async def refresh(self) -> tuple[LocalInterpreter, ...]:
        """Look again; what has not changed is not asked again."""
        async with self._turn:
            listed = await self._listed_by_uv()
            elsewhere = await asyncio.to_thread(self.places.candidates)
            gate = asyncio.Semaphore(_AT_ONCE)
            # Those of Venvoy first: what else finds them calls them something else.
            places = sorted((*listed, *elsewhere), key=lambda place: place[0] != "managed")
            asked = [self._ask(gate, source, path) for source, path in places if self._stays(path)]
            before, self._found = self._found, _distinct(await asyncio.gather(*asked))
            looked, self._looked = self._looked, True
        if looked and before != self._found:
            for listener in self._listeners:
                listener()
        return self._found

    def listen(self, listener: Callable[[], None]) -> None:
        """Call a listener whenever a look finds others than the look before."""
        self._listeners.append(listener)

    async def ask(self, source: str, path: Path) -> LocalInterpreter | None:
        """Return what one program says of itself, None if it does not work.

        Raises:
            TimeoutError: it said nothing in time.
        """
        return await self._question(source, path)

    def _stays(self, path: Path) -> bool:
        return not any(path.is_relative_to(home) for home in self.leaving)

    async def _listed_by_uv(self) -> list[tuple[str, Path]]:
        try:
            return _paths(await _bounded(self.uv.interpreters()))
        except (OSError, TimeoutError, ValueError) as error:
            reason = str(error) or type(error).__name__
            log.warning("uv-python-list-failed", reason=reason)
            return []

    async def _ask(
        self, gate: asyncio.Semaphore, source: str, path: Path
    ) -> LocalInterpreter | None:
        try:
            state = path.stat()
        except OSError:
            return None
        if self.user == 0 and not self._trusts(path):
            return None
        key = (str(path), state.st_mtime, state.st_size)
        if key not in self._known:
            async with gate:
                try:
                    self._known[key] = await self._question(source, path)
                except TimeoutError:
                    # The machine may be busy, as after its start: asked again next time.
                    log.warning("interpreter-silent", path=str(path), seconds=_LIMIT_S)
                    return None
        return self._known[key]

    def _trusts(self, path: Path) -> bool:
        weak = weak_point(path.absolute())
        if weak is not None and path not in self._distrusted:
            self._distrusted.add(path)
            log.warning("interpreter-not-trusted", path=str(path), others_may_change=str(weak))
        return weak is None

    async def _question(self, source: str, path: Path) -> LocalInterpreter | None:
        argv = (str(path), "-E", "-s", "-c", _QUESTION)
        command = Command(argv, self.uv.environment, self.uv.work)
        try:
            lines = (await _bounded(command)).splitlines()
            answer = next(line for line in lines if line.startswith(_MARK))
            return _interpreter(source, json.loads(answer.removeprefix(_MARK)))
        except TimeoutError:
            raise
        except (OSError, StopIteration, ValueError, LookupError, TypeError) as error:
            reason = str(error) or type(error).__name__
            log.warning("interpreter-broken", path=str(path), reason=reason)
            return None


async def _bounded(command: Command) -> str:
    _, data = await asyncio.wait_for(capture(command), _LIMIT_S)
    return data.decode(errors="replace")


def _chosen(found: Iterable[LocalInterpreter], python: str) -> LocalInterpreter:
    by_path = {interpreter.fact.path: interpreter for interpreter in found}
    return by_path[choice.choose([each.as_choice() for each in by_path.values()], python).path]


def _paths(listing: str) -> list[tuple[str, Path]]:
    return [("uv", Path(entry["path"])) for entry in json.loads(listing) if entry.get("path")]


def _interpreter(source: str, answer: Mapping[str, Any]) -> LocalInterpreter | None:
    """Return the value, or None for one that is too old to be of use."""
    # Whatever is not as it was asked for is a KeyError, a TypeError or a ValueError here.
    markers = {name: str(answer["markers"][name]) for name in _MARKERS}
    major, minor = markers["python_version"].split(".")
    if (int(major), int(minor)) < (3, OLDEST_MINOR):
        return None
    fact = InterpreterFact(
        version=markers["python_full_version"],
        implementation=markers["implementation_name"],
        path=os.fspath(answer["executable"]),
        source=source,
        free_threaded=bool(answer["free_threaded"]),
    )
    return LocalInterpreter(fact, markers)


def _distinct(found: Iterable[LocalInterpreter | None]) -> tuple[LocalInterpreter, ...]:
    """Each executable once, by the first place that named it; newest version first."""
    by_path: dict[str, LocalInterpreter] = {}
    for interpreter in found:
        if interpreter is not None:
            by_path.setdefault(interpreter.fact.path, interpreter)
    return tuple(sorted(by_path.values(), key=_newest_first))


def _newest_first(interpreter: LocalInterpreter) -> tuple[tuple[int, ...], str]:
    parts = interpreter.markers["python_full_version"].split(".")
    numbers = [int("".join(c for c in part if c.isdigit()) or 0) for part in parts]
    return tuple(-number for number in numbers), interpreter.fact.path
