"""What a node says of itself, on the machine that the test runs on."""

import platform
import subprocess
import sysconfig
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from venvoy.agent import facts
from venvoy.agent.facts import Facts, disks, own_libc
from venvoy.domain.platform import Platform

NODE = "0192f0c1-2b3c-7d4e-8f5a-6b7c8d9e0f1a"


def test_a_heartbeat_tells_what_the_machine_is_and_how_it_does(tmp_path: Path) -> None:
    now = datetime(2026, 1, 2, tzinfo=UTC)
    beat = Facts(NODE, 3, "0.13.9", tmp_path, lambda: now, own_libc()).heartbeat(())
    assert (beat.node, beat.boot, beat.at) == (NODE, 3, now)
    assert beat.platform in set(Platform)
    assert beat.libc
    assert beat.libc.split()[0] in {"glibc", "musl"}
    assert beat.cpu_percent is not None
    assert 0 <= beat.cpu_percent <= 100
    assert beat.load is not None
    assert beat.memory_used_bytes is not None
    assert 0 < beat.memory_used_bytes <= beat.memory_bytes
    assert (beat.disks[0].path, beat.disks[0].data) == (str(tmp_path), True)
    assert beat.disks[0].total_bytes == beat.disk_total_bytes


def test_each_file_system_is_named_once_and_the_one_of_the_data_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "unplugged"
    monkeypatch.setattr(facts, "_mounts", lambda: ["/dev", str(tmp_path), str(gone), "/dev"])
    found = disks(tmp_path)
    assert [(disk.path, disk.data) for disk in found] == [(str(tmp_path), True), ("/dev", False)]


@pytest.mark.parametrize(
    ("said", "libc"),
    [
        (b"musl libc (x86_64)\nVersion 1.2.4\nDynamic Program Loader\n", "musl 1.2.4"),
        (b"something else", "musl"),
        (None, "musl"),
    ],
)
def test_the_version_of_musl_is_asked_of_its_loader(
    said: bytes | None, libc: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(command: list[Any], **_: Any) -> subprocess.CompletedProcess[bytes]:
        if said is None:
            raise subprocess.TimeoutExpired(command, 5)
        return subprocess.CompletedProcess(command, 1, b"", said)

    loader = Path("/lib/ld-musl-x86_64.so.1")
    monkeypatch.setattr(sysconfig, "get_config_var", lambda _: "x86_64-linux-musl")
    monkeypatch.setattr(platform, "libc_ver", lambda: ("", ""))
    monkeypatch.setattr(Path, "glob", lambda *_: [loader])
    monkeypatch.setattr(subprocess, "run", run)
    assert own_libc() == libc
