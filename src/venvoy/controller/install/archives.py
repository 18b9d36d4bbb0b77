"""Interpreters for machines that have none: whatever archives this controller holds."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from venvoy.domain.platform import Platform


@dataclass(frozen=True, slots=True)
class Archive:
    """A packed interpreter, its hash checked when it was taken in.

    Attributes:
        path: a `.tar.gz` in which one directory holds a whole installation.
        version: full version of the interpreter.
    """

    path: Path
    version: str


class Archives(Protocol):
    """Who holds them."""

    async def for_agent(self, platform: Platform) -> Archive | None:
        """Return the newest CPython on which an agent runs, None where there is none."""
        ...


class NoArchives:
    """Holds none."""

    async def for_agent(self, platform: Platform) -> Archive | None:  # noqa: ARG002 - the protocol's
        """Return none."""
        return None
