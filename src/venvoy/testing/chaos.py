"""Kills, and what must hold whatever they hit.

`Watchman` looks at a stable path all the time; `strike` ends a process as a power
cut would; `recovered` waits until all is well again without any help.
"""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self

from venvoy.testing.damage import missing_files
from venvoy.testing.installation import Installation, until

_PAUSE_S = 0.01


class Victim(StrEnum):
    """Which process is killed."""

    AGENT = "agent"
    CONTROLLER = "controller"
    NATS = "nats-server"
    UV = "uv"


def strike(installation: Installation, victim: Victim) -> bool:
    """Kill with signal 9; return whether there was somebody to kill.

    The controller's process is started again, for that is what its service manager
    does; the others are the product's own to bring back.
    """
    if victim is not Victim.CONTROLLER:
        return installation.kill_child(victim.value)
    installation.kill()
    installation.up()
    return True


def moment(condition: Callable[[], object], *, seconds: float = 30.0) -> None:
    """Return within a millisecond or so after `condition` came to hold."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "the moment did not come"
        time.sleep(0.0005)


def settled(installation: Installation, name: str, revision: int) -> None:
    """Wait until a revision is ready, its prefix whole, and everybody back at work."""
    installation.until_ready(name, revision, seconds=180)
    assert missing_files(installation.live(name)) == []
    until(lambda: installation.children("agent"), what="the agent is back")
    until(lambda: installation.children("nats-server"), what="the server is back")


class Watchman:
    """Looks all the time whether a stable path leads to a whole prefix.

    Args:
        stable: the path; it must be there already, and never go.

    Attributes:
        seen: the prefixes that it led to, in order.
        found: what was wrong, and where.
    """

    def __init__(self, stable: Path) -> None:
        self.seen: list[Path] = []
        self.found: list[str] = []
        self._stable = stable
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._look()
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end.set()
        self._thread.join()
        if error is None:
            self._look()
            assert self.found == []

    def _watch(self) -> None:
        while not self._end.wait(_PAUSE_S):
            self._look()

    def _look(self) -> None:
        try:
            prefix = self._stable.resolve(strict=True)
        except OSError as error:
            self.found.append(f"{self._stable}: {error.strerror}")
            return
        if self.seen[-1:] == [prefix]:
            return
        try:
            missing = missing_files(prefix)
        except (OSError, ValueError) as error:
            missing = [str(error)]
        # One that was replaced while it was read may be on its way out.
        with suppress(OSError):
            if missing and self._stable.resolve(strict=True) == prefix:
                self.found.append(f"{prefix}: {missing[:5]}")
        self.seen.append(prefix)
