"""Specs into locks: one run of `uv pip compile`, read and checked.

A resolution holds for every platform and Python of the spec at once and never runs
foreign code (`--no-build`). What a node could not install is refused here, before any
node is touched, and all such packages are named together. Only a failed resolution
costs further runs of uv, which look for the packages that the first did not name.
"""

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from venvoy.controller.context import ResolveRequest, Survey
from venvoy.controller.resolve_project import (
    OUTPUT,
    arguments,
    isolation,
    platforms_of,
    project_files,
    targets_of,
)
from venvoy.controller.resolver_index import ResolverIndex
from venvoy.controller.uv_process import Ended, run
from venvoy.domain.block import blocked
from venvoy.domain.cause import Cause, Hop, Step
from venvoy.domain.errors import InvalidInput, Param, WorkFailed
from venvoy.domain.lock import Lock
from venvoy.domain.marker import applies
from venvoy.domain.printable import printable
from venvoy.domain.pylock_reader import read_pylock
from venvoy.domain.uv_output import EVIDENCE_LINES, classify, split_marker
from venvoy.domain.wheel import MissingWheel, Target, missing_wheels
from venvoy.index.problem import Problem, cause_of

_LINE_LIMIT = 2000
_MAX_ROUNDS = 20
_BY_WISH = {Hop.REQUIREMENTS, Hop.PACKAGE, Hop.UV}
_WAY = {Hop.GATEWAY, Hop.MIRROR, Hop.PROXY}
# What is missing may have been published after the kept pages were fetched.
_PERHAPS_NEWER = {"package-not-found", "no-solution"}
_WITHOUT_WHEEL = {"only-source", "no-wheel-for-platform", "no-wheel-for-python"}


class ResolveFailed(WorkFailed):
    """A resolution failed, and `cause` says why."""

    def __init__(self, cause: Cause) -> None:
        super().__init__("resolve-failed", cause=cause.code)
        self.cause = cause


@dataclass(frozen=True, slots=True)
class ResolverSettings:
    """How a resolver runs uv.

    Attributes:
        uv: the program's absolute path.
        python: any interpreter that uv may ask for its own sake.
        cache: uv's cache, kept over resolutions.
        limit_s: seconds after which a resolution is ended.
        secrets: words that no line and no cause may repeat.
        outside: environment variables for addresses other than the index.
    """

    uv: Path
    python: Path
    cache: Path
    limit_s: float = 300.0
    secrets: tuple[str, ...] = ()
    outside: Mapping[str, str] = field(default_factory=dict)

    @property
    def work(self) -> Path:
        """Where each run of uv has a directory of its own while it lasts."""
        return self.cache.with_name("resolving")


@dataclass(frozen=True, slots=True)
class _Rest:
    """What is left of a spec without the packages that have no wheel.

    Attributes:
        left_out: their names.
        named: those and the ones that the rest lacks, with the platforms.
        lock: of the rest, None where that cannot be resolved either.
        cause: the last one met.
    """

    left_out: frozenset[str]
    named: Mapping[str, str]
    lock: Lock | None
    cause: Cause


