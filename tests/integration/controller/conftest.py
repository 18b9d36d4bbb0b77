"""A running controller for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from venvoy.config import ControllerSettings
from venvoy.testing.world import World


@pytest.fixture
def settings(tmp_path: Path) -> ControllerSettings:
    return ControllerSettings(
        data=tmp_path / "data", nats_port=0, default_mirror="http://127.0.0.1:9/simple/"
    )


@pytest.fixture
async def world(settings: ControllerSettings) -> AsyncIterator[World]:
    """A started controller with the node `local` registered and connected."""
    made = World(settings)
    try:
        await made.start()
        await made.ready()
        await made.connect()
        yield made
    finally:
        await made.stop()
