"""What is to be kept running, and how that stands."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

REMOVED = 4
"""The exit code of an agent whose node was removed: starting it again is in vain."""
RESTART_S = 5


@dataclass(frozen=True, slots=True)
class Order:
    """One agent.

    Attributes:
        python: absolute path of the interpreter that has Venvoy.
        data: absolute data directory.
        user: as whom it runs, where the whole machine's manager keeps it; None for the
            manager of the user who asks.
    """

    python: Path
    data: Path
    user: str | None = None

    @property
    def command(self) -> tuple[str, ...]:
        """The program and its arguments."""
        return (str(self.python), "-m", "venvoy.agent", "--data", str(self.data))


@dataclass(frozen=True, slots=True)
class Status:
    """How the service stands.

    Attributes:
        installed: whether the manager knows it.
        enabled: whether it starts with the machine.
        active: whether it runs; None where the manager does not say.
        definition: the file that defines it, or its name.
    """

    installed: bool
    enabled: bool = False
    active: bool | None = None
    definition: str = ""


class Manager(Protocol):
    """Who keeps processes running on a machine."""

    @property
    def name(self) -> str:
        """Which one it is, in a word."""
        ...

    def install(self, order: Order) -> Status:
        """Keep an agent running from now on; the one of before is replaced.

        Raises:
            WorkFailed: `service-command-failed`.
            Unavailable: `service-not-written`.
        """
        ...

    def remove(self) -> bool:
        """Stop and forget the agent; return whether there was one.

        Raises:
            WorkFailed, Unavailable: as `install`.
        """
        ...

    def status(self) -> Status:
        """Tell how it stands.

        Raises:
            WorkFailed: `service-command-failed`.
        """
        ...
