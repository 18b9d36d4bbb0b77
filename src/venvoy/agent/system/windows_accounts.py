"""The names of `accounts` on Windows, where a machine's file gives nobody rights."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

SERVICES = "task-scheduler"
HAS_RIGHTS = False


def knows_user(name: str) -> bool:  # noqa: ARG001 - as everywhere below: the names are shared
    """Nobody is looked up."""
    return False


def knows_group(name: str) -> bool:  # noqa: ARG001
    """As `knows_user`."""
    return False


def is_self(name: str) -> bool:  # noqa: ARG001
    """As `knows_user`."""
    return False


def owns(name: str, path: Path) -> bool:  # noqa: ARG001
    """As `knows_user`."""
    return False


def may_become_others() -> bool:
    """No process can."""
    return False


def become_user(name: str) -> dict[str, str]:
    """Refuse.

    Raises:
        OSError: always.
    """
    raise OSError(f"cannot become {name}")


def start_as(name: str) -> dict[str, Any]:
    """Refuse.

    Raises:
        OSError: always.
    """
    raise OSError(f"cannot become {name}")


def variables_of(name: str) -> dict[str, str]:  # noqa: ARG001
    """As `knows_user`."""
    return {}


def give(path: Path, name: str) -> None:
    """Refuse.

    Raises:
        OSError: always.
    """
    raise OSError(f"{path} cannot be given to {name}")


def let_write(root: Path, users: Iterable[str], groups: Iterable[str]) -> None:  # noqa: ARG001
    """Refuse.

    Raises:
        OSError: always.
    """
    raise OSError(f"rights at {root} cannot be given")


def session_variables() -> dict[str, str]:
    """As `knows_user`."""
    return {}