class UvResolver:
    """Resolves with uv against one index.

    Args:
        settings: how uv is run.
        index: where packages come from.
    """

    def __init__(self, settings: ResolverSettings, index: ResolverIndex) -> None:
        self._settings = settings
        self._index = index
        self._secrets = (*settings.secrets, *index.secrets)

    def clear(self) -> None:
        """Remove what resolutions of a killed controller left; for its start only."""
        for left in (self._settings.work, *self._settings.cache.glob(".tmp*")):
            shutil.rmtree(left, ignore_errors=True)

    async def resolve(self, request: ResolveRequest, on_line: Callable[[str], None]) -> Lock:
        """Return the lock of a spec.

        Args:
            request: the spec, the live lock and the machines that must be satisfied.
            on_line: hears each line that uv says, harmless and without secrets.

        Raises:
            ResolveFailed: with the cause.
        """
        async with self._bounded():
            return await self._resolve(request, on_line)

    async def survey(self, request: ResolveRequest, on_line: Callable[[str], None]) -> Survey:
        """Return what can be had of a spec; wheels that are missing end nothing.

        The lock is for questions: it has no paths and nobody may install from it.

        Args:
            request: as of `resolve`.
            on_line: as of `resolve`.

        Raises:
            ResolveFailed: uv could not be run, or not in time.
        """
        async with self._bounded():
            with self._index.watch() as witness:
                ended, text = await self._asked(request, on_line)
                if ended.code == 0:
                    return Survey(await asyncio.to_thread(self._read, request, text))
                cause = _blamed(witness.problems, self._classified(ended))
                cause = await self._by_blocks(request, cause)
                if request.cooling:
                    cause = request.cooling.cause(ended.lines, cause)
                if cause.code not in _WITHOUT_WHEEL:
                    return Survey(None, cause=cause)
                rest = await self._without_wheel(request, cause, ended)
                return Survey(rest.lock, rest.left_out, None if rest.lock else rest.cause)

    @contextlib.asynccontextmanager
    async def _bounded(self) -> AsyncIterator[None]:
        limit = self._settings.limit_s
        try:
            async with asyncio.timeout(limit):
                yield
        except TimeoutError:
            raise _failed("resolve-timeout", Hop.MIRROR, {"limit": limit}, transient=True) from None
        except OSError as error:
            raise self._not_run(error) from error

    async def _resolve(self, request: ResolveRequest, on_line: Callable[[str], None]) -> Lock:
        with self._index.watch() as witness:
            ended, text = await self._asked(request, on_line)
            if ended.code != 0:
                cause = _blamed(witness.problems, self._classified(ended))
                cause = await self._by_blocks(request, cause)
                if request.cooling:
                    cause = request.cooling.cause(ended.lines, cause)
                if cause.code in _WITHOUT_WHEEL:
                    rest = await self._without_wheel(request, cause, ended)
                    params = {**cause.params, "packages": sorted(rest.named.values())}
                    cause = replace(cause, params=params)
                raise ResolveFailed(cause)
        lock = await asyncio.to_thread(self._read, request, text)
        if found := blocked(lock, request.blocks):  # as a requirement by URL can be
            raise ResolveFailed(found.cause())
        lock = await self._index.with_paths(lock, request.live)
        missing = missing_wheels(lock, targets_of(request))
        if missing:
            names = list(dict.fromkeys(map(_described, missing)))
            raise _failed("no-wheel-for-platform", Hop.PACKAGE, {"packages": names})
        return lock

    async def _asked(
        self, request: ResolveRequest, on_line: Callable[[str], None]
    ) -> tuple[Ended, str]:
        """Run uv, and once more with pages of this moment where that may help."""
        fresh = request.upgrade is not None
        ended, text = await self._run(request, on_line, fresh=fresh)
        if ended.code != 0 and not fresh and self._classified(ended).code in _PERHAPS_NEWER:
            ended, text = await self._run(request, on_line, fresh=True)
        return ended, text

    async def _by_blocks(self, request: ResolveRequest, cause: Cause) -> Cause:
        """Return the cause that a failure has by blocks alone, else the one that it had.

        uv knows blocks as constraints that nobody wrote. What can be resolved without them
        fails by them, and that lock says which they are.
        """
        if not request.blocks or cause.hop not in _BY_WISH:
            return cause
        ended, text = await self._run(replace(request, blocks=()), lambda _line: None)
        if ended.code != 0:
            return cause
        found = blocked(await asyncio.to_thread(self._read, request, text), request.blocks)
        return cause if found is None else found.cause(cause.evidence)

    async def _run(
        self,
        request: ResolveRequest,
        on_line: Callable[[str], None],
        without: Collection[str] = (),
        *,
        fresh: bool = False,
    ) -> tuple[Ended, str]:
        """Run uv once in a directory that is private and gone afterwards."""
        settings = self._settings

        def heard(line: str) -> None:
            on_line(printable(line, _LINE_LIMIT, self._secrets))

        settings.work.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=settings.work) as name:
            directory = Path(name)
            for relative, content in project_files(request, without).items():
                file = directory / relative
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(content, encoding="utf-8")
            options = arguments(
                request,
                index_url=self._index.url,
                python=settings.python,
                cache=settings.cache,
                overridden=bool(without),
                fresh=fresh,
            )
            ended = await run(
                [str(settings.uv), *options],
                directory=directory,
                environment=isolation(directory, settings.outside),
                on_line=heard,
            )
            output = directory / OUTPUT
            return ended, output.read_text(encoding="utf-8") if ended.code == 0 else ""

    def _read(self, request: ResolveRequest, text: str) -> Lock:
        try:
            return read_pylock(
                text,
                python=request.spec.python,
                platforms=platforms_of(request),
            )
        except InvalidInput as error:
            raise _failed(error.code, Hop.MIRROR, dict(error.params)) from error

    def _classified(self, ended: Ended) -> Cause:
        return classify(ended.lines, exit_code=ended.code, step=Step.RESOLVE, secrets=self._secrets)

    async def _without_wheel(self, request: ResolveRequest, first: Cause, ended: Ended) -> _Rest:
        """Find the others: leave out what was named and resolve what is left.

        uv stops at the first package that cannot be had. What only the packages left
        out need stays unknown, for that is written in what cannot be built.
        """
        named: dict[str, str] = {}
        cause = first
        for _ in range(_MAX_ROUNDS):
            found = {name: _label(name, cause, ended, request) for name in _packages(cause)}
            if not found.keys() - named.keys():
                break
            named = {**found, **named}
            ended, text = await self._run(request, lambda _line: None, without=named)
            if ended.code == 0:
                lock = await asyncio.to_thread(self._read, request, text)
                missing = missing_wheels(lock, targets_of(request))
                others = {each.package: _described(each) for each in missing}
                return _Rest(frozenset(named), named | others, lock, cause)
            cause = self._classified(ended)
            if cause.code not in _WITHOUT_WHEEL:
                break
        return _Rest(frozenset(named), named, None, cause)

    def _not_run(self, error: OSError) -> ResolveFailed:
        reason = printable(str(error), _LINE_LIMIT, self._secrets)
        params: dict[str, Param] = {"path": str(error.filename or ""), "reason": reason}
        with contextlib.suppress(KeyError):
            code = {28: "disk-full", 30: "disk-read-only", 13: "permission-denied"}[
                error.errno or 0
            ]
            return _failed(code, Hop.DISK, params)
        return _failed("uv-not-started", Hop.CONTROLLER, params)


