"""Archives of interpreters: on which machines one runs, and which of several to take.

An archive holds one CPython for one platform, as python-build-standalone packs them
(`install_only`). What it holds is read from inside it once, when it is uploaded; here
only values are compared.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from venvoy.domain.platform import Platform

CPYTHON = "cpython"
_GLIBC = re.compile(r"glibc (\d+)\.(\d+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Archive:
    """What an archive holds.

    Attributes:
        version: PEP 440, such as `3.12.4`.
        implementation: lower case, such as `cpython`.
        platform: where it runs.
        glibc: the oldest version of it that will do, such as `2.17`; None where it needs
            none or none is known.
    """

    version: str
    implementation: str
    platform: Platform
    glibc: str | None = None

    def runs_on(self, platform: str, libc: str | None) -> bool:
        """Whether a machine can run it.

        Args:
            platform: of the machine.
            libc: as a node reports it, such as `glibc 2.36`; unknown is good enough.
        """
        if platform != self.platform.value:
            return False
        there = _GLIBC.match(libc or "")
        if self.glibc is None or there is None:
            return True
        needed = tuple(int(part) for part in self.glibc.split("."))
        return needed <= (int(there[1]), int(there[2]))


Kept = TypeVar("Kept", bound=Archive)


def newest(archives: Iterable[Kept], wanted: str | None = None) -> Kept | None:
    """Return the newest archive that answers a wish, None where none does.

    Final releases come before pre-releases, as everywhere an interpreter is chosen.

    Args:
        archives: in the order in which they came; of equal versions the last is taken.
        wanted: a specifier set as `parse_python` returns it, None for any.
    """
    specifiers = SpecifierSet(wanted or "", prereleases=True)
    fitting = [each for each in archives if Version(each.version) in specifiers]
    ranked = [(_rank(each), at, each) for at, each in enumerate(fitting)]
    return max(ranked, key=lambda item: item[:2])[2] if ranked else None


def _rank(archive: Archive) -> tuple[bool, Version]:
    version = Version(archive.version)
    return not version.is_prerelease, version
