"""What an experienced user types instead of Venvoy: uv and pip, with warm caches.

Everything is given the same index, interpreter, file system and link mode as
Venvoy has, and a cache of its own.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from uv import find_uv_bin

from bench.process import plain_environment, timed
from venvoy.domain.lock import Lock
from venvoy.domain.pylock_reader import read_pylock

MEDIUM = Path(__file__).with_name("medium.txt")


@dataclass(frozen=True, slots=True)
class Hand:
    """Commands by hand, each in its own time.

    Attributes:
        folder: for caches and virtual environments.
        index: address of the project list.
        python: the interpreter, links resolved.
        minor: its version, such as `3.12`.
    """

    folder: Path
    index: str
    python: Path
    minor: str

    @property
    def lock(self) -> Path:
        """What `compile` wrote last."""
        return self.folder / "pylock.toml"

    def compile(self) -> float:
        """Resolve for every platform; return seconds."""
        self.lock.unlink(missing_ok=True)
        form = ["--format", "pylock.toml", "--preview-features", "pylock"]
        options = ["--universal", "--python-version", self.minor, "--no-build", "-q", *form]
        return self._uv("pip", "compile", *options, "-o", self.lock, MEDIUM)

    def sync(self) -> float:
        """Make a virtual environment with pip and install the lock; return seconds."""
        prefix = self._fresh("uv")
        seconds = self._uv("venv", "--seed", "-q", "-p", self.python, prefix)
        options = ["-q", "--preview-features", "pylock", "--link-mode", "hardlink"]
        seconds += self._uv("pip", "sync", *options, "-p", prefix, self.lock)
        shutil.rmtree(prefix)
        return seconds

    def pip(self) -> float:
        """Do it with what comes with Python; return seconds."""
        prefix = self._fresh("pip")
        # Without this word pip keeps nothing that came by plain HTTP.
        host = self.index.split("/")[2]
        options = ["-q", "--index-url", self.index, "--trusted-host", host]
        environment = plain_environment(PIP_CACHE_DIR=str(self.folder / "pip-cache"))
        seconds = timed([self.python, "-m", "venv", prefix], environment, self.folder)
        install: list[str | Path] = [
            prefix / "bin" / "python",
            "-m",
            "pip",
            "install",
            *options,
            "-r",
            MEDIUM,
        ]
        seconds += timed(install, environment, self.folder)
        shutil.rmtree(prefix)
        return seconds

    def _fresh(self, name: str) -> Path:
        path = self.folder / f"venv-{name}"
        shutil.rmtree(path, ignore_errors=True)
        return path

    def _uv(self, *words: str | Path) -> float:
        cache = str(self.folder / "uv-cache")
        environment = plain_environment(UV_CACHE_DIR=cache, UV_DEFAULT_INDEX=self.index)
        return timed([find_uv_bin(), *words], environment, self.folder)


def neutral_lock(pylock: Path, minor: str) -> Lock:
    """Return what `uv pip compile` wrote as a lock of the product."""
    return read_pylock(pylock.read_text(encoding="utf-8"), python=f"=={minor}.*", platforms=())
