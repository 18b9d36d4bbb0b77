"""Settings: which there are, that the documents list them all, what is refused."""

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from venvoy.config import AgentSettings, ClientSettings, ControllerSettings

DOCS = Path(__file__).resolve().parents[2] / "docs"
ELSEWHERE = {"VENVOY_LANG"}
"""Read for the language of the words, not kept in a settings object."""


def existing() -> set[str]:
    fields = {*ControllerSettings.model_fields, *AgentSettings.model_fields}
    fields |= set(ClientSettings.__dataclass_fields__)
    return {f"VENVOY_{name.upper()}" for name in fields} | ELSEWHERE


@pytest.mark.parametrize("document", ["settings.md", "settings.zh-CN.md"])
def test_the_document_lists_exactly_the_settings_that_exist(document: str) -> None:
    lines = (DOCS / document).read_text(encoding="utf-8").splitlines()
    rows = [line.split("|")[1] for line in lines if line.startswith("| `VENVOY_")]
    listed = re.findall(r"VENVOY_[A-Z_]+", " ".join(rows))
    assert len(listed) == len(set(listed))
    assert set(listed) == existing()


@pytest.mark.parametrize("document", ["settings.md", "settings.zh-CN.md"])
def test_the_document_has_the_defaults(document: str) -> None:
    text = (DOCS / document).read_text(encoding="utf-8")
    for settings in (ControllerSettings, AgentSettings):
        for name, field in settings.model_fields.items():
            if isinstance(field.default, (int, float, str)):
                shown = f"{field.default:g}" if isinstance(field.default, float) else field.default
                assert f"`VENVOY_{name.upper()}` | `{shown}` |" in text


@pytest.mark.parametrize("settings", [ControllerSettings, AgentSettings])
def test_a_level_of_the_log_is_one_that_exists(
    settings: type[ControllerSettings] | type[AgentSettings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VENVOY_LOG_LEVEL", "WARNING")
    assert settings().log_level == "warning"
    monkeypatch.setenv("VENVOY_LOG_LEVEL", "loud")
    with pytest.raises(ValidationError, match="log_level"):
        settings()


@pytest.mark.parametrize("name", ["port", "nats_port", "gateway_port"])
def test_any_port_is_0_for_each_of_them(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"VENVOY_{name.upper()}", "0")
    assert getattr(ControllerSettings(), name) == 0
    monkeypatch.setenv(f"VENVOY_{name.upper()}", "-1")
    with pytest.raises(ValidationError, match=name):
        ControllerSettings()


def test_the_environment_beats_the_file_and_flags_beat_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VENVOY_DATA", str(tmp_path))
    (tmp_path / "venvoy.toml").write_text("port = 1\nnats_port = 2\nstall_seconds = 3\n")
    monkeypatch.setenv("VENVOY_PORT", "4")
    monkeypatch.setenv("VENVOY_NATS_PORT", "5")
    settings = ControllerSettings(port=6)
    assert (settings.port, settings.nats_port, settings.stall_seconds) == (6, 5, 3.0)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://venvoy.example.org/", "https://venvoy.example.org"),
        ("http://10.0.0.5:7300", "http://10.0.0.5:7300"),
        ("venvoy.example.org", None),
        ("ftp://example.org", None),
        ("https://u:p@example.org", None),
        ("https://example.org/venvoy", None),
    ],
)
def test_a_public_address_is_an_address(given: str, kept: str | None) -> None:
    if kept is None:
        with pytest.raises(ValidationError, match="public_url"):
            ControllerSettings(public_url=given)
    else:
        assert ControllerSettings(public_url=given).public_url == kept
