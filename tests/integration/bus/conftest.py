"""A fleet on a real server for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from venvoy.testing.fleet import Fleet, running_fleet


@pytest.fixture
async def fleet(tmp_path: Path) -> AsyncIterator[Fleet]:
    """A running server and its keys."""
    async with running_fleet(tmp_path) as running:
        yield running
