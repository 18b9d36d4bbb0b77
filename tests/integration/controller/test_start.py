"""Starting and stopping: typed errors, nothing left behind, readiness that tells."""

import socket
from pathlib import Path

import psutil
import pytest

from venvoy.config import ControllerSettings
from venvoy.controller.main import open_controller
from venvoy.domain.errors import Conflict, InvalidInput, Unavailable
from venvoy.testing.world import World, eventually, nats_server


async def test_every_part_says_that_it_works(world: World) -> None:
    names = {part.name for part in world.controller.readiness().parts}
    loops = {"events", "heartbeats", "outbox", "reports", "resolutions", "retention", "streams"}
    assert names >= {"nats", "bus"} | loops


async def test_a_killed_server_shows_and_mends(world: World) -> None:
    async def broken() -> bool:
        return not world.controller.readiness().ready

    await world.kill_nats()
    await eventually(broken)
    await world.ready()


async def test_stopping_leaves_no_process(settings: ControllerSettings) -> None:
    async with open_controller(settings):
        server = nats_server()
    assert not psutil.pid_exists(server.pid)


@pytest.mark.parametrize("blocked", ["", "logs", "cache", "keys"])
async def test_a_directory_that_cannot_be_made_is_named(
    settings: ControllerSettings, blocked: str
) -> None:
    path = settings.file(blocked) if blocked else settings.file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("in the way")
    with pytest.raises(Unavailable) as failed:
        async with open_controller(settings):
            pytest.fail("it started")
    assert str(path) in str(failed.value.params["path"])
    assert not psutil.Process().children()


async def test_a_port_in_use_ends_the_start(settings: ControllerSettings) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Conflict) as failed:
            async with open_controller(settings.model_copy(update={"nats_port": port})):
                pytest.fail("it started")
    assert failed.value.code == "nats-port-in-use"
    assert not psutil.Process().children()


async def test_a_bad_mirror_ends_the_start(settings: ControllerSettings) -> None:
    bad = settings.model_copy(update={"default_mirror": "ftp://example.org/"})
    with pytest.raises(InvalidInput) as failed:
        async with open_controller(bad):
            pytest.fail("it started")
    assert failed.value.code == "mirror-url-invalid"


async def test_private_files_are_private(world: World) -> None:
    controller = world.settings.file()
    assert controller.stat().st_mode & 0o077 == 0
    private: list[Path] = [*(controller / "keys").iterdir(), controller / "cache" / "gateway.json"]
    assert all(file.stat().st_mode & 0o077 == 0 for file in private)
