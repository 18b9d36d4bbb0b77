"""Interpreters that Venvoy installs on this node: fetched, unpacked by uv, asked, removed.

Each has a directory of its own below `<data>/pythons`, by the id of its archive. uv unpacks
it (it refuses unsafe members, moves the whole in one step, and mends the paths that are
built into an interpreter) from a catalogue of one entry that is made here; what uv is given
was compared with the sha256 of the signed document before. An installation counts once its
mark is written, after the interpreter itself has answered; without the mark it is rubbish
of a kill, to be deleted and never resumed
(docs/adr/0014-uv-unpacks-interpreters-from-a-catalogue-of-one.md).
"""

import asyncio
import json
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pydantic import BaseModel, ConfigDict, ValidationError

from venvoy.agent import log
from venvoy.agent.build import RunsChildren, Witness
from venvoy.agent.causes import StepFailed
from venvoy.agent.interpreter_use import InterpreterUse
from venvoy.agent.interpreters import MARK_FILE, Interpreters
from venvoy.agent.journal import Journal
from venvoy.agent.prefix import Layout
from venvoy.agent.processes import Ended, Watch, run, tail
from venvoy.agent.system import flush, remove_tree
from venvoy.agent.usage import prefixes_in_use
from venvoy.agent.uv import Uv
from venvoy.bus.files import write_private
from venvoy.domain import uv_output
from venvoy.domain.cause import Cause, Hop, Step
from venvoy.wire.pythons import ArchiveFact

_STALL_S = 120.0
_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)((?:a|b|rc)\d+)?", re.ASCII)
_UV_LIBC = {"linux": "gnu", "musllinux": "musl", "windows": "none"}
_UV_OS = {"musllinux": "linux"}


