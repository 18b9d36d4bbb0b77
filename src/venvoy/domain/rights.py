"""What a machine's administrator allows on it, read from the machine's own file.

The file is the one thing on a node that no message of a controller changes. What
cannot be understood allows nothing: a typing error must not open a machine.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from venvoy.domain.errors import InvalidInput

_SHOWN = 80
_KNOWN: Mapping[str, frozenset[str]] = {
    "prefixes": frozenset({"users", "groups"}),
    "run": frozenset({"allowed", "user"}),
    "checks": frozenset({"allowed", "user"}),
    "hooks": frozenset({"allowed", "user", "units"}),
}


@dataclass(frozen=True, slots=True)
class Rights:
    """What is allowed.

    Attributes:
        users: who may write to prefixes beside the agent's own user.
        groups: whose members may.
        run: whether `venvoy run` starts commands.
        run_as: the one user that it starts them as; None for whoever asks.
        checks: whether the checks of environments, imports and commands, run.
        checks_as: the one user that they run as; None for the agent's own.
        hooks: whether units are restarted and commands run after a switch.
        hooks_as: the one user that commands run as; None for the agent's own.
        hook_units: patterns of the units that may be restarted; None for any.
    """

    users: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    run: bool = True
    run_as: str | None = None
    checks: bool = True
    checks_as: str | None = None
    hooks: bool = True
    hooks_as: str | None = None
    hook_units: tuple[str, ...] | None = None


DEFAULT = Rights()
"""What holds without a file."""
SAFEST = Rights(run=False, checks=False, hooks=False)
"""What holds while a file cannot be understood."""


def read(text: str, path: str) -> Rights:
    """Read a file.

    Args:
        text: TOML.
        path: of the file, for errors.

    Raises:
        InvalidInput: `rights-unreadable`, `rights-key-unknown`, `rights-value-invalid`.
    """
    import tomllib  # noqa: PLC0415 - most machines have no file, and `venvoy run` is in a hurry

    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput("rights-unreadable", path=path, reason=str(error)[:_SHOWN]) from error
    tables = {name: _table(document, name, path) for name in _KNOWN}
    for name in document.keys() - _KNOWN.keys():
        raise InvalidInput("rights-key-unknown", path=path, key=name[:_SHOWN])
    return Rights(
        users=_names(tables["prefixes"], "prefixes.users", path),
        groups=_names(tables["prefixes"], "prefixes.groups", path),
        run=_switch(tables["run"], "run.allowed", path),
        run_as=_name(tables["run"], "run.user", path),
        checks=_switch(tables["checks"], "checks.allowed", path),
        checks_as=_name(tables["checks"], "checks.user", path),
        hooks=_switch(tables["hooks"], "hooks.allowed", path),
        hooks_as=_name(tables["hooks"], "hooks.user", path),
        hook_units=_names(tables["hooks"], "hooks.units", path)
        if "units" in tables["hooks"]
        else None,
    )


def _table(document: Mapping[str, Any], name: str, path: str) -> Mapping[str, Any]:
    table = document.get(name, {})
    if not isinstance(table, dict):
        raise _invalid(path, f"[{name}]", "a table")
    for key in table.keys() - _KNOWN[name]:
        raise InvalidInput("rights-key-unknown", path=path, key=f"{name}.{key}"[:_SHOWN])
    return table


def _names(table: Mapping[str, Any], key: str, path: str) -> tuple[str, ...]:
    found = table.get(key.partition(".")[2], [])
    if not isinstance(found, list) or not all(isinstance(each, str) and each for each in found):
        raise _invalid(path, key, '["NAME", …]')
    return tuple(dict.fromkeys(found))


def _switch(table: Mapping[str, Any], key: str, path: str) -> bool:
    found = table.get(key.partition(".")[2], True)
    if not isinstance(found, bool):
        raise _invalid(path, key, "true | false")
    return found


def _name(table: Mapping[str, Any], key: str, path: str) -> str | None:
    found = table.get(key.partition(".")[2])
    if found is not None and (not isinstance(found, str) or not found):
        raise _invalid(path, key, '"NAME"')
    return found


def _invalid(path: str, key: str, wanted: str) -> InvalidInput:
    return InvalidInput("rights-value-invalid", path=path, key=key, wanted=wanted)
