"""What an environment has done on a node after a switch.

Text from people: names of systemd's units, which `systemctl` is given as they are, a
command that is cut into arguments here, so that no shell ever reads it, and an address
that may hold a secret, of which only the host is ever shown.
"""

import hashlib
import re
from collections.abc import Collection
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from venvoy.domain.checks import MOST_SECONDS, split
from venvoy.domain.errors import InvalidInput

MOST_UNITS = 10
_SHOWN = 80
_LONGEST_ADDRESS = 2000
_MARK = 6
_KINDS = (".service", ".socket", ".timer", ".target", ".path")
_UNIT = re.compile(r"[A-Za-z0-9][A-Za-z0-9:_.@\\-]{0,199}")
_OWN = ("venvoy-agent.service",)
"""Restarting the agent ends the hook, and the next start would do it again."""


def unit_name(text: str) -> str:
    """Return a unit's full name; without a kind it is a service.

    Raises:
        InvalidInput: `hook-unit-invalid`, or `hook-unit-own`.
    """
    if not _UNIT.fullmatch(text):
        shown = "".join(each if each.isprintable() else "?" for each in text[:_SHOWN])
        raise InvalidInput("hook-unit-invalid", unit=shown)
    name = text if text.endswith(_KINDS) else f"{text}.service"
    if name in _OWN:
        raise InvalidInput("hook-unit-own", unit=name)
    return name


def unit_names(units: Collection[str]) -> list[str]:
    """Return the full names of units, each once, in their order.

    Raises:
        InvalidInput: `hook-units-too-many`, or as `unit_name`.
    """
    if len(units) > MOST_UNITS:
        raise InvalidInput("hook-units-too-many", count=len(units), most=MOST_UNITS)
    return list(dict.fromkeys(map(unit_name, units)))


def hook_command(text: str) -> list[str]:
    """Return the program and arguments of a hook's command as one types it.

    Raises:
        InvalidInput: `hook-command-invalid`.
    """
    return split(text, "hook-command-invalid")


def check_hook_seconds(seconds: int) -> None:
    """Accept a time limit that makes sense.

    Raises:
        InvalidInput: `hook-timeout-out-of-range`.
    """
    if not 1 <= seconds <= MOST_SECONDS:
        raise InvalidInput("hook-timeout-out-of-range", seconds=seconds, most=MOST_SECONDS)


def may_restart(unit: str, patterns: Collection[str] | None) -> bool:
    """Whether a machine lets a unit be restarted.

    Args:
        unit: a full name.
        patterns: names in which `*` and `?` stand for others; None for any unit.
    """
    if patterns is None:
        return True
    return any(fnmatchcase(unit, each) for each in patterns)


def check_webhook(url: str) -> None:
    """Accept an address of HTTP or HTTPS.

    Raises:
        InvalidInput: `webhook-invalid`; it does not quote the address.
    """
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise InvalidInput("webhook-invalid") from None
    printable = url.isascii() and url.isprintable() and " " not in url
    plain = printable and len(url) <= _LONGEST_ADDRESS and not parts.fragment
    if not plain or not host or parts.scheme not in {"http", "https"}:
        raise InvalidInput("webhook-invalid")


def shown_webhook(url: str) -> str:
    """Return an address without what may be a secret, and a mark by which two differ."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    mark = hashlib.sha256(url.encode()).hexdigest()[:_MARK]
    return f"{parts.scheme}://{parts.hostname}{port}/… ({mark})"
