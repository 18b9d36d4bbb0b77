"""A local index, and a plain client of the gateway in front of it."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from venvoy.testing.index import LocalIndex


@pytest.fixture
async def index() -> AsyncIterator[LocalIndex]:
    async with LocalIndex() as serving:
        yield serving


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session
