"""What it costs to look at a prefix: the agent's own look beside what people would type.

The prefix holds 180 packages of a usual shape (dist-info with metadata, RECORD,
installer; some small modules each), installed by uv from files that are made here.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event

from uv import find_uv_bin

from bench.calm import Calm
from bench.figures import Row
from bench.process import plain_environment, timed
from bench.rows import Say
from venvoy.agent.prefix_scan import PrefixScan
from venvoy.testing.wheels import make_wheel

PACKAGES = 180
_MODULES = 40


def drift(folder: Path, pairs: int, calm: Calm, say: Say) -> list[Row]:
    """Measure the looks of which drift is found; each beside `uv pip list`.

    Args:
        folder: on a disk as a node's.
    """
    with tempfile.TemporaryDirectory(prefix="drift-", dir=folder) as made:
        prefix = _filled(Path(made))
        scan = PrefixScan(prefix, Event())
        looks: dict[str, tuple[Callable[[], object], list[float]]] = {
            f"drift, first look at {PACKAGES} packages": (
                lambda: PrefixScan(prefix, Event()).packages(),
                [],
            ),
            "drift, look every half minute": (scan.packages, []),
            "drift, sizes of all files": (lambda: scan.files({}, read=False), []),
            "drift, contents of all files": (scan.marks, []),
        }
        listed = []
        for number in range(1, pairs + 1):
            say(f"drift scan, pair {number} of {pairs}")
            calm.wait()
            for look, seconds in looks.values():
                seconds.append(_timed(look))
            calm.wait()
            listed.append(_uv(prefix.parent, "pip", "list", "-q", "-p", prefix))
    against = "uv pip list of the same prefix"
    return [
        Row(name, against, None, tuple(seconds), tuple(listed))
        for name, (_, seconds) in looks.items()
    ]


def _filled(folder: Path) -> Path:
    files = folder / "wheels"
    files.mkdir()
    for number in range(PACKAGES):
        made = make_wheel(f"package-{number:03d}", modules=_MODULES)
        (files / made.name).write_bytes(made.data)
    prefix = folder / "prefix"
    _uv(folder, "venv", "-q", "-p", Path(sys.executable), prefix)
    wheels = sorted(files.iterdir())
    _uv(folder, "pip", "install", "-q", "--offline", "--no-deps", "-p", prefix, *wheels)
    return prefix


def _uv(folder: Path, *words: str | Path) -> float:
    cache = str(folder / "uv-cache")
    return timed([find_uv_bin(), *words], plain_environment(UV_CACHE_DIR=cache), folder)


def _timed(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin
