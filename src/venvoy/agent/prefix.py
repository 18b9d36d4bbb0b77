"""The layout of a node's directory, and what makes a directory a prefix.

A prefix is made once, below the environment's id, and neither renamed nor changed
while it may be used. One that is to be deleted is first moved to a place that
nobody looks into, so that what is left after a kill is plainly rubbish.
"""

import configparser
from dataclasses import dataclass
from pathlib import Path

from venvoy.agent import pins
from venvoy.agent.system import PIP_CONFIG, PYTHON, remove_tree

_TRASH = ".trash"


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things are below one data directory.

    Attributes:
        data: absolute.
    """

    data: Path

    @property
    def journal(self) -> Path:
        """The journal."""
        return self.data / "journal.db"

    @property
    def lock(self) -> Path:
        """Held by the one agent of this directory."""
        return self.data / "agent.lock"

    @property
    def identity(self) -> Path:
        """The node's key and membership."""
        return self.data / "identity"

    @property
    def standing(self) -> Path:
        """How the running agent stands."""
        return self.data / "agent.json"

    @property
    def logs(self) -> Path:
        """Logs of operations that the controller does not hold yet."""
        return self.data / "logs"

    @property
    def uv_cache(self) -> Path:
        """The cache of uv; on the prefixes' file system, for hard links."""
        return self.data / "cache" / "uv"

    @property
    def files(self) -> Path:
        """The gateway's store."""
        return self.data / "cache" / "files"

    @property
    def locks(self) -> Path:
        """Fetched locks, by digest."""
        return self.data / "cache" / "locks"

    @property
    def pythons(self) -> Path:
        """Interpreters that Venvoy installed."""
        return self.data / "pythons"

    def python(self, archive: str) -> Path:
        """The directory of the interpreter from one archive, by the archive's id."""
        return self.pythons / archive

    def archive(self, archive: str) -> Path:
        """An archive while it is fetched and unpacked."""
        return self.data / "cache" / "pythons" / f"{archive}.tar.gz"

    @property
    def work(self) -> Path:
        """Files that live as long as one build."""
        return self.data / "cache" / "work"

    @property
    def prefixes(self) -> Path:
        """Every prefix of every environment."""
        return self.data / "prefixes"

    @property
    def trash(self) -> Path:
        """Prefixes that are being deleted."""
        return self.prefixes / _TRASH

    def prefix(self, environment: str, revision: int, build: str) -> Path:
        """The directory of one build."""
        return self.prefixes / environment / f"{revision}-{build}"

    def stable(self, name: str) -> Path:
        """The stable path of an environment."""
        return self.data / "virtual_environments" / name

    def make(self) -> None:
        """Make the directories that are always there.

        Raises:
            OSError: the data directory cannot be written.
        """
        for path in (self.logs, self.uv_cache, self.files, self.locks, self.work, self.trash):
            path.mkdir(parents=True, exist_ok=True)
        self.stable("_").parent.mkdir(parents=True, exist_ok=True)

    def environment_of(self, prefix: Path) -> str | None:
        """The environment that a prefix below this directory belongs to, else None."""
        try:
            parts = prefix.relative_to(self.prefixes).parts
        except ValueError:
            return None
        return parts[0] if len(parts) == 2 and parts[0] != _TRASH else None  # noqa: PLR2004

    def known_prefixes(self) -> list[Path]:
        """Every directory that stands where a prefix would."""
        if not self.prefixes.is_dir():
            return []
        return [
            prefix
            for environment in sorted(self.prefixes.iterdir())
            if environment.name != _TRASH and environment.is_dir()
            for prefix in sorted(environment.iterdir())
        ]


def furnish(prefix: Path, index_url: str) -> None:
    """Add to a fresh virtual environment what makes it a prefix: pin and `pip.conf`.

    Args:
        prefix: made by `uv venv`.
        index_url: the gateway's, so that `pip install` by hand works wherever the
            agent does.
    """
    pins.create(prefix)
    config = configparser.ConfigParser(interpolation=None)
    config["global"] = {"index-url": index_url, "disable-pip-version-check": "true"}
    with (prefix / PIP_CONFIG).open("w", encoding="utf-8") as file:
        config.write(file)


def python_of(prefix: Path) -> Path:
    """The interpreter of a virtual environment."""
    return prefix / PYTHON


def sites_of(prefix: Path) -> list[Path]:
    """Where a virtual environment has its packages; on 64-bit systems one is often a link."""
    patterns = ("lib/python*/site-packages", "Lib/site-packages")
    return sorted({path.resolve() for pattern in patterns for path in prefix.glob(pattern)})


def discard(layout: Layout, prefix: Path) -> bool:
    """Delete a prefix unless it is pinned. Blocks: call it in a thread.

    Returns:
        False if a command holds it; then nothing was changed.
    """
    if not prefix.is_dir():
        return True
    layout.trash.mkdir(parents=True, exist_ok=True)
    gone = layout.trash / prefix.name
    if gone.exists():
        remove_tree(gone)
    if not pins.move_away(prefix, gone):
        return False
    remove_tree(gone)
    if not any(prefix.parent.iterdir()):
        prefix.parent.rmdir()
    return True


def clear_leftovers(layout: Layout) -> None:
    """Delete what a kill left in the trash and of builds' own files. Blocks."""
    for place in (layout.trash, layout.work):
        for entry in place.iterdir():
            remove_tree(entry, ignore_errors=True)
