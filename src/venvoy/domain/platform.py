"""The platforms that a lock can hold for, and which wheels fit them.

Wheel tags: https://packaging.python.org/specifications/platform-compatibility-tags/
"""

from enum import StrEnum


class Platform(StrEnum):
    """An operating system, a C library and a processor."""

    LINUX_X86_64 = "linux-x86_64"
    LINUX_AARCH64 = "linux-aarch64"
    MUSLLINUX_X86_64 = "musllinux-x86_64"
    MUSLLINUX_AARCH64 = "musllinux-aarch64"
    WINDOWS_X86_64 = "windows-x86_64"


def fits(platform_tag: str, platform: Platform) -> bool:
    """Whether a wheel with this platform tag can run on `platform`.

    The C library's version is not compared here: a node does that when it installs.

    Args:
        platform_tag: one tag of a wheel's name (not a dotted set), such as
            `manylinux_2_17_x86_64`, `win_amd64` or `any`.
    """
    if platform_tag == "any":
        return True
    if platform is Platform.WINDOWS_X86_64:
        return platform_tag == "win_amd64"
    family, _, machine = platform.value.partition("-")
    if not platform_tag.endswith(f"_{machine}"):
        return False
    if family == "musllinux":
        return platform_tag.startswith("musllinux_")
    return platform_tag.startswith(("manylinux", "linux_"))
