"""The kept description of the API: stale when the API changed, not with a release."""

from pathlib import Path

import pytest

from scripts import openapi
from venvoy.api import description, routes


def test_it_is_current_until_the_api_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "openapi.json"
    assert openapi.stale(file)
    file.write_text(openapi.current(), encoding="utf-8")
    assert not openapi.stale(file)
    monkeypatch.setattr(description, "VERSIONED", routes.VERSIONED[1:])
    assert openapi.stale(file)


def test_a_release_alone_does_not_change_it(monkeypatch: pytest.MonkeyPatch) -> None:
    before = openapi.current()
    monkeypatch.setattr(description, "__version__", "99.0")
    assert description.description()["info"]["version"] == "99.0"
    assert openapi.current() == before
