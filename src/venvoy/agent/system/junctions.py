"""Junctions: the stable path on Windows, where symlinks need a privilege.

A junction is a directory with a reparse point. Writing another one over it changes
where it leads in one step, so that no moment is without a stable path. The layout is
`REPARSE_DATA_BUFFER` of <ntifs.h>.
"""

import secrets
import struct
from pathlib import Path

from venvoy.agent.system.kernel32 import set_reparse_point
from venvoy.agent.system.paths import extended, plain
from venvoy.domain.errors import Conflict

_MOUNT_POINT = 0xA000_0003
_HEADER, _NAMES = struct.Struct("<LHH"), struct.Struct("<HHHH")
_LONGEST = 16_384


class Junctions:
    """`Links` by junction."""

    def read(self, path: Path) -> Path | None:
        """See `Links.read`."""
        try:
            return Path(plain(str(path.readlink())))
        except FileNotFoundError:
            return None
        except OSError as error:
            if path.exists():
                raise Conflict("stable-path-occupied", path=str(path)) from error
            raise

    def point(self, path: Path, target: Path) -> None:
        """See `Links.point`."""
        if self.read(path) is not None:
            _lead(path, target)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.parent / f".{path.name}.{secrets.token_hex(4)}"
        beside.mkdir()
        try:
            _lead(beside, target)
            beside.rename(path)
        except BaseException:
            beside.rmdir()
            raise

    def remove(self, path: Path) -> None:
        """See `Links.remove`."""
        if self.read(path) is not None:
            path.rmdir()  # the junction, not what it leads to


def reparse_point(target: str) -> bytes:
    """Return what makes a directory lead to `target`, an absolute path.

    Raises:
        ValueError: the path is longer than a reparse point holds.
    """
    shown = plain(target)
    real = "\\??\\" + extended(shown)[4:]
    first, second = (text.encode("utf-16-le") for text in (real, shown))
    names = _NAMES.pack(0, len(first), len(first) + 2, len(second))
    data = names + first + b"\0\0" + second + b"\0\0"
    if _HEADER.size + len(data) > _LONGEST:
        raise ValueError(f"too long for a junction: {target}")
    return _HEADER.pack(_MOUNT_POINT, len(data), 0) + data


def leads_to(buffer: bytes) -> str:
    """Return where a reparse point leads: the reverse of `reparse_point`.

    Raises:
        ValueError: it is no junction's.
    """
    tag, length, _ = _HEADER.unpack_from(buffer)
    if tag != _MOUNT_POINT or length != len(buffer) - _HEADER.size:
        raise ValueError("no junction")
    start, size, _, _ = _NAMES.unpack_from(buffer, _HEADER.size)
    begin = _HEADER.size + _NAMES.size + start
    return plain(buffer[begin : begin + size].decode("utf-16-le"))


def _lead(path: Path, target: Path) -> None:
    set_reparse_point(extended(str(path)), reparse_point(str(target)))
