"""The embedded server is started once, kept alive, and ended with its owner."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from venvoy.bus import process as server_process
from venvoy.bus.configuration import Layout
from venvoy.bus.jetstream import JetStream
from venvoy.bus.process import find_binary
from venvoy.bus.server import (
    ServerEnded,
    ServerEvent,
    ServerRetry,
    ServerStarted,
    ServerStorageFailed,
)
from venvoy.bus.streams import DesiredState, ensure_streams
from venvoy.domain.errors import Conflict, TimedOut, Unavailable
from venvoy.testing.fleet import WAIT_S, Fleet, running_fleet, until, until_equal
from venvoy.wire import subjects

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help is Linux'")
root_only = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="mounts and other users need root"
)
KEY = subjects.desired_key(
    "0190a0b0-0000-7000-8000-000000000001", "0190a0b0-0000-7000-8000-000000000002"
)


def servers_in(data: Path) -> list[int]:
    """The ids of all nats-server processes that serve below a directory."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if any(str(data) in word for word in process.cmdline()[1:]) and (
                "nats-server" in process.name()
            ):
                found.append(process.pid)
    return found


@contextlib.contextmanager
def taken_port() -> Iterator[int]:
    """A port that somebody else listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def free_port() -> int:
    with taken_port() as port:
        return port


def script(data: Path, body: str) -> list[str]:
    """A Python process with a started fleet, as `venvoy up` would be one."""
    program = f"""
        import asyncio, os, sys
        from pathlib import Path
        from venvoy.domain.errors import VenvoyError
        from venvoy.testing.fleet import Fleet, running_fleet
        async def main():
            data = Path({str(data)!r})
        """
    whole = textwrap.dedent(program) + textwrap.indent(textwrap.dedent(body), "    ")
    return [sys.executable, "-c", f"{whole}\nasyncio.run(main())"]


SERVE = """
async with running_fleet(data) as fleet:
    print(fleet.server.pid, flush=True)
    await asyncio.Event().wait()
"""


async def test_it_is_ready_when_started_and_gone_when_stopped(tmp_path: Path) -> None:
    fleet = Fleet(tmp_path)
    with pytest.raises(Unavailable, match="nats-not-started"):
        _ = fleet.server.url
    async with fleet.server:
        assert servers_in(tmp_path) == [fleet.server.pid]
        async with fleet.controller() as controller:
            assert controller.link.connected
    assert servers_in(tmp_path) == []
    assert [type(event) for event in fleet.server_events] == [ServerStarted]
    await fleet.server.stop()


async def test_any_port_stays_the_same(tmp_path: Path) -> None:
    ports = set()
    for _ in range(3):
        async with running_fleet(tmp_path) as fleet:
            ports.add(fleet.server.port)
    assert len(ports) == 1


async def test_any_port_gives_way_to_who_took_it(tmp_path: Path) -> None:
    async with running_fleet(tmp_path) as fleet:
        before = fleet.server.port
    with socket.create_server(("127.0.0.1", before)):
        async with running_fleet(tmp_path) as fleet:
            assert fleet.server.port != before
            after = fleet.server.port
    async with running_fleet(tmp_path) as fleet:
        assert fleet.server.port == after


async def test_a_given_port_is_used(tmp_path: Path) -> None:
    port = free_port()
    async with running_fleet(tmp_path, port) as fleet:
        assert fleet.server.url == f"nats://127.0.0.1:{port}"


async def test_a_port_in_use_is_said(tmp_path: Path) -> None:
    with taken_port() as port:
        with pytest.raises(Conflict, match="nats-port-in-use") as caught:
            async with running_fleet(tmp_path, port):
                pass
        assert caught.value.params["port"] == port
    assert servers_in(tmp_path) == []
    # Nothing is left that would hinder the next start.
    async with running_fleet(tmp_path, port):
        pass


async def test_another_fleet_s_server_on_the_port_is_not_taken_for_one_s_own(
    tmp_path: Path,
) -> None:
    async with running_fleet(tmp_path / "a") as first:
        with pytest.raises(Conflict, match="nats-port-in-use"):
            async with running_fleet(tmp_path / "b", first.server.port):
                pass


async def test_two_on_one_directory_are_refused(fleet: Fleet, tmp_path: Path) -> None:
    with pytest.raises(Conflict, match="nats-store-in-use"):
        async with running_fleet(tmp_path):
            pass
    attempt = """
    try:
        async with running_fleet(data):
            print("started")
    except VenvoyError as error:
        print(error.code)
    """
    process = await asyncio.create_subprocess_exec(
        *script(tmp_path, attempt), stdout=subprocess.PIPE
    )
    said, _ = await asyncio.wait_for(process.communicate(), WAIT_S)
    assert said.decode().strip() == "nats-store-in-use"
    async with fleet.controller() as controller:
        assert controller.link.connected


async def test_a_killed_server_comes_back_with_its_data(fleet: Fleet) -> None:
    port, pid = fleet.server.port, fleet.server.pid
    async with fleet.controller() as controller:
        jetstream = fleet.jetstream(controller)
        await ensure_streams(jetstream)
        desired = DesiredState(jetstream)
        revision = await desired.put_desired(KEY, b"kept", 0)
        await fleet.kill_server()
        await until(lambda: not controller.link.connected)
        await controller.link.wait_connected(WAIT_S)
        entry = await desired.read_desired(KEY)
        assert entry is not None
        assert (entry.value, entry.revision) == (b"kept", revision)
    assert fleet.server.port == port
    assert fleet.server.pid != pid
    kinds = [type(event) for event in fleet.server_events]
    assert kinds == [ServerStarted, ServerEnded, ServerStarted]
    assert fleet.server_events[1] == ServerEnded(-signal.SIGKILL)


async def test_a_server_killed_again_and_again_comes_back(fleet: Fleet) -> None:
    for _ in range(4):
        await fleet.kill_server()
        await until(lambda: fleet.server.pid is not None)
    async with fleet.controller() as controller:
        assert controller.link.connected


async def test_a_start_that_fails_is_tried_again(fleet: Fleet) -> None:
    port = fleet.server.port
    with contextlib.ExitStack() as stack:

        def taken() -> bool:
            with contextlib.suppress(OSError):
                stack.enter_context(socket.create_server(("127.0.0.1", port)))
                return True
            return False

        # Whoever comes first has the port: kill the server until that is not the server.
        while not taken():
            pid = fleet.server.pid
            # Its end may be known to the system before it is known here.
            with contextlib.suppress(ProcessLookupError):
                if pid is not None:
                    os.kill(pid, signal.SIGKILL)
            await asyncio.sleep(0)
        await until(lambda: retries(fleet))
        retry = retries(fleet)[0]
        assert retry.error.code == "nats-port-in-use"
        assert 0 < retry.pause_s <= 5
    await until(lambda: fleet.server.pid is not None)
    async with fleet.controller() as controller:
        assert controller.link.connected


async def test_no_mistake_ends_the_watch_over_the_server(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug in a start is one more failed start, as health is told."""

    def broken() -> Path:
        raise ValueError("a bug\nin two lines")

    monkeypatch.setattr(server_process, "find_binary", broken)
    await fleet.kill_server()
    await until(lambda: retries(fleet))
    assert retries(fleet)[0].error.code == "nats-start-failed"
    assert retries(fleet)[0].error.params == {"reason": "a bug in two lines"}
    monkeypatch.undo()
    await until(lambda: fleet.server.pid is not None)


