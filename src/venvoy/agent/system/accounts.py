"""Users and groups of Linux: who they are, who may write, becoming one of them.

Names that begin with those of `windows_accounts` and mean the same.
"""

import grp
import os
import pwd
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from venvoy.agent.system import acl

assert sys.platform != "win32"  # noqa: S101 - tells type checkers where this is

SERVICES = "systemd"
"""Who keeps processes running: `systemd` or `task-scheduler`."""
HAS_RIGHTS = True
"""Whether users and groups can be given rights here at all."""


def knows_user(name: str) -> bool:
    """Whether there is a user of that name."""
    with suppress(KeyError, ValueError):
        return pwd.getpwnam(name).pw_name == name
    return False


def knows_group(name: str) -> bool:
    """Whether there is a group of that name."""
    with suppress(KeyError, ValueError):
        return grp.getgrnam(name).gr_name == name
    return False


def is_self(name: str) -> bool:
    """Whether this process runs as that user."""
    return pwd.getpwnam(name).pw_uid == os.geteuid()


def owns(name: str, path: Path) -> bool:
    """Whether a file or directory belongs to a user; false where there is none."""
    try:
        return path.stat().st_uid == pwd.getpwnam(name).pw_uid
    except OSError:
        return False


def may_become_others() -> bool:
    """Whether this process can become another user."""
    return os.geteuid() == 0


def become_user(name: str) -> dict[str, str]:
    """Become a user for good; return the variables that name the user.

    Raises:
        OSError: the system does not allow it.
    """
    user = pwd.getpwnam(name)
    os.initgroups(name, user.pw_gid)
    os.setgid(user.pw_gid)
    os.setuid(user.pw_uid)
    return variables_of(name)


def start_as(name: str) -> dict[str, Any]:
    """Return how a child is started as a user, for `subprocess`."""
    user = pwd.getpwnam(name)
    groups = os.getgrouplist(name, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": groups}


def variables_of(name: str) -> dict[str, str]:
    """Return the variables that name a user."""
    return {"HOME": pwd.getpwnam(name).pw_dir, "USER": name, "LOGNAME": name}


def give(path: Path, name: str) -> None:
    """Let a directory be a user's.

    Raises:
        OSError: the system does not allow it.
    """
    user = pwd.getpwnam(name)
    os.chown(path, user.pw_uid, user.pw_gid)


def let_write(root: Path, users: Iterable[str], groups: Iterable[str]) -> None:
    """Let users and groups write to a directory and all directories in it; blocks.

    Raises:
        OSError: the file system keeps no lists, or the directory is somebody else's.
        KeyError: of a name that is not known any more.
    """
    # This process' own by number: directories that a writer makes are the writer's.
    numbers = [*(pwd.getpwnam(name).pw_uid for name in users), os.geteuid()]
    value = acl.writable_by(numbers, (grp.getgrnam(name).gr_gid for name in groups))
    for directory, _, _ in os.walk(root, onerror=_raise):
        for attribute in (acl.ACCESS, acl.DEFAULT):
            os.setxattr(directory, attribute, value)


def _raise(error: OSError) -> None:
    raise error


def session_variables() -> dict[str, str]:
    """Return the variables by which a child finds this user's own service manager."""
    directory = Path(f"/run/user/{os.geteuid()}")
    return {"XDG_RUNTIME_DIR": str(directory)} if directory.is_dir() else {}
