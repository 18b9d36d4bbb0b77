"""Reads a virtual environment that somebody made by hand, and changes nothing in it.

The path comes from outside. It is read only where it is a virtual environment
(`pyvenv.cfg`, PEP 405) and none of Venvoy's own; nothing in it is run, and of its files
only those about packages are opened.
"""

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from venvoy.agent.prefix import Layout, sites_of
from venvoy.agent.prefix_scan import PrefixScan
from venvoy.domain.drift import Package
from venvoy.wire.surveys import MOST_PACKAGES, SurveyCommand, SurveyedFact, SurveyReply

_LARGEST = 64 << 10
_LONGEST = 200
_VERSION = re.compile(r"^version(?:_info)?\s*=\s*([0-9]+\.[0-9]+(?:\.[0-9]+)?)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Surveyor:
    """Answers what directories hold.

    Attributes:
        layout: of this node's own data.
    """

    layout: Layout

    async def answer(self, command: SurveyCommand) -> SurveyReply:
        """Return what a directory holds, or the code of why not."""
        try:
            return await asyncio.to_thread(self._look, command.path)
        except PermissionError:
            return SurveyReply(error="survey-forbidden")
        except (OSError, ValueError):
            return SurveyReply(error="survey-unreadable")

    def _look(self, text: str) -> SurveyReply:
        path = Path(text)
        refused = self._refusal(path)
        if refused:
            return SurveyReply(error=refused)
        found, packages = _python(path), PrefixScan(path, Event()).packages()
        if not found or len(packages) > MOST_PACKAGES:
            return SurveyReply(error="survey-too-large" if found else "survey-no-venv")
        facts = tuple(_fact(each) for _, each in sorted(packages.items()))
        return SurveyReply(python=found, packages=facts)

    def _refusal(self, path: Path) -> str:
        if not path.is_absolute():
            return "survey-path-invalid"
        if not path.is_dir():
            return "survey-not-there"
        if path.resolve().is_relative_to(self.layout.data.resolve()):
            return "survey-own"
        configuration = path / "pyvenv.cfg"
        small = configuration.is_file() and configuration.stat().st_size <= _LARGEST
        return "" if small and sites_of(path) else "survey-no-venv"


def _python(path: Path) -> str:
    """Return the version of an environment's interpreter, as its own file says."""
    text = (path / "pyvenv.cfg").read_text(encoding="utf-8", errors="replace")
    found = _VERSION.search(text)
    return found[1] if found else ""


def _fact(package: Package) -> SurveyedFact:
    return SurveyedFact(
        name=package.name[:_LONGEST], version=package.version[:_LONGEST], origin=package.origin
    )
