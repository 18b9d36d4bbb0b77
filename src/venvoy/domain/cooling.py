"""A cool-down: releases are not chosen before they have been out for some days.

Most stolen releases are found and taken down within days. When a file was uploaded is what
the index says of it (PEP 700); a file of which it says nothing counts as too young.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from packaging.utils import canonicalize_name

from venvoy.domain.cause import Cause, Hop, Step
from venvoy.domain.errors import InvalidInput, Param
from venvoy.domain.printable import printable

MOST_DAYS = 365
MOST_EXEMPT = 200

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9])?")
_TOO_YOUNG = re.compile(r"`(?P<name>[^`\s]{1,128})` was filtered by `exclude-newer`")
_UNDATED = re.compile(r"(?P<file>[^`\s]{1,255}?)`? is missing an upload date")
_SHOWN = 80


@dataclass(frozen=True, slots=True)
class CoolDown:
    """A cool-down at one moment.

    Attributes:
        days: for how long releases are not chosen.
        before: aware, UTC; when a file must have been uploaded.
        exempt: normalised names of packages that it is not for, sorted.
    """

    days: int
    before: datetime
    exempt: tuple[str, ...] = ()

    def arguments(self) -> list[str]:
        """Return it as arguments of uv."""
        moment = f"{self.before:%Y-%m-%dT%H:%M:%SZ}"
        exempt = [("--exclude-newer-package", f"{name}=false") for name in self.exempt]
        return ["--exclude-newer", moment, *(word for pair in exempt for word in pair)]

    def cause(self, lines: Sequence[str], failed: Cause) -> Cause:
        """Return the cause that a failure has by the cool-down, else the one that it had.

        Args:
            lines: all that uv said.
        """
        text = "\n".join(lines)
        young = sorted({match["name"] for match in _TOO_YOUNG.finditer(text)})
        undated = sorted({_project(match["file"]) for match in _UNDATED.finditer(text)})
        if failed.hop not in _BY_WISH or not (young or undated):
            return failed
        code = "upload-times-missing" if undated else "cooling-down"
        packages = [printable(name, _SHOWN) for name in undated or young]
        params: dict[str, Param] = {"packages": packages, "days": self.days}
        return Cause(code, Step.RESOLVE, Hop.REQUIREMENTS, params, failed.evidence)


_BY_WISH = {Hop.REQUIREMENTS, Hop.PACKAGE, Hop.UV}


def check_days(days: int | None) -> None:
    """Refuse what is no number of days. Raises InvalidInput: `cool-down-out-of-range`."""
    if days is not None and not 0 <= days <= MOST_DAYS:
        raise InvalidInput("cool-down-out-of-range", days=days, most=MOST_DAYS)


def exempt_names(given: Iterable[str]) -> tuple[str, ...]:
    """Return the names of packages, normalised and sorted.

    Raises:
        InvalidInput: `cool-down-package-invalid`, `cool-down-packages-too-many`.
    """
    names: set[str] = set()
    for name in given:
        if not _NAME.fullmatch(name):
            raise InvalidInput("cool-down-package-invalid", name=printable(name, _SHOWN))
        names.add(canonicalize_name(name))
    if len(names) > MOST_EXEMPT:
        raise InvalidInput("cool-down-packages-too-many", count=len(names), most=MOST_EXEMPT)
    return tuple(sorted(names))


def _project(file: str) -> str:
    return canonicalize_name(file.rpartition("/")[2].partition("-")[0])
