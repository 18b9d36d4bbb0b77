"""Wheels made of what is installed beside this code, for an index that needs no network.

What a distribution put onto the disk goes back into a wheel of the same name and tag,
so a controller whose only index is the test's can make an agent whole.
"""

import base64
import hashlib
import io
import zipfile
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution

from packaging.requirements import Requirement
from packaging.tags import parse_tag
from packaging.utils import canonicalize_name

from venvoy.testing.wheels import MadeFile

_SCRIPTS = "bin"


def closure(name: str) -> list[MadeFile]:
    """Return wheels of all that a distribution needs here, itself left out."""
    found: dict[str, Distribution] = {}
    waiting = list(_required(distribution(name), frozenset()))
    while waiting:
        wanted = waiting.pop()
        key = canonicalize_name(wanted.name)
        here = distribution(key)
        if key not in found or wanted.extras:
            found[key] = here
            waiting += _required(here, frozenset(wanted.extras))
    return [repacked(each) for _, each in sorted(found.items())]


def repacked(of: Distribution) -> MadeFile:
    """Return the wheel that a distribution was installed from, as far as it can be told."""
    told = of.read_text("WHEEL") or ""
    tags = [line.partition(": ")[2] for line in told.splitlines() if line.startswith("Tag: ")]
    base = canonicalize_name(of.name).replace("-", "_")
    info = f"{base}-{of.version}.dist-info"
    members = dict(_members(of, base, info))
    lines = [f"{path},sha256={_digest(data)},{len(data)}" for path, data in members.items()]
    members[f"{info}/RECORD"] = "".join(
        f"{line}\n" for line in [*lines, f"{info}/RECORD,,"]
    ).encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:  # stored: packing costs more than it saves
        for path, data in members.items():
            entry = zipfile.ZipInfo(path)
            entry.external_attr = 0o100755 << 16
            archive.writestr(entry, data)
    metadata = members[f"{info}/METADATA"]
    name = f"{base}-{of.version}-{_tag(tags)}.whl"
    return MadeFile(name, buffer.getvalue(), metadata, of.metadata["Requires-Python"])


def _required(of: Distribution, extras: frozenset[str]) -> Iterator[Requirement]:
    for line in of.requires or ():
        requirement = Requirement(line)
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": each}) for each in {"", *extras}):
            yield requirement


def _members(of: Distribution, base: str, info: str) -> Iterator[tuple[str, bytes]]:
    scripts = {each.name for each in of.entry_points if each.group == "console_scripts"}
    for path in of.files or ():
        parts = path.parts
        if parts[0] == ".." and parts[-2] == _SCRIPTS and parts[-1] not in scripts:
            yield f"{base}-{of.version}.data/scripts/{parts[-1]}", path.read_binary()
        elif parts[0] != ".." and path.suffix != ".pyc" and parts[-1] not in _MADE:
            inside = parts[1:] if parts[0].endswith(".dist-info") else None
            name = "/".join((info, *inside)) if inside else "/".join(parts)
            yield name, path.read_binary()


_MADE = frozenset({"RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json"})
"""What installers add."""


def _tag(tags: list[str]) -> str:
    """Return the compressed set of tags, as a file name has it."""
    parsed = [tag for each in tags for tag in parse_tag(each)]
    kinds = ("interpreter", "abi", "platform")
    return "-".join(".".join(sorted({getattr(tag, kind) for tag in parsed})) for kind in kinds)


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
