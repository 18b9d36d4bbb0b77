"""The unit of systemd. Pure. Quoting: systemd.syntax(7) and systemd.service(5)."""

import re

from venvoy.agent.service.order import REMOVED, RESTART_S, Order
from venvoy.domain.errors import InvalidInput

NAME = "venvoy-agent.service"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_PLAIN = re.compile(r"[A-Za-z0-9_./:@+=,-]+", re.ASCII)
_USER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,30}\$?", re.ASCII)


def render(order: Order) -> str:
    """Return the unit's text.

    Raises:
        InvalidInput: `service-path-unfit`, `service-user-invalid`.
    """
    system = order.user is not None
    lines = [
        "[Unit]",
        "Description=Venvoy agent",
        *(("Wants=network-online.target", "After=network-online.target") if system else ()),
        # An agent that fails is tried for ever: what hinders it may be mended elsewhere.
        "StartLimitIntervalSec=0",
        "",
        "[Service]",
        "Type=exec",
        *((f"User={_user(order.user)}",) if order.user is not None else ()),
        f"ExecStart={' '.join(map(word, order.command))}",
        "Restart=on-failure",
        f"RestartSec={RESTART_S}",
        f"RestartPreventExitStatus={REMOVED}",
        # Builds under way are the agent's own children; it ends them itself.
        "KillMode=mixed",
        "NoNewPrivileges=yes",
        "UMask=0022",
        "",
        "[Install]",
        f"WantedBy={'multi-user' if system else 'default'}.target",
    ]
    return "\n".join(lines) + "\n"


def word(text: str) -> str:
    """Return one word of a command as systemd reads it back unchanged.

    Raises:
        InvalidInput: `service-path-unfit`, for control characters.
    """
    if _CONTROL.search(text):
        raise InvalidInput("service-path-unfit", path=_CONTROL.sub("?", text))
    if _PLAIN.fullmatch(text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("%", "%%").replace("$", "$$") + '"'


def _user(name: str) -> str:
    if not _USER.fullmatch(name):
        raise InvalidInput("service-user-invalid", user=_CONTROL.sub("?", name)[:80])
    return name
