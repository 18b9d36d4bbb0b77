"""Runs code that is not ours: checks and hooks of environments.

Bounded in time, in a process group of its own that is ended as a whole, in a directory
that is deleted, and never through a shell. Whether it runs at all, and as whom, is for
the machine to say (`venvoy.agent.rights`).
"""

import asyncio
import sys
import tempfile
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from venvoy.agent import system
from venvoy.agent.build import Builder, Witness
from venvoy.agent.processes import Command, Ended

_KEPT_LINES = 400


@dataclass(frozen=True, slots=True)
class Place:
    """Where and as whom something runs.

    Attributes:
        directory: its working directory.
        environment: all of it.
        user: None for the agent's own.
    """

    directory: Path
    environment: dict[str, str]
    user: str | None


async def run(
    builder: Builder, place: Place, argv: tuple[str, ...], seconds: float, witness: Witness
) -> Ended:
    """Run a child; past its time it is ended, and counts as stalled.

    Args:
        argv: the program's absolute path and its arguments.
        witness: gets every line that it prints, without the gateway's secret.

    Raises:
        OSError: it could not be started.
    """
    secret = builder.gateway.secret
    kept: deque[str] = deque(maxlen=_KEPT_LINES)

    def on_line(line: str) -> None:
        kept.append(line.replace(secret, "***"))
        witness.line(kept[-1])

    command = Command(argv, place.environment, place.directory, user=place.user)
    try:
        async with asyncio.timeout(seconds):
            ended = await builder.run(command, on_line, builder.journal)
    except TimeoutError:
        return Ended(0, tuple(kept), stalled=True)
    return Ended(ended.code, tuple(kept))


@contextmanager
def directory(user: str | None) -> Iterator[Path]:
    """A directory for what a user's child writes; deleted afterwards."""
    with tempfile.TemporaryDirectory(
        prefix="venvoy-run-", ignore_cleanup_errors=sys.platform == "win32"
    ) as made:
        if user is not None:
            system.give(Path(made), user)
        yield Path(made)
