"""The stable path of an environment: what a link to a directory can do.

A link is replaced atomically: at every moment the path leads to the old or to the
new prefix. What stands there and was not made here is never touched.
"""

from pathlib import Path
from typing import Protocol


class Links(Protocol):
    """How a path leads to a directory."""

    def read(self, path: Path) -> Path | None:
        """Return the absolute directory that `path` leads to, None if nothing is there.

        Raises:
            Conflict: `stable-path-occupied` if something else stands there.
        """

    def point(self, path: Path, target: Path) -> None:
        """Let `path` lead to `target` from now on, atomically and lastingly.

        Raises:
            Conflict: `stable-path-occupied`.
        """

    def remove(self, path: Path) -> None:
        """Take the link away, if there is one.

        Raises:
            Conflict: `stable-path-occupied`.
        """
