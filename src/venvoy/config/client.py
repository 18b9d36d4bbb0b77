"""The settings of the CLI: where the controller is, and the token for it.

Read by hand: four values are not worth the time that pydantic takes to load, which
every single command would take.
"""

import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from venvoy.config.surroundings import data_directory
from venvoy.domain.errors import InvalidInput

_NAMES = ("url", "token", "ca")


@dataclass(frozen=True, slots=True)
class ClientSettings:
    """Settings of the CLI.

    Attributes:
        data: the data directory.
        url: the controller's address, or None.
        token: an API token, or None; never shown.
        ca: PEM file of the authority behind the controller's certificate; None for the
            system's trust.
    """

    data: Path
    url: str | None = None
    token: str | None = field(default=None, repr=False)
    ca: str | None = None


def client_settings() -> ClientSettings:
    """Return the settings: `VENVOY_URL`, `VENVOY_TOKEN`, `VENVOY_CA`, else `<data>/cli.toml`.

    A token belongs to the address beside which it stands: with another address in
    the environment, the file's token is not sent there.

    Raises:
        InvalidInput: `settings-unreadable`, `setting-invalid`.
    """
    data = data_directory()
    given = {name: os.environ.get(f"VENVOY_{name.upper()}") or None for name in _NAMES}
    if given["url"] and given["token"]:
        return ClientSettings(data, **given)
    kept = _file(data / "cli.toml")
    if given["url"] and given["url"].rstrip("/") != (kept["url"] or "").rstrip("/"):
        return ClientSettings(data, **given)
    return ClientSettings(data, **{name: given[name] or kept[name] for name in _NAMES})


def _file(path: Path) -> dict[str, str | None]:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        found = {}
    except (OSError, ValueError) as error:
        reason = f"{path}: {getattr(error, 'strerror', None) or error}"
        raise InvalidInput("settings-unreadable", reason=reason) from error
    for name in _NAMES:
        if not isinstance(found.get(name, ""), str):
            raise InvalidInput("setting-invalid", name=name, reason=f"not a string in {path}")
    return {name: found.get(name) or None for name in _NAMES}
