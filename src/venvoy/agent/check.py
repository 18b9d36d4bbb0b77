"""Whether a prefix holds what it should, by looking at the disk.

Every file that a RECORD names must be there with its size, and the installed
packages must be the lock's, neither more nor fewer. uv returns success after some
interrupted installs, so its exit code proves nothing.

Wheels with a wrong RECORD exist. A file that differs is forgiven where uv's own
unpacked copy of the same wheel differs in the same way: then the wheel is to blame
and the install is whole. Nothing else is forgiven.
"""

import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import Marker
from packaging.utils import canonicalize_name

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
    """

    versions: Mapping[str, str]
    faults: tuple[str, ...] = ()
    forgiven: tuple[str, ...] = ()


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
    for site in _sites(prefix):
        for info in _infos(site):
            name, _, version = info.name.removesuffix(".dist-info").partition("-")
            versions[canonicalize_name(name)] = version
            for entry, line in _differing(site, info):
                excused = _same_in_archive(uv_cache, info, entry, site)
                (forgiven if excused else faults).append(line)
    return Inspection(versions, tuple(faults), tuple(forgiven[:_SHOWN]))


def _sites(prefix: Path) -> list[Path]:
    patterns = ("lib/python*/site-packages", "Lib/site-packages")
    found = {path.resolve() for pattern in patterns for path in prefix.glob(pattern)}
    return sorted(found)


def _infos(site: Path) -> Iterator[Path]:
    with os.scandir(site) as entries:
        for entry in entries:
            if entry.name.endswith(".dist-info"):
                yield Path(entry.path)


def _differing(site: Path, info: Path) -> Iterator[tuple[Entry, str]]:
    try:
        text = (info / "RECORD").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        yield Entry("RECORD", None), f"{info.name}: RECORD is missing"
        return
    base = f"{site}{os.sep}"
    for entry in record.read(text):
        try:
            size = os.stat(base + entry.path).st_size  # noqa: PTH116 - 30,000 of them
        except OSError:
            if not entry.path.endswith(".pyc"):
                yield entry, f"{entry.path}: missing"
            continue
        if entry.size is not None and size != entry.size:
            yield entry, f"{entry.path}: {size} bytes, RECORD says {entry.size}"


def _same_in_archive(cache: Path, info: Path, entry: Entry, site: Path) -> bool:
    """Whether uv's unpacked copy of this very wheel has the same deviation."""
    installed = _size(site / entry.path)
    return any(
        _line(archive / info.name, entry) and _size(archive / entry.path) == installed
        for archive in _archives_of(cache, info)
    )


def _archives_of(cache: Path, info: Path) -> Iterator[Path]:
    """The unpacked wheels with this package, version and tags."""
    tags = _bytes(info / "WHEEL")
    try:
        archives = list((cache / _ARCHIVES).iterdir())
    except OSError:
        return
    for archive in archives:
        if tags is not None and _bytes(archive / info.name / "WHEEL") == tags:
            yield archive


def _line(info: Path, entry: Entry) -> bool:
    data = _bytes(info / "RECORD")
    text = "" if data is None else data.decode("utf-8", "surrogateescape")
    return entry in record.read(text)


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