class Installed(BaseModel):
    """The mark of an installation that is whole.

    Attributes:
        sha256: of the archive that it came from.
        path: of the executable, links resolved.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    sha256: str
    version: str
    path: Path


class ArchiveSource(Protocol):
    """Where archives come from; `venvoy.agent.archive_fetch.ArchiveFetch` is one."""

    async def fetch(self, archive: ArchiveFact, to: Path, witness: Witness) -> None:
        """Write an archive's bytes to a file, going on from what is in it.

        Raises:
            StepFailed, VenvoyError, OSError: it could not be had.
        """


@dataclass(frozen=True, slots=True)
class Pythons:
    """Installs and removes interpreters, one directory each.

    Attributes:
        platform: this node's, as it reports it.
        use: which interpreters prefixes are made by.
        run: runs children.
    """

    layout: Layout
    journal: Journal
    uv: Uv
    interpreters: Interpreters
    source: ArchiveSource
    use: InterpreterUse
    platform: str
    run: RunsChildren = run

    def installed(self, python: str) -> Installed | None:
        """Return what is installed of an archive, None unless it is whole.

        Args:
            python: the archive's id.
        """
        try:
            mark = (self.layout.python(python) / MARK_FILE).read_bytes()
            found = Installed.model_validate_json(mark)
        except (OSError, ValidationError):
            return None
        return found if found.path.is_file() else None

    async def install(self, python: str, archive: ArchiveFact, witness: Witness) -> None:
        """Install an interpreter; one that is whole already stays as it is.

        Raises:
            StepFailed: with the typed cause; nothing is left that could be used.
            OSError: the disk failed.
        """
        there = self.installed(python)
        if there is not None and there.sha256 == archive.sha256:
            witness.line("it is here already")
            return
        if archive.platform != self.platform:
            params = {"wanted": archive.platform, "platform": self.platform}
            raise StepFailed(Cause("python-platform-differs", Step.QUEUE, Hop.NODE, params))
        witness.step(Step.FETCH)
        file = self.layout.archive(python)
        await asyncio.to_thread(file.parent.mkdir, parents=True, exist_ok=True)
        await self.source.fetch(archive, file, witness)
        witness.step(Step.INSTALL)
        home = self.layout.python(python)
        await asyncio.to_thread(remove_tree, home, ignore_errors=True)
        await self._unpack(home, file, archive, witness)
        witness.step(Step.CHECK)
        await self._check(home, archive)
        witness.line(f"checked python {archive.version}")
        await self.interpreters.refresh()

    async def remove(self, python: str) -> None:
        """Delete an interpreter that no prefix and no process needs.

        Raises:
            StepFailed: `python-in-use` with the environments, or `python-busy`.
            OSError: the disk failed.
        """
        home = self.layout.python(python)
        self.interpreters.leaving.add(home)
        try:
            # From here on no build chooses it; one that has is seen below.
            await self.interpreters.refresh()
            await self._refuse_used(home)
            if await asyncio.to_thread(home.is_dir):
                await asyncio.to_thread(self._discard, home)
        finally:
            self.interpreters.leaving.discard(home)
            await self.interpreters.refresh()

    async def tidy(self, python: str) -> None:
        """Delete what a try left behind: the file, and what was unpacked but is not whole."""
        await asyncio.to_thread(self._tidy, python)

    async def clear(self, wanted: frozenset[str]) -> None:
        """Delete what a kill cut off, and files of archives that nobody wants; at a start."""
        await asyncio.to_thread(self._clear, wanted)

    async def _unpack(self, home: Path, file: Path, archive: ArchiveFact, witness: Witness) -> None:
        work = self.layout.work / home.name
        await asyncio.to_thread(work.mkdir, parents=True, exist_ok=True)
        key, entry = catalogue_entry(archive, file)
        catalogue = work / "catalogue.json"
        try:
            catalogue.write_text(json.dumps({key: entry}), encoding="utf-8")
            command = self.uv.install_python(key, catalogue, home)
            ended = await self.run(command, witness.line, self.journal, Watch(_STALL_S))
        finally:
            await asyncio.to_thread(remove_tree, work, ignore_errors=True)
        if ended.code != 0 or ended.stalled:
            raise StepFailed(_cause(ended))

    async def _check(self, home: Path, archive: ArchiveFact) -> None:
        """Ask the interpreter, and mark the installation as whole.

        Raises:
            StepFailed: `python-unusable`.
        """
        program = await asyncio.to_thread(_program, home, archive)
        found = None
        if program is not None:
            with suppress(TimeoutError):
                found = await self.interpreters.ask("managed", program)
        if found is None or found.fact.version != archive.version:
            said = () if found is None else (f"it says that it is {found.fact.version}",)
            params = {"wanted": archive.version}
            raise StepFailed(Cause("python-unusable", Step.CHECK, Hop.INTERPRETER, params, said))
        # Nobody syncs what uv writes: the mark must not outlive the files.
        await asyncio.to_thread(flush, home)
        mark = Installed(sha256=archive.sha256, version=archive.version, path=found.path)
        await asyncio.to_thread(write_private, home / MARK_FILE, mark.model_dump_json().encode())

    async def _refuse_used(self, home: Path) -> None:
        users = self.use.below(home)
        if users:
            params = {"environments": sorted(users)}
            raise StepFailed(Cause("python-in-use", Step.REMOVE, Hop.NODE, params))
        if await asyncio.to_thread(prefixes_in_use, {"home": [home]}):
            params_ = {"path": str(home)}
            cause = Cause("python-busy", Step.REMOVE, Hop.NODE, params_, transient=True)
            raise StepFailed(cause)

    def _discard(self, home: Path) -> None:
        """Delete a directory; what a kill leaves of it has no mark."""
        (home / MARK_FILE).unlink(missing_ok=True)
        self.layout.trash.mkdir(parents=True, exist_ok=True)
        gone = self.layout.trash / home.name
        remove_tree(gone, ignore_errors=True)
        home.replace(gone)
        remove_tree(gone)

    def _tidy(self, python: str) -> None:
        home = self.layout.python(python)
        if self.installed(python) is not None:
            self.layout.archive(python).unlink(missing_ok=True)
        elif home.is_dir():
            remove_tree(home, ignore_errors=True)

    def _clear(self, wanted: frozenset[str]) -> None:
        homes = self.layout.pythons
        for home in sorted(homes.iterdir()) if homes.is_dir() else ():
            if self.installed(home.name) is None:
                remove_tree(home, ignore_errors=True)
                log.info("half-made-python-deleted", path=str(home))
        files = self.layout.archive("_").parent
        for file in sorted(files.iterdir()) if files.is_dir() else ():
            if file.stem not in wanted:
                file.unlink(missing_ok=True)


def catalogue_entry(archive: ArchiveFact, file: Path) -> tuple[str, dict[str, object]]:
    """Return key and entry of uv's own catalogue for one archive.

    As `uv python install --python-downloads-json-url` reads it (uv 0.13); the name of the
    key is what uv is asked for and what it calls the directory.
    """
    family, _, machine = archive.platform.partition("-")
    found = _VERSION.fullmatch(archive.version)
    major, minor, patch, pre = found.groups() if found else ("0", "0", "0", None)
    system, libc = _UV_OS.get(family, family), _UV_LIBC.get(family, "none")
    key = f"{archive.implementation}-{archive.version}-{system}-{machine}-{libc}"
    entry = {
        "name": archive.implementation,
        "arch": {"family": machine, "variant": None},
        "os": system,
        "libc": libc,
        "major": int(major),
        "minor": int(minor),
        "patch": int(patch),
        "prerelease": pre or "",
        "url": file.as_uri(),
        "sha256": archive.sha256,
        "variant": None,
        "build": archive.sha256[:12],
    }
    return key, entry


def _program(home: Path, archive: ArchiveFact) -> Path | None:
    minor = ".".join(archive.version.split(".")[:2])
    minor = re.sub(r"(?:a|b|rc)\d+$", "", minor)
    for pattern in (f"*/bin/python{minor}", "*/python.exe"):
        for path in sorted(home.glob(pattern)):
            if not path.parent.is_symlink() and path.is_file():
                return path.resolve()
    return None


def _cause(ended: Ended) -> Cause:
    """What uv says where it is about the disk, else that it could not."""
    said = uv_output.classify(ended.lines, exit_code=ended.code, step=Step.INSTALL)
    if said.hop is Hop.DISK:
        return said
    evidence = tail(ended.lines)
    return Cause("python-install-failed", Step.INSTALL, Hop.UV, {}, evidence, transient=True)
