"""The data directory as one process' own: two agents must not work in one."""

from pathlib import Path

from filelock import FileLock, Timeout

from venvoy.agent.prefix import Layout
from venvoy.domain.errors import Conflict, Unavailable


def real(data: Path) -> Path:
    """The data directory by its one name: of processes, the system tells real paths.

    Raises:
        Unavailable: `data-not-writable`, for links in a circle.
    """
    try:
        return data.resolve()
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Unavailable("data-not-writable", path=str(data), reason=reason) from error


def taken(layout: Layout) -> FileLock:
    """Make the data directory this process' own, until the lock is released.

    Raises:
        Conflict: `agent-running`.
        Unavailable: `data-not-writable`.
    """
    try:
        layout.make()
        lock = FileLock(layout.lock, blocking=False)
        lock.acquire()
    except Timeout as error:
        raise Conflict("agent-running", data=str(layout.data)) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise Unavailable("data-not-writable", path=str(layout.data), reason=reason) from error
    return lock