async def test_a_listener_that_fails_does_not_end_the_watch(tmp_path: Path) -> None:
    fleet = Fleet(tmp_path)
    told: list[ServerEvent] = []

    def listener(event: ServerEvent) -> None:
        told.append(event)
        raise OSError("the log is full")

    fleet.server._on_event = listener
    async with fleet.server:
        await fleet.kill_server()
        await until(lambda: fleet.server.pid is not None)
    assert [type(event) for event in told] == [ServerStarted, ServerEnded, ServerStarted]


async def test_stopping_ends_a_server_that_hangs(tmp_path: Path) -> None:
    fleet = Fleet(tmp_path)
    fleet.server._grace_s = 0.2
    async with fleet.server:
        assert fleet.server.pid is not None
        os.kill(fleet.server.pid, signal.SIGSTOP)
    assert servers_in(tmp_path) == []


@linux_only
async def test_no_orphan_after_kill_9_of_the_owner(tmp_path: Path) -> None:
    owner = await asyncio.create_subprocess_exec(*script(tmp_path, SERVE), stdout=subprocess.PIPE)
    assert owner.stdout is not None
    server = int(await asyncio.wait_for(owner.stdout.readline(), WAIT_S))
    assert servers_in(tmp_path) == [server]
    owner.kill()
    await owner.wait()
    await until(lambda: servers_in(tmp_path) == [])
    async with running_fleet(tmp_path) as fleet:
        assert fleet.server.pid != server


@linux_only
async def test_ctrl_c_in_the_terminal_reaches_the_owner_only(tmp_path: Path) -> None:
    async with running_fleet(tmp_path) as fleet:
        assert fleet.server.pid is not None
        assert os.getpgid(fleet.server.pid) != os.getpgid(0)


async def test_a_leftover_of_this_directory_is_ended(tmp_path: Path) -> None:
    """Where the kernel does not end the server with its owner, the next start does."""
    async with running_fleet(tmp_path):
        pass
    layout = Layout(tmp_path / "nats")
    leftover = await asyncio.create_subprocess_exec(
        str(find_binary()), "-c", str(layout.configuration)
    )
    created = psutil.Process(leftover.pid).create_time()
    layout.process.write_text(json.dumps({"pid": leftover.pid, "created": created}))
    async with running_fleet(tmp_path) as fleet:
        assert servers_in(tmp_path) == [fleet.server.pid]
    await asyncio.wait_for(leftover.wait(), WAIT_S)


