"""Names of environments and nodes.

A name stands in the stable path on every node and in interfaces, so it must be a
plain file name on Linux and on Windows. What is free for people is the title.
"""

import re

from venvoy.domain.errors import InvalidInput

_LIMIT = 63
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}", re.ASCII)
_SHOWN = 80

# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_WINDOWS_DEVICES = frozenset(
    {"con", "prn", "aux", "nul"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in range(10)}
)


def check_name(name: str) -> str:
    """Return `name` unchanged if it may be used, on every platform.

    Raises:
        InvalidInput: `name-empty`, `name-too-long`, `name-reserved` or
            `name-invalid`, each with the name as given (cut for display).
    """
    if not name:
        raise InvalidInput("name-empty")
    if len(name) > _LIMIT:
        raise InvalidInput("name-too-long", name=name[:_SHOWN], length=len(name), limit=_LIMIT)
    if name.lower() in _WINDOWS_DEVICES:
        raise InvalidInput("name-reserved", name=name)
    if not _NAME.fullmatch(name):
        raise InvalidInput("name-invalid", name=name[:_SHOWN])
    return name


def name_of_host(hostname: str) -> str:
    """Return the name that a machine gets which is given none: its own, made to fit.

    Args:
        hostname: as the system has it, with or without a domain.
    """
    first = hostname.partition(".")[0].lower()
    plain = re.sub(r"[^a-z0-9_-]+", "-", first).strip("-_")[:_LIMIT]
    return plain if plain and plain not in _WINDOWS_DEVICES else "node"
