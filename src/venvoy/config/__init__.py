"""The settings of each process: the only place that reads the environment.

Those of servers are validated with pydantic, which takes longer to import than all
that `venvoy run` does; they are loaded when they are asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from venvoy.config.client import ClientSettings, client_settings
from venvoy.config.surroundings import (
    data_directory,
    default_data,
    environment_of_children,
    languages,
    rights_files,
)

if TYPE_CHECKING:
    from venvoy.config.settings import AgentSettings, ControllerSettings

__all__ = [
    "AgentSettings",
    "ClientSettings",
    "ControllerSettings",
    "client_settings",
    "data_directory",
    "default_data",
    "environment_of_children",
    "languages",
    "rights_files",
]


def __getattr__(name: str) -> Any:
    """Load the settings at their first use (PEP 562)."""
    if name in __all__:
        return getattr(import_module("venvoy.config.settings"), name)
    raise AttributeError(name)