@pytest.mark.parametrize("shift_s", [0, 100])
async def test_a_process_that_only_has_the_number_is_left_alone(
    tmp_path: Path, shift_s: float
) -> None:
    """Another program under a recycled id, or another time's server."""
    layout = Layout(tmp_path / "nats")
    layout.root.mkdir()
    words = [str(layout.configuration)] if shift_s else []
    bystander = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "import time; time.sleep(600)", *words
    )
    try:
        created = psutil.Process(bystander.pid).create_time() - shift_s
        layout.process.write_text(json.dumps({"pid": bystander.pid, "created": created}))
        async with running_fleet(tmp_path):
            assert bystander.returncode is None
            assert psutil.Process(bystander.pid).is_running()
    finally:
        bystander.kill()
        await bystander.wait()


@pytest.mark.parametrize("note", ["", "{}", "[]", '{"pid": "x"}', '{"pid": -1, "created": 0}'])
async def test_a_damaged_note_hinders_nothing(tmp_path: Path, note: str) -> None:
    layout = Layout(tmp_path / "nats")
    layout.root.mkdir()
    layout.process.write_text(note)
    layout.port.write_text(note)
    async with running_fleet(tmp_path) as fleet:
        assert fleet.server.pid is not None


async def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "nats").write_text("")
    with pytest.raises(Unavailable, match="bus-file-failed") as caught:
        async with running_fleet(tmp_path):
            pass
    assert caught.value.params["path"] == str(tmp_path / "nats")


async def test_what_the_server_says_is_the_reason(tmp_path: Path) -> None:
    async with running_fleet(tmp_path):
        pass
    (tmp_path / "nats" / "js" / "jetstream").rename(tmp_path / "aside")
    (tmp_path / "nats" / "js" / "jetstream").write_text("in the way")
    with pytest.raises(Unavailable, match="nats-start-failed") as caught:
        async with running_fleet(tmp_path):
            pass
    assert "jetstream" in str(caught.value.params["reason"]).lower()


@linux_only
@root_only
async def test_a_read_only_directory_is_said(tmp_path: Path) -> None:
    attempt = """
    fleet = Fleet(data)
    os.chmod(data, 0o755)
    os.chmod(data / "keys", 0o755)
    for file in (data / "keys").iterdir():
        os.chown(file, 65534, 65534)
    os.chown(data / "keys", 65534, 65534)
    os.setuid(65534)
    try:
        async with fleet.server:
            print("started")
    except VenvoyError as error:
        print(error.code, error.params["path"])
    """
    # Other users must get as far as the directory itself.
    parents = [parent for parent in tmp_path.parents if parent.stat().st_uid == 0]
    modes = {parent: parent.stat().st_mode for parent in parents}
    try:
        for parent, mode in modes.items():
            parent.chmod(mode | 0o011)
        process = await asyncio.create_subprocess_exec(
            *script(tmp_path, attempt), stdout=subprocess.PIPE
        )
        said, _ = await asyncio.wait_for(process.communicate(), WAIT_S)
    finally:
        for parent, mode in modes.items():
            parent.chmod(mode & 0o7777)
    assert said.decode().split() == ["bus-directory-read-only", str(tmp_path / "nats")]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 512 KiB."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=512k", "none", str(place)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("mounting is not allowed here")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


@linux_only
@root_only
async def test_a_full_disk_at_the_start_is_said(small_disk: Path) -> None:
    fleet = Fleet(small_disk)
    with contextlib.suppress(OSError), (small_disk / "ballast").open("wb") as ballast:
        while True:
            ballast.write(b"x" * 4096)
            ballast.flush()
    with pytest.raises(Unavailable, match="bus-disk-full"):
        async with fleet.server:
            pass


@linux_only
@root_only
async def test_a_disk_that_fills_up_is_said_and_mended(small_disk: Path) -> None:
    async with running_fleet(small_disk) as fleet, fleet.controller() as controller:
        jetstream = JetStream(controller.link, timeout_s=1)
        await ensure_streams(jetstream)
        desired = DesiredState(jetstream)
        await desired.put_desired(KEY, b"first", 0)
        ballast = small_disk / "ballast"
        with contextlib.suppress(OSError), ballast.open("wb") as file:
            while True:
                file.write(b"x" * 512)
                file.flush()

        with pytest.raises(TimedOut, match="bus-timeout"):
            await desired.put_desired(KEY, os.urandom(8192), 1)
        await until(lambda: storage_failures(fleet))
        assert storage_failures(fleet)[0].error.code == "bus-disk-full"
        pid = fleet.server.pid
        ballast.unlink()
        await until(lambda: fleet.server.pid not in {pid, None})

        async def written() -> bool:
            try:
                entry = await desired.read_desired(KEY)
                return await desired.put_desired(KEY, b"mended", entry.revision if entry else 0) > 0
            except Unavailable:
                return False

        await until_equal(written, True)
        entry = await desired.read_desired(KEY)
        assert entry is not None
        assert entry.value == b"mended"
    assert len(storage_failures(fleet)) == 1


def retries(fleet: Fleet) -> list[ServerRetry]:
    return [event for event in fleet.server_events if isinstance(event, ServerRetry)]


def storage_failures(fleet: Fleet) -> list[ServerStorageFailed]:
    return [event for event in fleet.server_events if isinstance(event, ServerStorageFailed)]