def _blamed(problems: Sequence[Problem], by_uv: Cause) -> Cause:
    """The cause of a failed way to the packages: the gateway's own record first.

    uv saw only the gateway, which saw the mirror. Of several problems the last one
    counts, unless an earlier one cannot pass by itself.
    """
    if not problems or by_uv.hop not in _WAY:
        return by_uv
    lasting = [problem for problem in problems if not problem.transient]
    cause = cause_of((lasting or list(problems))[-1], by_uv.step)
    return replace(cause, evidence=(*cause.evidence, *by_uv.evidence)[:EVIDENCE_LINES])


def _packages(cause: Cause) -> list[str]:
    packages = cause.params.get("packages")
    return packages if isinstance(packages, list) else []


def _label(name: str, cause: Cause, ended: Ended, request: ResolveRequest) -> str:
    """A package with the platforms that it has no wheel for."""
    marker = split_marker(ended.lines)
    if cause.code != "no-wheel-for-platform" or marker is None:
        return name
    lacking = [
        target for target in targets_of(request) if applies(marker, target.platform, target.python)
    ]
    platforms = sorted({target.platform.value for target in lacking})
    return f"{name} ({', '.join(platforms)})" if platforms else name


def _described(missing: MissingWheel) -> str:
    target: Target = missing.target
    return f"{missing.package} {missing.version} ({target.platform.value}, Python 3.{target.minor})"


def _failed(
    code: str, hop: Hop, params: Mapping[str, Param], *, transient: bool = False
) -> ResolveFailed:
    return ResolveFailed(Cause(code, Step.RESOLVE, hop, params, transient=transient))
