"""The command of a service manager: run, bounded in time, and believed only with 0."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from venvoy.domain.errors import WorkFailed
from venvoy.domain.printable import printable

_LIMIT_S = 90.0
_SHOWN = 400


@dataclass(frozen=True, slots=True)
class Said:
    """What a command answered."""

    code: int
    out: str = ""
    err: str = ""


class Tool(Protocol):
    """Runs a command of the machine's."""

    def __call__(self, command: Sequence[str]) -> Said:
        """Run it to its end.

        Raises:
            WorkFailed: `service-command-failed`, where it cannot be run.
        """
        ...


def run(command: Sequence[str]) -> Said:
    """Run a command of this machine; see `Tool`."""
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            text=True,
            errors="replace",
            check=False,
            timeout=_LIMIT_S,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise failed(command, getattr(error, "strerror", None) or str(error)) from error
    return Said(done.returncode, done.stdout, done.stderr)


def demand(tool: Tool, *command: str) -> Said:
    """Run a command that must succeed.

    Raises:
        WorkFailed: `service-command-failed`.
    """
    said = tool(command)
    if said.code != 0:
        raise failed(command, said.err.strip() or said.out.strip() or f"exit code {said.code}")
    return said


def failed(command: Sequence[str], reason: str) -> WorkFailed:
    """Return the error for a command that failed."""
    shown = printable(" ".join(reason.split()), _SHOWN)
    return WorkFailed("service-command-failed", command=" ".join(command), reason=shown)
