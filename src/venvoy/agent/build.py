"""Making and checking one prefix, step by step, aside from what is live.

Each step is journalled before it changes anything. A build that fails, is stopped
or is cut off by a kill is doomed: it is deleted and never resumed, for uv calls an
interrupted install complete. Nothing here touches the stable path; switching is
`venvoy.agent.switch`'s, what to do next `venvoy.domain.reconcile`'s.
"""

import asyncio
import shutil
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

import uuid6

from venvoy.agent import check, prefix
from venvoy.agent.causes import StepFailed, blamed
from venvoy.agent.interpreter_use import InterpreterUse
from venvoy.agent.interpreters import Interpreters, LocalInterpreter
from venvoy.agent.journal import BuildRow, Journal
from venvoy.agent.locks import Locks
from venvoy.agent.meter import Meter
from venvoy.agent.prefix import Layout
from venvoy.agent.processes import Children, Command, Ended, OnLine, Watch, run, tail
from venvoy.agent.rights import Access
from venvoy.agent.scratch import Scratch
from venvoy.agent.seeding import Seeding
from venvoy.agent.uv import Uv
from venvoy.domain import uv_output
from venvoy.domain.cause import Cause, Hop, Step
from venvoy.domain.lock import Lock
from venvoy.domain.pylock import render
from venvoy.domain.retention import Build, Phase
from venvoy.index.problem import Problem
from venvoy.index.server import GatewayAddress
from venvoy.index.watch import Watch as GatewayWatch
from venvoy.wire.messages import Progress

_CONFLICTS = 1
"""The exit code of `uv pip check` for packages that do not fit together."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to build.

    Attributes:
        environment: id.
        name: shown in the prompt of an activated shell.
        python: specifier set for the interpreter.
        link_mode: of uv, `hardlink` or `copy`.
        stall_seconds: silence after which uv is ended.
    """

    environment: str
    name: str
    revision: int
    lock: str
    python: str
    link_mode: str = "hardlink"
    stall_seconds: float = 120.0


class Witness(Protocol):
    """Who is told how a build goes on; returns at once and never fails."""

    def step(self, step: Step) -> None:
        """A step begins."""

    def line(self, text: str) -> None:
        """A line of the log, belonging to the step under way."""

    def progress(self, progress: Progress) -> None:
        """Bytes and packages so far."""

    def standstill(self, seconds: float) -> None:
        """Nothing that is waited for has come for so long."""

    def moving(self) -> None:
        """Bytes come, or none are waited for."""


class Packages(Protocol):
    """The gateway, as far as a build needs it."""

    def watch(self, lock: Lock | None) -> GatewayWatch:
        """Count a lock's files until the watch is closed."""


class RunsChildren(Protocol):
    """`processes.run`, or what stands for it in tests."""

    async def __call__(
        self, command: Command, on_line: OnLine, children: Children, watch: Watch | None = None
    ) -> Ended:
        """Run a child to its end."""


