"""Venvoy keeps Python virtual environments the same on every machine of a fleet."""

from importlib.metadata import version

__version__ = version("venvoy")
