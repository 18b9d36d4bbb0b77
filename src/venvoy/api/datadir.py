"""The data directory: one `venvoy up` at a time, and it must be writable.

The lock is the operating system's, so it ends with the process however that ends.
Beside it stands where the running controller is reached, for the error of a second
one, and the port that was chosen, so that it stays the same over restarts.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from venvoy.domain.errors import Conflict, Unavailable

_PROBE_BYTES = 256 * 1024
_PRIVATE = 0o700


class DataDirectory:
    """A data directory that this process holds alone."""

    def __init__(self, path: Path) -> None:
        self._note = path / "up.json"

    @property
    def chosen_port(self) -> int | None:
        """The HTTP port of the last start, if it was noted."""
        port = _read(self._note).get("port")
        return port if isinstance(port, int) else None

    def note(self, url: str, port: int) -> None:
        """Remember where this controller is reached."""
        with _writable(self._note):
            self._note.write_text(json.dumps({"url": url, "port": port}), encoding="utf-8")


@contextmanager
def claimed(path: Path) -> Iterator[DataDirectory]:
    """Hold a data directory, made if it is not there.

    Raises:
        Unavailable: `data-not-writable`, with the path and the system's words.
        Conflict: `data-in-use`, with the address of the controller that has it.
    """
    with _writable(path):
        path.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        _probe(path / ".writable")
        lock = FileLock(path / "up.lock")
    try:
        with _writable(path):
            lock.acquire(timeout=0)
    except Timeout as error:
        address = str(_read(path / "up.json").get("url", "?"))
        raise Conflict("data-in-use", path=str(path), address=address) from error
    try:
        yield DataDirectory(path)
    finally:
        lock.release()


def _probe(file: Path) -> None:
    """Prove that something can be written: a full disk takes a name but no content."""
    try:
        with file.open("wb") as opened:
            opened.write(bytes(_PROBE_BYTES))
            opened.flush()
            os.fsync(opened.fileno())
    finally:
        file.unlink(missing_ok=True)


@contextmanager
def _writable(path: Path) -> Iterator[None]:
    try:
        yield
    except Timeout:  # an OSError by descent, but not the disk's
        raise
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Unavailable("data-not-writable", path=str(path), reason=reason) from error


def _read(file: Path) -> dict[str, object]:
    try:
        document = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    return document if isinstance(document, dict) else {}
