"""`python -m bench`: the numbers that the design holds itself to, measured side by side.

Fetches once what it needs (`--index`, by default the official one), then measures
against a local server only. Ends with 0 also where a figure does not hold: it
measures, it does not judge.
"""

import argparse
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import platformdirs
from pypi_simple import PYPI_SIMPLE_ENDPOINT

from bench import rows
from bench.calm import Calm
from bench.circumstances import circumstances
from bench.console import chromium, console
from bench.drift import drift
from bench.figures import Figure
from bench.gateway import Way
from bench.hand import Hand, neutral_lock
from bench.process import BenchFailed
from bench.product import product
from bench.report import show, show_figures, write
from bench.server import serving
from bench.snapshot import Snapshot

_TMPFS = Path("/dev/shm")  # noqa: S108 - what it is for
_ROOM = 4 * 2**30


def main() -> int:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--pairs", type=int, default=5, help="paired runs of each row")
    parser.add_argument("--index", default=PYPI_SIMPLE_ENDPOINT, help="fetch packages from here")
    parser.add_argument("--cache", type=Path, default=platformdirs.user_cache_path("venvoy-bench"))
    parser.add_argument("--only", choices=["console"], help="measure this alone, write nothing")
    parser.add_argument("--keep-results", action="store_true", help="do not write results.json")
    wanted = parser.parse_args()
    # Ended from outside, it still ends its servers and deletes what it made.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        measure = _console_alone if wanted.only else _measure
        measure(wanted)
    except (BenchFailed, AssertionError) as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 1
    return 0


def _measure(wanted: argparse.Namespace) -> None:
    minor = f"{sys.version_info.major}.{sys.version_info.minor}"
    snapshot = Snapshot(wanted.cache / f"snapshot-{minor}", wanted.index)
    if not snapshot.complete(minor):
        _say(f"fetching the medium set for Python {minor}, once")
        snapshot.fill(Path(sys.executable).resolve(), minor)
    calm = Calm()
    with ExitStack() as stack:
        disk = stack.enter_context(_folder(wanted.cache))
        fast = stack.enter_context(_folder(_TMPFS if _has_room() else wanted.cache))
        server = stack.enter_context(serving(snapshot, fast))
        with product(disk, server.simple, minor) as venvoy:
            _say("warming caches")
            venvoy.create("warm")
            python = venvoy.interpreter("warm")
            venvoy.delete("warm")
            hand = Hand(disk, server.simple, python, minor)
            for step in (hand.compile, hand.sync, hand.pip):
                step()
            measured = rows.warm(venvoy, hand, wanted.pairs, calm, _say)
            figures = [rows.rollback(venvoy, wanted.pairs, calm, _say)]
            rest = venvoy.rest()
        way = Way(fast, python, neutral_lock(hand.lock, minor), server.simple)
        measured += rows.cold(way, wanted.pairs, calm, _say)
        measured += drift(disk, wanted.pairs, calm, _say)
        figures += _console(disk, wanted.pairs, calm)
    around = circumstances(
        snapshot, server, python, pairs=wanted.pairs, busy=calm.busy, memory_disk=_has_room()
    )
    show(measured, figures, rest, around)
    if not wanted.keep_results:
        write(measured, figures, rest, around)


def _console_alone(wanted: argparse.Namespace) -> None:
    with _folder(wanted.cache) as disk:
        show_figures(_console(disk, wanted.pairs, Calm()))


def _console(disk: Path, runs: int, calm: Calm) -> list[Figure]:
    program = chromium()
    if program is None:
        _say("no Chromium, so nothing of the console is measured")
        return []
    return console(disk, program, runs, calm, _say)


def _has_room() -> bool:
    return _TMPFS.is_dir() and shutil.disk_usage(_TMPFS).free > _ROOM


@contextmanager
def _folder(parent: Path) -> Iterator[Path]:
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="venvoy-bench-", dir=parent) as name:
        yield Path(name)


def _say(words: str) -> None:
    print(f"{words} …", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
