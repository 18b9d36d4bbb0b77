"""Whether a prefix holds what it should, by looking at the disk.

Every file that a RECORD names must be there with its size, and the installed
packages must be the lock's, neither more nor fewer. uv returns success after some
interrupted installs, so its exit code proves nothing.

Wheels with a wrong RECORD exist. A file that differs is forgiven where uv's own
unpacked copy of the same wheel differs in the same way: then the wheel is to blame
and the install is whole. Nothing else is forgiven. A RECORD is foreign text: what it
names is looked at (stat), wherever that is, and never opened.
"""

import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import Marker
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from venvoy.agent.prefix import sites_of
from venvoy.domain import record
from venvoy.domain.lock import Lock
from venvoy.domain.record import Entry

ADDED = frozenset({"pip"})
"""What a prefix has besides the lock."""
_ARCHIVES = "archive-v0"
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found.

    Attributes:
        versions: version by normalised name of all that is installed.
        faults: files that are missing or of another size, one line each.
        forgiven: files that differ from a wheel's wrong RECORD, one line each.
        suspects: uv's unpacked copies of the packages with faults. They may be the
            reason (a power failure leaves empty files), and uv never looks again.
    """

    versions: Mapping[str, str]
    faults: tuple[str, ...] = ()
    forgiven: tuple[str, ...] = ()
    suspects: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """How installed packages differ from a lock; each entry is `name==version`."""

    missing: tuple[str, ...]
    extra: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.missing or self.extra)


def expected(lock: Lock, markers: Mapping[str, str]) -> dict[str, str]:
    """Return version by name of the packages that a lock gives to an interpreter.

    Args:
        lock: for several platforms.
        markers: the interpreter's PEP 508 environment.
    """
    environment = {str(key): value for key, value in markers.items()}
    return {
        canonicalize_name(package.name): package.version
        for package in lock.packages
        if package.marker is None or Marker(package.marker).evaluate(environment)
    }


def difference(wanted: Mapping[str, str], installed: Mapping[str, str]) -> Difference:
    """Compare what should be installed with what is."""
    missing = [f"{n}=={v}" for n, v in sorted(wanted.items()) if installed.get(n) != v]
    extra = [
        f"{name}=={version}"
        for name, version in sorted(installed.items())
        if wanted.get(name, "" if name in ADDED else None) not in {version, ""}
    ]
    return Difference(tuple(missing), tuple(extra))


def inspect(prefix: Path, uv_cache: Path) -> Inspection:
    """Look at every file that the prefix' packages say they have. Blocks.

    Args:
        prefix: a virtual environment.
        uv_cache: where uv keeps unpacked wheels.
    """
    versions: dict[str, str] = {}
    faults: list[str] = []
    forgiven: list[str] = []
    suspects: list[Path] = []
    for site in sites_of(prefix):
        for info in _infos(site):
            name, _, version = info.name.removesuffix(".dist-info").partition("-")
            versions[canonicalize_name(name)] = _normal(version)
            differing = list(_differing(site, info))
            copies = _copies(uv_cache, info) if differing else []
            before = len(faults)
            for entry, line in differing:
                excused = any(copy.has(entry, _size(site / entry.path)) for copy in copies)
                (forgiven if excused else faults).append(line)
            if len(faults) > before:
                suspects += [copy.root for copy in copies]
    return Inspection(versions, tuple(faults), tuple(forgiven[:_SHOWN]), tuple(suspects))


def copies(prefix: Path, uv_cache: Path, packages: Collection[str]) -> tuple[Path, ...]:
    """Return uv's unpacked copies of packages that a prefix holds. Blocks.

    With hard links they are edited with the prefix, and would be installed again.

    Args:
        packages: normalised names.
    """
    infos = {
        info.name
        for site in sites_of(prefix)
        for info in _infos(site)
        if canonicalize_name(info.name.partition("-")[0]) in packages
    }
    try:
        archives = list((uv_cache / _ARCHIVES).iterdir())
    except OSError:
        return ()
    return tuple(each for each in archives if any((each / info).is_dir() for info in infos))


def _normal(version: str) -> str:
    """As locks have it: the names of directories are the packages' own spelling."""
    try:
        return str(Version(version))
    except InvalidVersion:
        return version


def _infos(site: Path) -> Iterator[Path]:
    with os.scandir(site) as entries:
        for entry in entries:
            if entry.name.endswith(".dist-info"):
                yield Path(entry.path)


def _differing(site: Path, info: Path) -> Iterator[tuple[Entry, str]]:
    try:
        text = (info / "RECORD").read_text(encoding="utf-8", errors="surrogateescape")
        entries = list(record.read(text))
    except OSError:
        yield Entry("RECORD", None), f"{info.name}: RECORD is missing"
        return
    except ValueError:
        yield Entry("RECORD", None), f"{info.name}: RECORD is unreadable"
        return
    if not entries:
        # It names itself at least, unless its bytes were lost.
        yield Entry("RECORD", None), f"{info.name}: RECORD is empty"
    base = f"{site}{os.sep}"
    for entry in entries:
        try:
            size = os.stat(base + entry.path).st_size  # noqa: PTH116 - 30,000 of them
        except OSError:
            if not entry.path.endswith(".pyc"):
                yield entry, f"{entry.path}: missing"
            continue
        if entry.size is not None and size != entry.size:
            yield entry, f"{entry.path}: {size} bytes, RECORD says {entry.size}"


@dataclass(frozen=True, slots=True)
class _Copy:
    """uv's unpacked copy of a wheel, and what its own RECORD says."""

    root: Path
    entries: frozenset[Entry]

    def has(self, entry: Entry, size: int | None) -> bool:
        """Whether it has the same deviation: the line, and a file of that size or none.

        Never for an empty file, which is what lost bytes look like: with hard links the
        copy loses them too.
        """
        same = entry in self.entries and _size(self.root / entry.path) == size
        return same and not (size == 0 and entry.size)


def _copies(cache: Path, info: Path) -> list[_Copy]:
    """The unpacked wheels with this package, version and tags."""
    tags = _bytes(info / "WHEEL")
    try:
        archives = list((cache / _ARCHIVES).iterdir())
    except OSError:
        return []
    return [
        _Copy(archive, frozenset(_entries(archive / info.name)))
        for archive in archives
        if tags is not None and _bytes(archive / info.name / "WHEEL") == tags
    ]


def _entries(info: Path) -> list[Entry]:
    data = _bytes(info / "RECORD")
    try:
        return list(record.read("" if data is None else data.decode("utf-8", "surrogateescape")))
    except ValueError:
        return []


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


def shortened(lines: Collection[str]) -> tuple[str, ...]:
    """Return lines as a cause's evidence may hold them: the first, and how many more."""
    kept = list(lines)[: _SHOWN - 1]
    more = len(lines) - len(kept)
    return (*kept, f"… {more} more") if more else tuple(kept)
