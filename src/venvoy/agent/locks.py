"""Locks by their digest: from the disk if they were fetched before, else over HTTP.

A lock is verified wherever it comes from; one that is damaged on the disk is
fetched again. Files are written aside and renamed, so that a kill leaves no half.
"""

import hashlib
import os
from pathlib import Path
from typing import Protocol

from venvoy.agent.causes import StepFailed
from venvoy.domain.cause import Cause, Hop, Step
from venvoy.domain.errors import InvalidInput, VenvoyError
from venvoy.domain.lock import Lock


class LockSource(Protocol):
    """Where locks come from."""

    async def fetch_lock(self, digest: str) -> bytes:
        """Return a lock's bytes.

        Raises:
            VenvoyError: it is not to be had, now or ever.
        """


class Locks:
    """The node's store of locks.

    Args:
        directory: holds `<digest>.json`.
        source: asked for what is not there.
    """

    def __init__(self, directory: Path, source: LockSource) -> None:
        self._directory = directory
        self._source = source

    async def get(self, digest: str) -> Lock:
        """Return the lock with this digest.

        Raises:
            StepFailed: `lock-unavailable` (with the reason), `lock-corrupt` or the
                lock's own refusal.
            OSError: it could not be stored.
        """
        path = self._directory / f"{digest}.json"
        data = _stored(path)
        if data is None or hashlib.sha256(data).hexdigest() != digest:
            data = await self._fetched(digest)
            _store(path, data)
        else:
            os.utime(path)
        try:
            return Lock.from_bytes(data)
        except InvalidInput as error:
            raise StepFailed(
                Cause(error.code, Step.LOCK, Hop.CONTROLLER, dict(error.params))
            ) from error

    def prune(self, keep: int) -> None:
        """Drop the locks that were not asked for in the longest time."""
        found = sorted(self._directory.glob("*.json"), key=lambda path: path.stat().st_mtime)
        for path in found[: max(0, len(found) - keep)]:
            path.unlink(missing_ok=True)

    async def _fetched(self, digest: str) -> bytes:
        try:
            data = await self._source.fetch_lock(digest)
        except VenvoyError as error:
            params = {"digest": digest, "reason": error.code}
            cause = Cause(
                "lock-unavailable", Step.LOCK, Hop.CONTROLLER, params, (str(error),), transient=True
            )
            raise StepFailed(cause) from error
        if hashlib.sha256(data).hexdigest() != digest:
            cause = Cause(
                "lock-corrupt", Step.LOCK, Hop.CONTROLLER, {"digest": digest}, transient=True
            )
            raise StepFailed(cause)
        return data


def _stored(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _store(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    beside.write_bytes(data)
    beside.replace(path)
