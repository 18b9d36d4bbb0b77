"""Venvoy keeps Python virtual environments the same on every machine of a fleet."""

from typing import TYPE_CHECKING

__version__: str

if not TYPE_CHECKING:

    def __getattr__(name: str) -> str:
        """Read the version when it is asked for (PEP 562): looking it up takes a while."""
        if name != "__version__":
            raise AttributeError(name)
        from importlib.metadata import version  # noqa: PLC0415 - the reason stands above

        return version("venvoy")