@dataclass(frozen=True, slots=True)
class Builder:
    """Builds prefixes; several at once.

    Attributes:
        gateway: where uv and `pip install` by hand find packages.
        packages: the same gateway, for its counts.
        access: who may write to what is built.
        use: told which interpreter a build chose.
    """

    layout: Layout
    journal: Journal
    uv: Uv
    packages: Packages
    gateway: GatewayAddress
    interpreters: Interpreters
    use: InterpreterUse
    locks: Locks
    seeding: Seeding
    scratch: Scratch
    run: RunsChildren = run
    access: Access = field(default_factory=Access)

    async def build(self, order: Order, witness: Witness) -> BuildRow:
        """Make a prefix and check it.

        Returns:
            The build, complete in the journal.

        Raises:
            StepFailed: with the typed cause; the build is doomed.
            OSError, sqlite3.Error: likewise; `causes.cause_of_error` names them.
        """
        witness.step(Step.LOCK)
        lock = await self.locks.get(order.lock)
        witness.step(Step.INTERPRETER)
        interpreter = await self._interpreter(order, witness)
        row = self._begin(order)
        # At once: whoever removes an interpreter must see who has chosen it.
        self.use.began(row.build.id, interpreter.path)
        try:
            async with self.scratch.used():
                await self._fill(order, row, lock, interpreter, witness)
                await asyncio.to_thread(self.access.grant, row.path, witness.line)
            self.journal.complete(row.build.id, interpreter.fact.version)
        except BaseException:
            # Only the reason counts: a build that cannot be doomed, as on a full disk,
            # is half made for ever, and deleted as such.
            with suppress(sqlite3.Error):
                self.journal.doom([row.build.id])
            raise
        finally:
            shutil.rmtree(self._work(row), ignore_errors=True)
        return self._again(row)

    async def distrust(self, prefix: Path, packages: Collection[str], witness: Witness) -> None:
        """Give up uv's copies of packages that were changed in a prefix; they are fetched anew.

        Raises:
            OSError: the prefix, or what uv keeps, cannot be read.
        """
        found = await asyncio.to_thread(check.copies, prefix, self.uv.cache, packages)
        for copy in found:
            await asyncio.to_thread(shutil.rmtree, copy, ignore_errors=True)
        if found:
            witness.line(f"unpacked copies that are not trusted any more: {len(found)}")

    async def verify(self, order: Order, row: BuildRow, witness: Witness) -> None:
        """Check a prefix that is there already.

        Raises:
            StepFailed: it does not hold what the lock says.
        """
        witness.step(Step.LOCK)
        lock = await self.locks.get(order.lock)
        markers = await self._markers(row)
        await self._check(row.path, check.expected(lock, markers), order, witness)

    async def _interpreter(self, order: Order, witness: Witness) -> LocalInterpreter:
        chosen = await self.interpreters.choose(order.python)
        witness.line(f"python {chosen.fact.version} at {chosen.fact.path}")
        return chosen

    def _begin(self, order: Order) -> BuildRow:
        build = str(uuid6.uuid7())
        path = self.layout.prefix(order.environment, order.revision, build)
        value = Build(build, order.revision, order.lock, order.python, Phase.BUILDING)
        row = BuildRow(value, order.environment, path)
        self.journal.begin_build(row)
        return row

    async def _fill(
        self,
        order: Order,
        row: BuildRow,
        lock: Lock,
        interpreter: LocalInterpreter,
        witness: Witness,
    ) -> None:
        wanted = check.expected(lock, interpreter.markers)
        with self.packages.watch(lock) as watch:
            meter = Meter(self.layout.data, watch, len(wanted), witness)
            witness.step(Step.VENV)
            await self._venv(order, row.path, interpreter, meter, witness)
            witness.step(Step.FETCH)
            await self._sync(order, row, lock, meter, witness)
            await self._pip(order, row.path, meter, witness)
        await self._check(row.path, wanted, order, witness)

    async def _venv(
        self,
        order: Order,
        path: Path,
        interpreter: LocalInterpreter,
        meter: Meter,
        witness: Witness,
    ) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        command = self.uv.venv(path, interpreter=interpreter.path, prompt=order.name)
        ended = await self._run(command, witness.line, meter, order)
        self._demand(ended, Step.VENV, meter.problems, order)
        prefix.furnish(path, self.gateway.simple)

    async def _sync(
        self, order: Order, row: BuildRow, lock: Lock, meter: Meter, witness: Witness
    ) -> None:
        file = self._work(row) / "pylock.toml"
        file.parent.mkdir(parents=True, exist_ok=True)
        text = render(lock, lambda each: self.gateway.file(each.sha256, each.name))
        file.write_text(text, encoding="utf-8")
        progress = _Installation(witness)
        command = self.uv.sync(row.path, file, link_mode=order.link_mode)
        async with meter.reporting():
            ended = await self._run(command, progress.line, meter, order)
        self._demand(ended, progress.step, meter.problems, order)
        meter.finished()

    async def _pip(self, order: Order, path: Path, meter: Meter, witness: Witness) -> None:
        online = None
        for offline in self.seeding.order():
            command = self.uv.pip(path, link_mode=order.link_mode, offline=offline)
            ended = await self._run(command, witness.line, meter, order)
            if ended.code == 0 and not ended.stalled:
                self.seeding.done(offline=offline)
                return
            if not offline:
                online = ended
        # That the cache has none is no news: why none is to be had is the cause.
        self._demand(online, Step.INSTALL, meter.problems, order)

    async def _check(
        self, path: Path, wanted: Mapping[str, str], order: Order, witness: Witness
    ) -> None:
        witness.step(Step.CHECK)
        # Neither needs the other, and they take about as long.
        fitting = asyncio.create_task(self._run(self.uv.check(path), witness.line, None, order))
        try:
            found = await asyncio.to_thread(check.inspect, path, self.uv.cache)
            await self._demand_whole(found, wanted, witness)
            ended = await fitting
        finally:
            fitting.cancel()
            await asyncio.wait([fitting])
        if ended.code == _CONFLICTS and not ended.stalled:
            params = {"count": len(ended.lines)}
            evidence = check.shortened(ended.lines)
            raise StepFailed(Cause("packages-conflict", Step.CHECK, Hop.NODE, params, evidence))
        self._demand(ended, Step.CHECK, (), order)
        witness.line(f"checked {len(found.versions)} packages")

    async def _demand_whole(
        self, found: check.Inspection, wanted: Mapping[str, str], witness: Witness
    ) -> None:
        """Raise unless every file and exactly the wanted packages are there."""
        for line in found.forgiven:
            witness.line(f"the wheel's own RECORD is wrong: {line}")
        if found.faults:
            for copy in found.suspects:
                await asyncio.to_thread(shutil.rmtree, copy, ignore_errors=True)
            raise _check_failed("files-differ", found.faults)
        if different := check.difference(wanted, found.versions):
            lines = [f"missing {each}" for each in different.missing]
            lines += [f"not in the lock {each}" for each in different.extra]
            raise _check_failed("packages-differ", lines)

    async def _markers(self, row: BuildRow) -> Mapping[str, str]:
        """The environment of the interpreter that a prefix was made with."""
        real = await asyncio.to_thread(prefix.python_of(row.path).resolve)
        for interpreter in await self.interpreters.all():
            if interpreter.path == real:
                return interpreter.markers
        params = {"path": str(real)}
        raise StepFailed(Cause("interpreter-gone", Step.INTERPRETER, Hop.INTERPRETER, params))

    async def _run(
        self, command: Command, on_line: OnLine, meter: Meter | None, order: Order
    ) -> Ended:
        watch = Watch(order.stall_seconds)
        if meter is not None:
            watch = Watch(order.stall_seconds, meter.activity)
        secret = self.gateway.secret

        def harmless(line: str) -> None:
            # uv's advice names the prefix; people activate the stable path.
            if not line.startswith("Activate with: "):
                on_line(line.replace(secret, "***"))

        ended = await self.run(command, harmless, self.journal, watch)
        return replace(ended, lines=tuple(line.replace(secret, "***") for line in ended.lines))

    def _demand(
        self, ended: Ended | None, step: Step, problems: Sequence[Problem], order: Order
    ) -> None:
        """Raise unless a command of uv ended well."""
        if ended is None or (ended.code == 0 and not ended.stalled):
            return
        evidence = tail(ended.lines)
        if ended.stalled:
            params = {"seconds": round(order.stall_seconds)}
            cause = Cause("build-stalled", step, Hop.UV, params, evidence, transient=True)
            raise StepFailed(cause)
        said = uv_output.classify(ended.lines, exit_code=ended.code, step=step)
        raise StepFailed(blamed(problems, said))

    def _work(self, row: BuildRow) -> Path:
        return self.layout.work / row.build.id

    def _again(self, row: BuildRow) -> BuildRow:
        return next(r for r in self.journal.builds(row.environment) if r.build.id == row.build.id)


class _Installation:
    """Reads from uv's lines where `uv pip sync` is."""

    def __init__(self, witness: Witness) -> None:
        self._witness = witness
        self.step = Step.FETCH

    def line(self, text: str) -> None:
        """Pass a line on; the first that tells of unpacked files ends the fetching."""
        if self.step is Step.FETCH and text.startswith(("Prepared ", "Installed ")):
            self.step = Step.INSTALL
            self._witness.step(Step.INSTALL)
        self._witness.line(text)


def _check_failed(code: str, lines: Collection[str]) -> StepFailed:
    # What was just installed may be whole the next time (a disk that filled, a kill).
    params, evidence = {"count": len(lines)}, check.shortened(lines)
    return StepFailed(Cause(code, Step.CHECK, Hop.NODE, params, evidence, transient=True))
