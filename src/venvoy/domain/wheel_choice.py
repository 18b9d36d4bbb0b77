"""Which one of a package's wheels a machine takes.

As uv chooses: the wheel whose tag stands highest in the machine's own list, of equals
the one with the higher build number. The list is the one of the specification
(https://packaging.python.org/specifications/platform-compatibility-tags/), made for a
machine that is elsewhere.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import BuildTag, InvalidWheelFilename, parse_wheel_filename

from venvoy.domain.lock import LockedFile
from venvoy.domain.platform import Platform
from venvoy.domain.wheel import Target

_LIBC = re.compile(r"(\d{1,3})\.(\d{1,3})", re.ASCII)
_NEWEST_GLIBC = 60
_NEWEST_MUSL = 10
_ALIASES = {17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"}  # PEP 600
_OLDEST_GLIBC = {"x86_64": 5, "aarch64": 17}


@dataclass(frozen=True, slots=True, order=True)
class Machine:
    """A kind of machine, as exactly as choosing a wheel needs it.

    Attributes:
        target: platform and Python.
        libc: minor version of the C library (36 of glibc 2.36, 2 of musl 1.2), None
            where it is not known: then the newest is assumed.
    """

    target: Target
    libc: int | None = None


def machine(target: Target, libc: str = "") -> Machine:
    """Return the machine that says of its C library what a heartbeat says of it.

    Args:
        libc: such as `glibc 2.36`; empty where unknown.
    """
    found = _LIBC.search(libc)
    return Machine(target, int(found[2]) if found else None)


def best_file(files: Iterable[LockedFile], wanted: Machine) -> LockedFile | None:
    """Return the file that the machine takes, or None where it can use none of them."""
    ranked = [(rank, file) for file in files if (rank := rank_of(file.name, wanted)) is not None]
    return max(ranked, key=lambda each: (each[0], each[1].name), default=(None, None))[1]


def rank_of(file_name: str, wanted: Machine) -> tuple[int, BuildTag] | None:
    """How well a wheel fits, the greater the better; None where it does not."""
    parsed = _parsed(file_name)
    if parsed is None:
        return None
    build, tags = parsed
    places = _places(wanted.target.platform, wanted.target.minor, wanted.libc)
    found = [places[tag] for tag in tags if tag in places]
    return (-min(found), build) if found else None


@lru_cache(maxsize=32_768)
def _parsed(file_name: str) -> tuple[BuildTag, frozenset[Tag]] | None:
    try:
        _, _, build, tags = parse_wheel_filename(file_name)
    except (InvalidWheelFilename, ValueError):
        return None
    return build, tags


@lru_cache(maxsize=256)
def _places(platform: Platform, minor: int, libc: int | None) -> dict[Tag, int]:
    names = list(_platform_tags(platform, libc))
    version, interpreter = (3, minor), f"cp3{minor}"
    tags = [
        *cpython_tags(version, [interpreter], names),
        *compatible_tags(version, interpreter, names),
    ]
    return {tag: place for place, tag in reversed(list(enumerate(tags)))}


def _platform_tags(platform: Platform, libc: int | None) -> Iterator[str]:
    """Names of a platform, the most specific first."""
    if platform is Platform.WINDOWS_X86_64:
        yield "win_amd64"
        return
    family, _, arch = platform.value.partition("-")
    if family == "musllinux":
        newest = _NEWEST_MUSL if libc is None else libc
        yield from (f"musllinux_1_{minor}_{arch}" for minor in range(newest, -1, -1))
    else:
        newest = _NEWEST_GLIBC if libc is None else libc
        for minor in range(newest, _OLDEST_GLIBC[arch] - 1, -1):
            yield f"manylinux_2_{minor}_{arch}"
            if minor in _ALIASES:
                yield f"{_ALIASES[minor]}_{arch}"
    yield f"linux_{arch}"
