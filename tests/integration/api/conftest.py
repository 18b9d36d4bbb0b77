"""An API of its own for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from venvoy.api.static import Console
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


@pytest.fixture
async def api(tmp_path: Path, console: Console) -> AsyncIterator[Api]:
    async with open_api(tmp_path / "data", console) as opened:
        yield opened
