"""What a build's gateway traffic says: progress, a sign of life, the certain lack of room."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol

from venvoy.agent.causes import StepFailed
from venvoy.domain.cause import Cause, Hop, Step
from venvoy.domain.errors import Param
from venvoy.index.problem import Problem
from venvoy.index.watch import Watch
from venvoy.wire.messages import Progress

_INTERVAL_S = 0.1
_STANDSTILL_S = 5.0


class ProgressWitness(Protocol):
    """Who is told of bytes and packages."""

    def progress(self, progress: Progress) -> None:
        """Bytes and packages so far."""

    def standstill(self, seconds: float) -> None:
        """Nothing that is waited for has come for so long."""

    def moving(self) -> None:
        """Bytes come, or none are waited for."""


class Meter:
    """Reads one build's watch.

    Args:
        data: a directory on the file system that fills.
        watch: open while the build runs.
        packages: how many the build installs.
        witness: told when a number changes.
    """

    def __init__(self, data: Path, watch: Watch, packages: int, witness: ProgressWitness) -> None:
        self._data = data
        self._watch = watch
        self._packages = packages
        self._witness = witness
        self._told: Progress | None = None

    @property
    def problems(self) -> Sequence[Problem]:
        """What the gateway met, the oldest first."""
        return self._watch.problems

    def activity(self) -> int:
        """Return a number that moves while bytes or requests do.

        Raises:
            StepFailed: `disk-too-small` once what uv has asked for is certainly more
                than what is free: every byte still to come is written at least once.
        """
        now = self._watch.progress()
        needed = now.bytes_total - now.bytes_received
        free = shutil.disk_usage(self._data).free
        if needed > free:
            params: dict[str, Param] = {
                "needed_mib": _mib(needed),
                "free_mib": _mib(free),
                "path": str(self._data),
            }
            cause = Cause("disk-too-small", Step.FETCH, Hop.DISK, params)
            raise StepFailed(cause)
        return round(now.last_activity * 1000)

    @asynccontextmanager
    async def reporting(self) -> AsyncIterator[None]:
        """Tell the witness what changes, as long as this is entered."""
        task = asyncio.create_task(self._report())
        try:
            yield
        finally:
            task.cancel()
            self._tell(installed=False)
            self._witness.moving()

    def finished(self) -> None:
        """Tell the witness that every package is in."""
        self._tell(installed=True)

    async def _report(self) -> None:
        while True:
            self._tell(installed=False)
            self._judge()
            await asyncio.sleep(_INTERVAL_S)

    def _judge(self) -> None:
        """A file that was asked for and does not come is waited for; uv at work is not."""
        now = self._watch.progress()
        still = time.monotonic() - now.last_activity
        if now.files_done < now.files_total and still >= _STANDSTILL_S:
            self._witness.standstill(still)
        else:
            self._witness.moving()

    def _tell(self, *, installed: bool) -> None:
        now = self._watch.progress()
        progress = Progress(
            bytes_done=now.bytes_received,
            bytes_total=now.bytes_total,
            packages_done=self._packages if installed else min(now.files_done, self._packages),
            packages_total=self._packages,
        )
        if progress != self._told:
            self._told = progress
            self._witness.progress(progress)


def _mib(count: int) -> float:
    return round(count / 2**20, 1)
