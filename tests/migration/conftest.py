"""The databases of the integration tests, empty."""

from pathlib import Path

import pytest

from venvoy.store.url import sqlite_url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, on both kinds."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path / "deep" / "below" / "venvoy.db")
    url: str = request.getfixturevalue("postgresql_url")
    return url
