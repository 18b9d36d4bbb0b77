"""An API of its own for each test."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from venvoy.api.static import Console
from venvoy.store.migrate import migrate
from venvoy.store.url import sqlite_url
from venvoy.testing.api import Api, open_api


@pytest.fixture
def console(tmp_path: Path) -> Console:
    directory = tmp_path / "static"
    (directory / "assets").mkdir(parents=True)
    (directory / "index.html").write_text(
        '<meta property="csp-nonce" nonce="__VENVOY_NONCE__"><script nonce="__VENVOY_NONCE__">'
    )
    (directory / "assets" / "index-abc123.js").write_text("console.log(1)")
    (directory / "venvoy.svg").write_text("<svg/>")
    (tmp_path / "secret.txt").write_text("outside")
    return Console(directory)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database without rows."""
    file = tmp_path_factory.mktemp("template") / "venvoy.db"
    asyncio.run(migrate(sqlite_url(file)))
    return file


@pytest.fixture
async def api(tmp_path: Path, console: Console, template: Path) -> AsyncIterator[Api]:
    async with open_api(tmp_path / "data", console, template) as opened:
        yield opened
