"""Disks that are full or read-only, and ports that are taken: clear errors, no damage."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from venvoy.testing.damage import installed, lost_directories, missing_files
from venvoy.testing.index import LocalIndex
from venvoy.testing.installation import VENVOY, Installation, until
from venvoy.testing.wheels import make_wheel
from venvoy.wire.environments import Replica
from venvoy.wire.problems import CauseView

SIZE = 96 * 1024 * 1024


def mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True, capture_output=True)


@pytest.fixture
def small(index: LocalIndex, tmp_path: Path) -> Iterator[Installation]:
    """An installation whose data directory is a small file system of its own."""
    data = tmp_path / "small"
    data.mkdir()
    if shutil.which("mount") is None or os.geteuid() != 0:
        pytest.skip("only root can mount a small file system")
    try:
        mount("-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(data))
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no file system can be mounted here: {error.stderr.decode().strip()}")
    installation = Installation(data, index.simple)
    try:
        yield installation
        installation.stop()
        assert installation.leftovers() == []
    finally:
        installation.stop()
        subprocess.run(["umount", "--lazy", str(data)], check=True)


def fill(data: Path, *, but: int) -> Path:
    """Take all space but so many bytes, though others write meanwhile."""
    ballast = data / "ballast"
    with ballast.open("wb", buffering=0) as stream, suppress(OSError):
        while (left := shutil.disk_usage(data).free - but) > 0:
            stream.write(bytes(min(left, 1024 * 1024)))
    return ballast


def replica(installation: Installation, name: str) -> Replica:
    with installation.client() as client:
        return client.environment(name).replicas[0]


def failure(installation: Installation, name: str) -> CauseView:
    """The cause that a replica tells, once it tells one."""
    with installation.client() as client:
        until(lambda: client.environment(name).replicas[0].cause, what="the cause is told")
        cause = client.environment(name).replicas[0].cause
    assert cause is not None
    return cause


def refused_start(installation: Installation, **variables: str) -> tuple[int, str]:
    """Exit code and words of a `venvoy up` that cannot start."""
    done = subprocess.run(
        [VENVOY, "up"],
        env={**installation.environment, **variables},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


def test_a_full_disk_leaves_what_works_and_heals(small: Installation, index: LocalIndex) -> None:
    index.add(make_wheel("huge", payload=20_000_000))
    small.up()
    small.cli("env", "create", "web", "-p", "alpha", "--wait")
    ballast = fill(small.data, but=8_000_000)
    small.cli("env", "edit", "web", "--add", "huge")
    cause = failure(small, "web")
    assert cause.code in {"disk-too-small", "disk-full", "file-disk-full"}
    assert "free space" in cause.remedy
    assert installed(small.live("web")) == {"alpha": "1.0"}
    assert missing_files(small.live("web")) == []
    assert small.cli("run", "web", "--", "python", "-c", "import alpha").returncode == 0
    ballast.unlink()
    build = small.json("operation", "list", "--env", "web")["items"][0]
    small.cli("operation", "retry", build["id"])
    small.until_ready("web", 2)
    assert missing_files(small.live("web")) == []
    small.stop()
    assert lost_directories(small) == []


def test_a_disk_that_fills_up_entirely_stops_nothing_for_good(small: Installation) -> None:
    small.up()
    small.cli("env", "create", "web", "-p", "alpha", "--wait")
    ballast = fill(small.data, but=0)
    refused = small.cli("env", "edit", "web", "--add", "beta", check=False)
    assert refused.returncode != 0
    assert "no space is left" in refused.stderr
    assert small.cli("run", "web", "--", "python", "-c", "import alpha").returncode == 0
    ballast.unlink()
    until(lambda: edited(small), seconds=60, what="edits work again")
    small.until_ready("web", 2, seconds=90)
    small.stop()
    assert lost_directories(small) == []


def edited(installation: Installation) -> bool:
    return installation.cli("env", "edit", "web", "--add", "beta", check=False).returncode == 0


def test_a_read_only_data_directory_is_named(small: Installation) -> None:
    small.up()
    small.cli("env", "create", "web", "-p", "alpha", "--wait")
    small.stop()
    mount("-o", "remount,ro", str(small.data))
    code, words = refused_start(small)
    assert code != 0
    assert f"`{small.data}" in words
    assert "cannot be written" in words
    assert "VENVOY_DATA" in words
    mount("-o", "remount,rw", str(small.data))
    small.up()
    small.until_ready("web", 1)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "port {port} is in use by another program"), ("zh-CN", "端口 {port}")],
)
def test_a_port_in_use_is_named(tmp_path: Path, language: str, words: str) -> None:
    installation = Installation(tmp_path / "data", "http://127.0.0.1:9/simple/")
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = str(taken.getsockname()[1])
        code, said = refused_start(installation, VENVOY_PORT=port, VENVOY_LANG=language)
    assert code != 0
    assert words.format(port=port) in said
    assert "--port" in said
    assert installation.leftovers() == []
