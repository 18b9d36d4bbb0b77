"""What `venvoy up` refuses before it starts anything, and what it keeps."""

import asyncio
import os
import signal
import socket
import stat
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from venvoy.api import identity, ports
from venvoy.api.clifile import ensure_cli_file
from venvoy.api.datadir import claimed
from venvoy.api.server import run_up
from venvoy.api.signals import until_signal
from venvoy.bus.nodekey import SEED_FILE
from venvoy.config import ControllerSettings
from venvoy.controller.reach import Reach
from venvoy.domain.errors import Conflict, InvalidInput, Unavailable
from venvoy.testing.api import URL, Api


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that another program listens on, for the test's length."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_data_directory_is_held_once_and_free_again(tmp_path: Path) -> None:
    with claimed(tmp_path / "data") as directory:
        directory.note("http://127.0.0.1:1", 1)
        with pytest.raises(Conflict) as caught, claimed(tmp_path / "data"):
            pass
        assert caught.value.code == "data-in-use"
        assert caught.value.params["address"] == "http://127.0.0.1:1"
    with claimed(tmp_path / "data") as directory:
        assert directory.chosen_port == 1
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


def test_a_file_in_the_place_of_the_directory_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(Unavailable) as caught, claimed(tmp_path / "data"):
        pass
    assert caught.value.code == "data-not-writable"
    assert str(tmp_path / "data") in str(caught.value.params["path"])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_named(tmp_path: Path) -> None:
    (tmp_path / ".writable").symlink_to("/dev/full")
    with pytest.raises(Unavailable) as caught, claimed(tmp_path):
        pass
    assert caught.value.code == "data-not-writable"
    assert caught.value.params["reason"] == os.strerror(28)


def test_a_port_in_use_ends_the_start_before_anything(tmp_path: Path, taken: int) -> None:
    for settings in (
        {"port": taken},
        {"port": 0, "nats_port": taken},
        {"port": 0, "nats_port": 0, "gateway_port": taken},
    ):
        data = tmp_path / str(len(settings))
        with pytest.raises(Conflict) as caught:
            run_up(ControllerSettings(data=data, **settings))  # type: ignore[arg-type]
        assert caught.value.params["port"] == taken
        assert caught.value.code in {"port-in-use", "child-port-in-use"}
        assert not (data / "controller").exists()


def test_a_host_that_is_not_here_is_named() -> None:
    with pytest.raises(InvalidInput) as caught:
        ports.listen("192.0.2.1", 0)
    assert caught.value.code == "host-not-here"


def test_a_port_that_becomes_free_is_waited_for() -> None:
    other = ports.listen("127.0.0.1", 0)
    port = other.getsockname()[1]
    other.close()
    ports.wait_until_free(port, "X", 0)


async def test_the_file_of_the_cli_is_private_and_keeps_its_token(api: Api) -> None:
    path = await ensure_cli_file(api.ctx, Reach.loopback(URL))
    first = tomllib.loads(path.read_text())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    client = await api.client(Authorization=f"Bearer {first['token']}")
    assert (await client.get("/api/v1/session")).json()["role"] == "admin"
    await ensure_cli_file(api.ctx, Reach.loopback("http://127.0.0.1:1"))
    moved = tomllib.loads(path.read_text())
    assert moved == {"url": "http://127.0.0.1:1", "token": first["token"]}


async def test_a_revoked_or_unreadable_token_is_made_anew(api: Api) -> None:
    path = await ensure_cli_file(api.ctx, Reach.loopback(URL))
    token = tomllib.loads(path.read_text())["token"]
    client = await api.client(Authorization=f"Bearer {token}")
    await client.delete("/api/v1/session")
    assert (
        tomllib.loads((await ensure_cli_file(api.ctx, Reach.loopback(URL))).read_text())["token"]
        != token
    )
    path.write_text("token = [")
    again = tomllib.loads((await ensure_cli_file(api.ctx, Reach.loopback(URL))).read_text())
    assert again["url"] == URL
    path.unlink()
    assert (await ensure_cli_file(api.ctx, Reach.loopback(URL))).exists()


async def test_the_local_node_keeps_its_key_over_restarts(api: Api, tmp_path: Path) -> None:
    register = api.controller.credentials.register_local
    first = await identity.ensure(tmp_path, register)
    seed = (tmp_path / "identity" / SEED_FILE).read_bytes()
    second = await identity.ensure(tmp_path, register)
    assert first == second
    assert (tmp_path / "identity" / SEED_FILE).read_bytes() == seed
    assert stat.S_IMODE((tmp_path / "identity" / SEED_FILE).stat().st_mode) == 0o600
    (tmp_path / "identity" / SEED_FILE).write_text("broken")
    with pytest.raises(Unavailable) as caught:
        await identity.ensure(tmp_path, register)
    assert caught.value.code == "identity-unreadable"


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_a_signal_ends_the_work_in_order(number: signal.Signals) -> None:
    cleaned, told = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        os.kill(os.getpid(), number)
        try:
            await asyncio.Event().wait()
        finally:
            cleaned.set()

    try:
        assert await until_signal(work(), told.set) == 0
    finally:
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().remove_signal_handler(each)
    assert cleaned.is_set()
    assert told.is_set()


async def test_work_that_fails_passes_its_error_on() -> None:
    async def work() -> None:
        raise Unavailable("http-ended")

    with pytest.raises(Unavailable, match="http-ended"):
        await until_signal(work(), lambda: None)
