"""Venvoy's own wheel, made of what this controller runs.

So a node gets the release that its controller is, from an installation and from a
checkout alike, and no index needs to have it. The console stays out: no agent serves
one. Equal content gives equal bytes, for a node's installer checks the hash.
"""

import base64
import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import Distribution
from pathlib import Path

from venvoy.domain.lock import LockedFile, LockedPackage

NAME = "venvoy"
_MOMENT = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644 << 16
_LEFT_OUT = frozenset({"__pycache__"})
_CONSOLE = ("api", "static")
_KEPT = ("METADATA", "entry_points.txt")
_WHEEL = f"Wheel-Version: 1.0\nGenerator: {NAME}\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


@dataclass(frozen=True, slots=True)
class OwnWheel:
    """The wheel.

    Attributes:
        version: PEP 440.
        data: its bytes.
    """

    version: str
    data: bytes = field(repr=False)

    @property
    def name(self) -> str:
        """Its file name."""
        return f"{NAME}-{self.version}-py3-none-any.whl"

    def locked(self) -> LockedPackage:
        """Return it as a lock names it."""
        digest = hashlib.sha256(self.data).hexdigest()
        file = LockedFile(self.name, digest, len(self.data))
        return LockedPackage(NAME, self.version, None, (file,))


def make(package: Path, distribution: Distribution) -> OwnWheel:
    """Make the wheel; blocks for some hundred milliseconds.

    Args:
        package: the directory of the package, which an editable installation has
            elsewhere than its metadata.
        distribution: whose metadata it gets.

    Raises:
        OSError: a file cannot be read.
    """
    version = distribution.version
    info = f"{NAME}-{version}.dist-info"
    members = dict(_modules(package))
    for name in _KEPT:
        members[f"{info}/{name}"] = (distribution.read_text(name) or "").encode()
    members[f"{info}/WHEEL"] = _WHEEL.encode()
    members[f"{info}/RECORD"] = _record(members, f"{info}/RECORD")
    return OwnWheel(version, _zipped(members))


def _modules(package: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(package.rglob("*")):
        parts = path.relative_to(package).parts
        if _LEFT_OUT & set(parts) or parts[: len(_CONSOLE)] == _CONSOLE or not path.is_file():
            continue
        yield "/".join((NAME, *parts)), path.read_bytes()


def _record(members: Mapping[str, bytes], own: str) -> bytes:
    lines = [f"{name},sha256={_digest(data)},{len(data)}" for name, data in members.items()]
    return "".join(f"{line}\n" for line in [*lines, f"{own},,"]).encode()


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")


def _zipped(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.external_attr, entry.compress_type = _MODE, zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return buffer.getvalue()
