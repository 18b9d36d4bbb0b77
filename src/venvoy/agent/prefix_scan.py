"""Looking at what a prefix holds: its packages, and their files. Never changes it.

Packages are cheap: names and times of `.dist-info` directories, whose files are read
only where they changed. Sizes take a `stat` for each file; contents are read in pieces,
with as long a rest after each piece as it took, so that a file of any size leaves the
disk to others. All of it blocks: it belongs in a thread of its own, and ends early when
`stop` is set. A RECORD is foreign text: what it names outside the prefix is never opened.
"""

import hashlib
import json
import os
import stat
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Event

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from venvoy.agent.prefix import sites_of
from venvoy.domain import record
from venvoy.domain.drift import Finding, Mark, Origin, Package, judge
from venvoy.domain.record import Entry

_PIECE = 1 << 20
_SMALL = 1 << 20
"""Files about packages that are larger than this tell nothing about them."""
_LONGEST_REST_S = 0.05
_READ = ("RECORD", "INSTALLER", "direct_url.json", "REQUESTED")


class Stopped(Exception):
    """The look was not finished: something else is to be done."""


class PrefixScan:
    """One prefix.

    Args:
        prefix: a virtual environment.
        stop: ends a look from another thread.
    """

    def __init__(self, prefix: Path, stop: Event) -> None:
        self._prefix = prefix.resolve()
        self._stop = stop
        self._known: dict[Path, tuple[tuple[object, ...], Package]] = {}

    def packages(self) -> dict[str, Package]:
        """Return what is installed, by name.

        Raises:
            OSError: the prefix cannot be read; so it is not known to be empty.
        """
        found = {info: self._package(info) for site in self._sites() for info in _infos(site)}
        self._known = {info: each for info, each in self._known.items() if info in found}
        return {package.name: package for package in found.values()}

    def files(self, marks: Mapping[str, Mark], *, read: bool) -> list[Finding]:
        """Return how files differ from what RECORD says, or `marks` where they say else.

        Args:
            marks: by path.
            read: also the contents, not only the sizes.

        Raises:
            Stopped: it was stopped.
        """
        found = []
        for package, site, entry in self._entries():
            seen = self._mark(site, entry, read=read)
            wanted = marks.get(entry.path, Mark(size=entry.size, sha256=entry.sha256))
            finding = judge(package, entry.path, wanted, seen)
            if finding is not None:
                found.append(finding)
        return found

    def marks(self) -> dict[str, Mark]:
        """Read all files and return how those are that differ from their RECORD."""
        differ = {}
        for package, site, entry in self._entries():
            seen = self._mark(site, entry, read=True)
            wanted = Mark(size=entry.size, sha256=entry.sha256)
            if judge(package, entry.path, wanted, seen) is not None:
                differ[entry.path] = seen
        return differ

    def _sites(self) -> list[Path]:
        sites = sites_of(self._prefix)
        if not sites:
            raise FileNotFoundError(f"{self._prefix} holds no packages' directory")
        return sites

    def _package(self, info: Path) -> Package:
        now = tuple(_stamp(info / name) for name in _READ)
        before = self._known.get(info)
        if before is not None and before[0] == now:
            return before[1]
        name, _, version = info.name.removesuffix(".dist-info").partition("-")
        origin = _origin(_text(info / "direct_url.json"))
        package = Package(
            name=canonicalize_name(name),
            version=_normal(version),
            installer=_text(info / "INSTALLER").strip(),
            record=_hash(info / "RECORD"),
            editable=origin == Origin.EDITABLE,
            origin=origin,
            requested=(info / "REQUESTED").exists(),
        )
        self._known[info] = (now, package)
        return package

    def _entries(self) -> Iterator[tuple[str, Path, Entry]]:
        for site in self._sites():
            for info in _infos(site):
                name = canonicalize_name(info.name.partition("-")[0])
                for entry in _record(info):
                    if self._stop.is_set():
                        raise Stopped
                    if not entry.path.endswith(".pyc"):
                        yield name, site, entry

    def _mark(self, site: Path, entry: Entry, *, read: bool) -> Mark:
        path = Path(os.path.normpath(site / entry.path))
        try:
            found = path.stat()
        except (OSError, ValueError):
            return Mark(there=False)
        worth = read and entry.sha256 is not None and stat.S_ISREG(found.st_mode)
        sha256 = self._sha256(path) if worth and self._inside(path) else None
        return Mark(size=found.st_size, sha256=sha256)

    def _inside(self, path: Path) -> bool:
        return path.parent.resolve().is_relative_to(self._prefix)

    def _sha256(self, path: Path) -> str | None:
        digest = hashlib.sha256()
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        try:
            with open(os.open(path, flags), "rb", buffering=0) as file:  # noqa: PTH123 - flags
                while True:
                    begun = time.monotonic()
                    if not (piece := file.read(_PIECE)):
                        return digest.hexdigest()
                    digest.update(piece)
                    if self._stop.wait(min(time.monotonic() - begun, _LONGEST_REST_S)):
                        raise Stopped
        except OSError:
            return None


def _infos(site: Path) -> list[Path]:
    with os.scandir(site) as entries:
        # A leading `~` is what pip leaves of a package that it could not remove.
        return sorted(
            Path(entry.path)
            for entry in entries
            if entry.name.endswith(".dist-info") and not entry.name.startswith("~")
        )


def _record(info: Path) -> list[Entry]:
    with suppress(OSError, ValueError):
        text = (info / "RECORD").read_text(encoding="utf-8", errors="surrogateescape")
        return list(record.read(text))
    return []


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino)


def _normal(version: str) -> str:
    try:
        return str(Version(version))
    except InvalidVersion:
        return version


def _text(path: Path) -> str:
    with suppress(OSError):
        if path.stat().st_size <= _SMALL:
            return path.read_text(encoding="utf-8", errors="replace")
    return ""


def _hash(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _origin(text: str) -> str:
    """Say where a package came from after `direct_url.json`; an index writes none."""
    try:
        told = json.loads(text) if text else {}
        if "dir_info" in told:
            return Origin.EDITABLE if told["dir_info"].get("editable") else Origin.DIRECTORY
        if "vcs_info" in told:
            return Origin.VCS
        if "url" not in told:
            return ""
        return Origin.FILE if str(told["url"]).startswith("file:") else Origin.ARCHIVE
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""
