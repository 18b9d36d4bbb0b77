"""`venvoy run`: a command in an environment's live prefix, which is pinned meanwhile.

The command takes this process' place, so that its exit code, its terminal and its
signals are its own. It starts with the revision that is live at that moment and
keeps it, whatever is switched later. Nothing here needs the controller or the agent
to run: the stable path on the disk says all.
"""

import errno
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from venvoy.agent import pins
from venvoy.agent.prefix import Layout
from venvoy.agent.system import SCRIPTS, Pointers, become
from venvoy.domain.errors import Conflict, NotFound, WorkFailed
from venvoy.domain.name import check_name

NOT_FOUND = 127
NOT_EXECUTABLE = 126
"""The exit codes of shells for a command that does not exist, or cannot be run."""
_TRIES = 20


def pin_live(data: Path, name: str) -> tuple[Path, int | None]:
    """Return the live prefix of an environment, and the descriptor that pins it.

    Args:
        data: the node's data directory.
        name: of the environment.

    Raises:
        InvalidInput: the name is none.
        NotFound: `environment-not-here`.
    """
    layout = Layout(data.absolute())
    for _ in range(_TRIES):
        prefix = resolve_prefix(data, name)
        descriptor = pins.hold(prefix)
        # A switch between the two lines is fine: the prefix is pinned and whole. One
        # that was deleted meanwhile is not: then there is a newer one.
        if descriptor is not None:
            return prefix, descriptor
    raise NotFound("environment-not-here", name=name, path=str(layout.stable(name)))


def resolve_prefix(data: Path, name: str) -> Path:
    """Return the directory that the stable path of an environment leads to now.

    Raises:
        InvalidInput: the name is none.
        NotFound: `environment-not-here`, also where something else stands there.
    """
    layout = Layout(data.absolute())
    stable = layout.stable(check_name(name))
    try:
        prefix = Pointers().read(stable)
    except (Conflict, OSError):
        prefix = None
    if prefix is None or not prefix.is_dir():
        raise NotFound("environment-not-here", name=name, path=str(stable))
    return prefix


def environment_in(prefix: Path, base: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which a prefix is active, as `activate` would make it."""
    scripts = prefix / SCRIPTS
    path = base.get("PATH", os.defpath)
    dropped = {"PYTHONHOME", "VIRTUAL_ENV_PROMPT"}
    kept = {name: value for name, value in base.items() if name not in dropped}
    return {**kept, "PATH": f"{scripts}{os.pathsep}{path}", "VIRTUAL_ENV": str(prefix)}


def execute(prefix: Path, command: Sequence[str], base: Mapping[str, str]) -> int:
    """Become a command in a prefix that is pinned; on POSIX this never returns.

    Args:
        prefix: from `pin_live`, whose descriptor is still open.
        command: a program (sought in the prefix first) and its arguments.
        base: the surroundings of this process.

    Returns:
        The exit code, on Windows.

    Raises:
        NotFound: `command-not-found`.
        WorkFailed: `command-not-executable`.
    """
    environment = environment_in(prefix, base)
    program = shutil.which(command[0], path=environment["PATH"])
    if program is None:
        raise _missing(command[0], environment["PATH"])
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        return become(program, command, environment)
    except FileNotFoundError as error:
        # The file is there and names an interpreter (#!) that is not.
        raise WorkFailed(
            "command-not-executable", command=program, reason=os.strerror(errno.ENOENT)
        ) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise WorkFailed("command-not-executable", command=program, reason=reason) from error


def _missing(command: str, path: str) -> NotFound | WorkFailed:
    for directory in path.split(os.pathsep):
        if (Path(directory) / command).is_file():
            reason = os.strerror(errno.EACCES)
            found = str(Path(directory) / command)
            return WorkFailed("command-not-executable", command=found, reason=reason)
    return NotFound("command-not-found", command=command)
