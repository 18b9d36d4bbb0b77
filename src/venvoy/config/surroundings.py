"""What the environment says beside the settings: directories, languages.

Needs nothing but the standard library, so that `venvoy run`, which stands in front
of people's own commands, starts at once.
"""

import os
from pathlib import Path


def default_data() -> Path:
    """Return the data directory that is used when none is given."""
    from platformdirs import user_data_path  # noqa: PLC0415 - not needed where one is given

    return user_data_path("venvoy", appauthor=False)


def data_directory() -> Path:
    """Return the data directory: `VENVOY_DATA`, or the default."""
    given = os.environ.get("VENVOY_DATA")
    return Path(given) if given else default_data()


def rights_files(data: Path) -> tuple[Path, ...]:
    """Return where the rights of this machine stand: the system's file before the own.

    Args:
        data: the data directory.
    """
    shared = os.environ.get("PROGRAMDATA") if os.name == "nt" else "/etc"
    system = (Path(shared) / "venvoy" / "node.toml",) if shared else ()
    return (*system, data / "node.toml")


def languages() -> tuple[str | None, ...]:
    """Return the language wishes of the surroundings, most wanted first."""
    return tuple(os.environ.get(name) for name in ("VENVOY_LANG", "LC_ALL", "LC_MESSAGES", "LANG"))


def environment_of_children(**changes: object) -> dict[str, str]:
    """Return this process' environment for a child, with changes laid over.

    Args:
        changes: names and values; None removes a name.
    """
    merged = {**os.environ, **{key: str(value) for key, value in changes.items()}}
    return {key: value for key, value in merged.items() if changes.get(key, "") is not None}
