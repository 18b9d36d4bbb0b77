"""Notices that the server could not write, and when it could again.

Seen with nats-server 2.15: after one write that found the disk full, a stream takes
no further message, says nothing to who asks, and stays so when there is space again,
until the server is started anew. Only its log tells.
"""

import contextlib
import os
import re
import secrets
from enum import StrEnum
from pathlib import Path

from venvoy.bus.configuration import Layout

_FAILED = re.compile(rb"no space left|quota exceeded|critical write error|will be DISABLED")
_LOG_STEP = 256 * 1024
_PROBE_BYTES = 64 * 1024


class Storage(StrEnum):
    """What is known of the server's disk."""

    GOOD = "good"
    FAILED = "failed"
    MENDED = "mended"


class StorageWatch:
    """Reads the log of one run of the server, from its start on.

    Args:
        layout: of the server.
        log_start: size of the log when the run began.
    """

    def __init__(self, layout: Layout, log_start: int) -> None:
        self._layout = layout
        self._read = log_start
        self._failed = False

    def look(self) -> Storage:
        """Return the present state; `MENDED` means that only a new start is missing."""
        self._failed = self._failed or self._log_tells()
        if not self._failed:
            return Storage.GOOD
        return Storage.MENDED if self._can_write() else Storage.FAILED

    def _log_tells(self) -> bool:
        with contextlib.suppress(OSError), self._layout.log.open("rb") as log:
            size = log.seek(0, os.SEEK_END)
            # A log that was turned over is shorter than it was; the server repeats itself.
            begin = self._read if self._read <= size else 0
            log.seek(max(begin, size - _LOG_STEP))
            self._read = size
            return _FAILED.search(log.read(_LOG_STEP)) is not None
        return False

    def _can_write(self) -> bool:
        probe = self._layout.root / f".probe.{secrets.token_hex(8)}"
        try:
            _write_synced(probe)
        except OSError:
            return False
        finally:
            with contextlib.suppress(OSError):
                probe.unlink(missing_ok=True)
        return True


def _write_synced(path: Path) -> None:
    with path.open("wb") as file:
        file.write(bytes(_PROBE_BYTES))
        file.flush()
        os.fsync(file.fileno())
