"""The build hook: a wheel, a source distribution and an editable install carry the console.

It asks for Node.js only when the console is stale and the host has none, and does
nothing where the built console is current, where there are no sources, or with
`VENVOY_SKIP_UI=1`.
"""

import os
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).resolve().parent))

from scripts import console


class ConsoleHook(BuildHookInterface[Any]):
    """Builds the console before hatchling collects the files."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Return what the isolated build needs beside hatchling."""
        return [console.NODE_PACKAGE] if _wanted() and console.needs_node() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Build the console if it is stale."""
        if _wanted():
            console.build()


def _wanted() -> bool:
    return os.environ.get("VENVOY_SKIP_UI") != "1" and console.stale()
