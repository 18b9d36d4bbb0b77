"""What prefixes take on the disk, and what deleting one frees.

Files are often hard links into the cache of uv or into other prefixes: those stay.
"""

import os
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Size:
    """Sizes in bytes.

    Attributes:
        total: of all files.
        own: of those whose every link is in the prefix.
    """

    total: int
    own: int


def sizes_of(prefixes: Mapping[str, Path], seconds: float) -> dict[str, Size]:
    """Return sizes by key, of as many as can be looked at within the time. Blocks."""
    end = time.monotonic() + seconds
    found: dict[str, Size] = {}
    for key, prefix in prefixes.items():
        size = _size(prefix, end)
        if size is None:
            break
        found[key] = size
    return found


def _size(prefix: Path, end: float) -> Size | None:
    total = 0
    links: defaultdict[tuple[int, int], int] = defaultdict(int)
    known: dict[tuple[int, int], tuple[int, int]] = {}
    for directory in _directories(prefix):
        if time.monotonic() > end:
            return None
        for entry in directory:
            # On Windows only a whole stat knows the number of links.
            try:
                there = Path(entry).lstat()
            except OSError:
                continue
            file = (there.st_dev, there.st_ino)
            if file not in known:
                total += there.st_size
                known[file] = (there.st_nlink, there.st_size)
            links[file] += 1
    own = sum(size for file, (count, size) in known.items() if links[file] >= count)
    return Size(total, own)


def _directories(prefix: Path) -> Iterator[list[str]]:
    """The files of each directory below a prefix."""
    for base, _, files in os.walk(prefix):
        yield [os.path.join(base, name) for name in files]  # noqa: PTH118 - many of them
