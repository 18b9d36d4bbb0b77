"""For which platform a program was made, read from its own first bytes.

ELF as of the System V ABI (gABI 4.1), PE as of the PE/COFF specification. A program that
an archive brings is never run to learn this.
"""

import re
import struct
from collections.abc import Iterable

from venvoy.domain.platform import Platform

HEAD = 65_536
"""How many bytes of a program are enough."""
_ELF = b"\x7fELF\x02\x01"  # 64 bits, little endian
_ELF_MACHINES = {62: "x86_64", 183: "aarch64"}
_PE_X86_64 = 0x8664
_PT_INTERP = 3
_GLIBC = re.compile(rb"GLIBC_(\d{1,3})\.(\d{1,3})")
GLIBC_LONGEST = 13
"""Bytes that a name of a version may take: what two pieces of a file must share."""


def platform_of(head: bytes) -> Platform | None:
    """Return the platform of a program, None where it is none that Venvoy knows.

    Args:
        head: its first `HEAD` bytes, or all of it.
    """
    try:
        if head.startswith(_ELF):
            return _of_elf(head)
        if head.startswith(b"MZ"):
            return _of_pe(head)
    except struct.error:  # cut off
        pass
    return None


def glibc_in(data: bytes) -> Iterable[tuple[int, int]]:
    """Return the versions of glibc that a piece of a program names as its needs."""
    return ((int(found[1]), int(found[2])) for found in _GLIBC.finditer(data))


def _of_elf(head: bytes) -> Platform | None:
    machine = _ELF_MACHINES.get(struct.unpack_from("<H", head, 18)[0])
    start = struct.unpack_from("<Q", head, 32)[0]
    size, count = struct.unpack_from("<HH", head, 54)
    for at in range(count):
        entry = start + at * size
        kind = struct.unpack_from("<I", head, entry)[0]
        if machine and kind == _PT_INTERP:
            place = struct.unpack_from("<Q", head, entry + 8)[0]
            length = struct.unpack_from("<Q", head, entry + 32)[0]
            loader = head[place : place + length]
            if not 0 < len(loader) == length:
                return None
            family = "musllinux" if b"ld-musl" in loader else "linux"
            return Platform(f"{family}-{machine}")
    return None


def _of_pe(head: bytes) -> Platform | None:
    at = struct.unpack_from("<I", head, 0x3C)[0]
    machine = struct.unpack_from("<H", head, at + 4)[0]
    whole = head[at : at + 4] == b"PE\0\0" and machine == _PE_X86_64
    return Platform.WINDOWS_X86_64 if whole else None
