"""What this node is and how it is doing: the heartbeat's content."""

import os
import platform as system
import re
import shutil
import subprocess
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import psutil

from venvoy import __version__
from venvoy.agent.rights import Access, Found
from venvoy.domain.platform import Platform
from venvoy.wire.messages import DiskFact, Heartbeat, InterpreterFact, RightsFact

_DISKS = 16
"""File systems that are told of; a machine of containers has hundreds of mounts."""
_LOADER_S = 5.0
_MUSL_VERSION = re.compile(r"^Version (\d+(?:\.\d+)+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Facts:
    """What does not change while the agent runs.

    Attributes:
        boot: number of this start.
        data: a directory on the disk that fills.
        libc: as `own_libc` returns it, which may have to ask.
        instance: which run of the agent this is.
        access: the rights file, read at every beat.
    """

    node: str
    boot: int
    uv_version: str
    data: Path
    now: Callable[[], datetime]
    libc: str | None
    instance: str | None = None
    access: Access = field(default_factory=Access)

    def heartbeat(self, interpreters: tuple[InterpreterFact, ...]) -> Heartbeat:
        """Return a sign of life as of this moment."""
        disk = shutil.disk_usage(self.data)
        memory = psutil.virtual_memory()
        return Heartbeat(
            node=self.node,
            at=self.now(),
            boot=self.boot,
            agent_version=__version__,
            uv_version=self.uv_version,
            platform=own_platform(),
            libc=self.libc,
            hostname=system.node(),
            cpus=os.cpu_count() or 1,
            memory_bytes=memory.total,
            disk_free_bytes=disk.free,
            disk_total_bytes=disk.total,
            interpreters=interpreters,
            disks=disks(self.data),
            cpu_percent=psutil.cpu_percent(interval=None),
            load=own_load(),
            memory_used_bytes=memory.total - memory.available,
            instance=self.instance,
            rights=rights_fact(self.access.found()),
        )


def rights_fact(found: Found) -> RightsFact:
    """Return what is told of this machine's rights."""
    error = found.error
    return RightsFact(
        file=None if found.file is None else str(found.file),
        users=found.rights.users,
        groups=found.rights.groups,
        run=found.rights.run,
        run_as=found.rights.run_as,
        checks=found.rights.checks,
        checks_as=found.rights.checks_as,
        hooks=found.rights.hooks,
        hooks_as=found.rights.hooks_as,
        hook_units=found.rights.hook_units,
        error="" if error is None else error.code,
        params={} if error is None else dict(error.params),
    )


def disks(data: Path) -> tuple[DiskFact, ...]:
    """Return the file systems of disks, that of `data` first, each once.

    One that cannot be asked (a network share that hangs is not listed as a disk) is
    left out.
    """
    found: dict[int, DiskFact] = {}
    for path in (str(data), *_mounts()):
        try:
            device, room = Path(path).stat().st_dev, shutil.disk_usage(path)
        except OSError:
            continue
        if device in found or len(found) >= _DISKS:
            continue
        found[device] = DiskFact(
            path=path, total_bytes=room.total, free_bytes=room.free, data=not found
        )
    return tuple(found.values())


def _mounts() -> list[str]:
    try:
        return sorted(each.mountpoint for each in psutil.disk_partitions(all=False))
    except (OSError, RuntimeError):
        return []


def own_load() -> float | None:
    """Return the mean number of processes that ran or waited to, over the last minute."""
    try:
        return psutil.getloadavg()[0]
    except OSError:
        return None


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
    """Return the C library and its version, such as `glibc 2.36` or `musl 1.2.4`.

    musl's version is known to its loader alone, which says it when it is run without
    a program.
    """
    name, version = system.libc_ver()
    if name:
        return f"{name} {version}"
    return _musl() if _is_musl() else None


def _musl() -> str:
    for loader in sorted(Path("/lib").glob("ld-musl-*.so.1")):
        try:
            said = subprocess.run([loader], capture_output=True, check=False, timeout=_LOADER_S)
        except (OSError, subprocess.SubprocessError):
            continue
        found = _MUSL_VERSION.search(said.stderr.decode(errors="replace"))
        if found:
            return f"musl {found[1]}"
    return "musl"


def _is_musl() -> bool:
    return "musl" in str(sysconfig.get_config_var("HOST_GNU_TYPE") or "")
