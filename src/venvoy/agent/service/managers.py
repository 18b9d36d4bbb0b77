"""Which service manager this machine has, and as whom an agent may run under it."""

import shutil
from pathlib import Path

from platformdirs import user_config_path

from venvoy.agent import system
from venvoy.agent.service.order import Manager
from venvoy.agent.service.scheduler import Scheduler
from venvoy.agent.service.systemd import Systemd
from venvoy.domain.errors import InvalidInput, WorkFailed

BOOTED = Path("/run/systemd/system")
"""Is there where systemd is what booted the machine: sd_booted(3)."""
UNITS = Path("/etc/systemd/system")
USER = "venvoy"
"""As whom an agent of the whole machine runs; the installer makes it."""


def manager(booted: Path = BOOTED) -> Manager:
    """Return the manager of this machine, for root, or of the calling user.

    Raises:
        WorkFailed: `service-manager-none`.
    """
    if system.SERVICES == "task-scheduler":
        return Scheduler()
    if not booted.is_dir() or shutil.which("systemctl") is None:
        raise WorkFailed("service-manager-none")
    if system.may_become_others():
        return Systemd(UNITS)
    return Systemd(user_config_path("systemd") / "user", user=True)


def user_of(wanted: str | None, data: Path) -> str | None:
    """Return as whom the agent is to run; None for the manager's own account.

    Args:
        wanted: as it was asked for.
        data: the data directory.

    Raises:
        InvalidInput: `service-user-needs-root`, `service-user-unknown`,
            `service-data-foreign`.
    """
    if system.SERVICES == "task-scheduler":
        return wanted
    if not system.may_become_others():
        if wanted is not None and not (system.knows_user(wanted) and system.is_self(wanted)):
            raise InvalidInput("service-user-needs-root", user=wanted[:80])
        return None
    user = wanted or USER
    if not system.knows_user(user):
        raise InvalidInput("service-user-unknown", user=user[:80])
    if not system.owns(user, data):
        raise InvalidInput("service-data-foreign", user=user, path=str(data))
    return user
