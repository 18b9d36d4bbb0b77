"""What this node is: its platform, its room, its interpreters; the heartbeat's content."""

import os
import platform as system
import shutil
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psutil

from venvoy import __version__
from venvoy.agent.interpreters import LocalInterpreter
from venvoy.domain.platform import Platform
from venvoy.wire.messages import Heartbeat


@dataclass(frozen=True, slots=True)
class Facts:
    """What does not change while the agent runs.

    Attributes:
        boot: number of this start.
        data: a directory on the disk that fills.
    """

    node: str
    boot: int
    uv_version: str
    data: Path
    now: Callable[[], datetime]

    def heartbeat(self, interpreters: tuple[LocalInterpreter, ...]) -> Heartbeat:
        """Return a sign of life as of this moment."""
        disk = shutil.disk_usage(self.data)
        return Heartbeat(
            node=self.node,
            at=self.now(),
            boot=self.boot,
            agent_version=__version__,
            uv_version=self.uv_version,
            platform=own_platform(),
            libc=own_libc(),
            hostname=system.node(),
            cpus=os.cpu_count() or 1,
            memory_bytes=psutil.virtual_memory().total,
            disk_free_bytes=disk.free,
            disk_total_bytes=disk.total,
            interpreters=tuple(interpreter.fact for interpreter in interpreters),
        )


def own_platform() -> str:
    """Return this machine's `Platform`, or the system's own words for an unknown one."""
    machine = system.machine().lower()
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(machine, machine)
    family = system.system().lower()
    if family == "linux" and _is_musl():
        family = "musllinux"
    name = f"{family}-{machine}"
    return Platform(name).value if name in set(Platform) else name


def own_libc() -> str | None:
    """Return the C library and its version, such as `glibc 2.36`."""
    name, version = system.libc_ver()
    if name:
        return f"{name} {version}"
    return "musl" if _is_musl() else None


def _is_musl() -> bool:
    return "musl" in str(sysconfig.get_config_var("HOST_GNU_TYPE") or "")
