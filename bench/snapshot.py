"""The part of an index that the bench needs, fetched once and kept outside the repository.

`fill` lets uv and pip do all that is measured later against the recorder, so that
what they need is known by their asking. `lay_out` makes of it a directory that any
static server can serve, with addresses of that server in pages of their real size.
"""

import gzip
import json
import shutil
import sys
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from packaging.markers import default_environment
from packaging.tags import sys_tags
from packaging.utils import parse_wheel_filename

from bench.announce import announced, by_project, unpack
from bench.hand import MEDIUM, Hand, neutral_lock
from bench.process import child_environment, running
from bench.recorder import FILES, PAGES, served
from venvoy.agent.check import expected
from venvoy.domain.lock import Lock

_STAMP = "complete.json"
_GZIP_LEVEL = 6
"""What web servers use for what they compress ahead."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Pages and files for one set and one version of Python.

    Attributes:
        folder: kept over runs.
        upstream: where it comes from.
    """

    folder: Path
    upstream: str

    @property
    def pages(self) -> list[Path]:
        """Every page that is kept."""
        return sorted((self.folder / PAGES).glob("*.json"))

    @property
    def sizes(self) -> tuple[int, int]:
        """How many packages uv installs, and the bytes of their files."""
        stamp = self._read()
        return int(stamp["packages"]), int(stamp["bytes"])

    def complete(self, minor: str) -> bool:
        """Whether all that this set needs for this version of Python is there."""
        return self._read().items() >= _stamp(minor).items()

    def fill(self, python: Path, minor: str) -> None:
        """Fetch everything; what an older set or a run that was cut off left is dropped.

        Raises:
            BenchFailed: uv or pip failed.
        """
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        recorder: list[str | Path] = [
            sys.executable,
            "-m",
            "bench.recorder",
            self.folder,
            self.upstream,
        ]
        with (
            running(recorder, child_environment()) as base,
            tempfile.TemporaryDirectory(dir=self.folder) as name,
        ):
            hand = Hand(Path(name), f"{base}/simple/", python, minor)
            hand.compile()
            hand.sync()
            lock = neutral_lock(hand.lock, minor)
            # Pip of the interpreter may choose other files of the same packages.
            wheels = _installed(self._wheels(), lock)
            hand.pip()
        unpack(self._wheels())
        sizes = {"packages": len(wheels), "bytes": sum(file.stat().st_size for file in wheels)}
        stamp = json.dumps({**_stamp(minor), **sizes})
        (self.folder / _STAMP).write_text(stamp, encoding="utf-8")

    def lay_out(self, tree: Path, base: str) -> None:
        """Make the directory that is served at `base`.

        Args:
            tree: does not exist.
            base: address without `/` at its end.
        """
        wheels = by_project(self._wheels())
        for source in self.pages:
            page = served(source.read_bytes(), base)
            page = announced(page, wheels.get(source.stem, ()))
            folder = tree / "simple" / source.stem
            folder.mkdir(parents=True)
            (folder / "index.json").write_bytes(page)
            packed = gzip.compress(page, _GZIP_LEVEL)
            (folder / "index.json.gz").write_bytes(packed)
        shutil.copytree(self.folder / FILES, tree, dirs_exist_ok=True)

    def _wheels(self) -> list[Path]:
        return sorted((self.folder / FILES).rglob("*.whl"))

    def _read(self) -> dict[str, Any]:
        try:
            stamp = json.loads((self.folder / _STAMP).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return stamp if isinstance(stamp, dict) else {}


def _installed(wheels: list[Path], lock: Lock) -> list[Path]:
    """Return those of the wheels that a lock installs here.

    Without PEP 658 uv reads the metadata of a resolution out of wheels for any system.
    """
    markers = {key: str(value) for key, value in default_environment().items()}
    wanted, tags = expected(lock, markers), frozenset(sys_tags())
    found = []
    for wheel in wheels:
        name, version, _, own = parse_wheel_filename(wheel.name)
        if wanted.get(name) == str(version) and own & tags:
            found.append(wheel)
    return found


def _stamp(minor: str) -> dict[str, str]:
    return {"set": sha256(MEDIUM.read_bytes()).hexdigest(), "python": minor}
