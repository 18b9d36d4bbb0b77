"""Archives of interpreters for tests: small ones that only look like it, and a real one.

A small one has all that is read from an archive (a program's header, the version, links)
and nothing that runs; the real one is an interpreter of this machine, packed as
python-build-standalone packs its `install_only` archives.
"""

import gzip
import io
import os
import struct
import sys
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_LOADERS = {
    "linux-x86_64": (62, b"/lib64/ld-linux-x86-64.so.2\0"),
    "linux-aarch64": (183, b"/lib/ld-linux-aarch64.so.1\0"),
    "musllinux-x86_64": (62, b"/lib/ld-musl-x86_64.so.1\0"),
    "musllinux-aarch64": (183, b"/lib/ld-musl-aarch64.so.1\0"),
}
_LEFT_OUT = {"site-packages", "__pycache__", "test", "tests", "idlelib", "tkinter", "turtledemo"}
_HEADER_BYTES = 64
_ENTRY_BYTES = 56


@dataclass(frozen=True, slots=True)
class Entry:
    """One member: a file with bytes, a symbolic link with a target, or a directory.

    Attributes:
        kind: of `tarfile`, for what is none of these.
    """

    name: str
    data: bytes | None = None
    link: str | None = None
    kind: bytes | None = None
    mode: int = 0o755


def program(platform: str, needs: str = "") -> bytes:
    """Return what the head of an interpreter of a platform looks like.

    Args:
        needs: further bytes, such as `GLIBC_2.17`.
    """
    if platform.startswith("windows"):
        pe = struct.pack("<4sH", b"PE\0\0", 0x8664)
        return b"MZ" + b"\0" * 58 + struct.pack("<I", 64) + pe + needs.encode()
    machine, loader = _LOADERS[platform]
    ident = b"\x7fELF\x02\x01\x01" + b"\0" * 9
    head = ident + struct.pack("<HHIQQQIHHHHHH", 3, machine, 1, 0, 64, 0, 0, 64, 56, 1, 0, 0, 0)
    at = _HEADER_BYTES + _ENTRY_BYTES
    entry = struct.pack("<IIQQQQQQ", 3, 4, at, 0, 0, len(loader), len(loader), 1)
    return head + entry + loader + needs.encode()


def members(
    version: str = "3.12.4", platform: str = "linux-x86_64", needs: str = "GLIBC_2.17"
) -> list[Entry]:
    """Return the members of a small archive."""
    minor = ".".join(version.split(".")[:2])
    header = f'#define PY_VERSION "{version}"\n'.encode()
    if platform.startswith("windows"):
        return [
            Entry("python/"),
            Entry("python/python.exe", program(platform)),
            Entry("python/include/patchlevel.h", header),
        ]
    return [
        Entry("python/"),
        Entry("python/bin/"),
        Entry(f"python/bin/python{minor}", program(platform, needs)),
        Entry("python/bin/python3", link=f"python{minor}"),
        Entry(f"python/include/python{minor}/patchlevel.h", header),
    ]


def packed(entries: Iterable[Entry]) -> bytes:
    """Return members as a `.tar.gz`; the same ones always give the same bytes."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as archive:
        for entry in entries:
            archive.addfile(_info(entry), io.BytesIO(entry.data or b""))
    return gzip.compress(plain.getvalue(), compresslevel=1, mtime=0)


def small_archive(
    version: str = "3.12.4", platform: str = "linux-x86_64", needs: str = "GLIBC_2.17"
) -> bytes:
    """Return an archive of an interpreter that has everything but an interpreter."""
    return packed(members(version, platform, needs))


def pack_interpreter(to: Path, prefix: Path | None = None) -> Path:
    """Pack an interpreter of this machine; takes some seconds.

    Args:
        to: the file to write.
        prefix: its installation, that of the running one when absent.
    """
    root = prefix or Path(sys.base_prefix)
    library = next(iter(sorted(root.glob("lib/python3*"))))
    programs = sorted(root.glob("bin/python3*"))
    with tarfile.open(to, "w:gz", compresslevel=1) as archive:
        for path in programs:
            if path.name in {"python3", library.name}:
                archive.add(path, f"python/bin/{path.name}")
        for part in (root / "include" / library.name, library, *root.glob("lib/libpython*.so*")):
            if part.exists():
                archive.add(part, f"python/{part.relative_to(root).as_posix()}", filter=_kept)
    return to


def interpreter(minor: str) -> Path | None:
    """Return the installation of another interpreter of this machine, None without one."""
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    found = sorted(root.glob(f"{minor}.*/bin/python{minor}")) if root.is_dir() else []
    return found[-1].parent.parent if found else None


def _kept(info: tarfile.TarInfo) -> tarfile.TarInfo | None:
    name = Path(info.name).name
    left_out = name in _LEFT_OUT or name.startswith("config-") or name.endswith((".a", ".pyc"))
    return None if left_out else info


def _info(entry: Entry) -> tarfile.TarInfo:
    info = tarfile.TarInfo(entry.name.rstrip("/"))
    info.mode = entry.mode
    if entry.kind is not None:
        info.type, info.linkname = entry.kind, entry.link or ""
    elif entry.link is not None:
        info.type, info.linkname = tarfile.SYMTYPE, entry.link
    elif entry.data is None:
        info.type = tarfile.DIRTYPE
    info.size = len(entry.data or b"") if info.isreg() else 0
    return info
