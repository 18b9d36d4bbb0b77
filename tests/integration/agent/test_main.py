"""The agent's process at its start: what it says when it cannot, in words and with 1."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from venvoy.config import environment_of_children


def run_agent(data: Path, **settings: object) -> "subprocess.CompletedProcess[str]":
    environment = environment_of_children(VENVOY_DATA=data, VENVOY_LANG="en", **settings)
    return subprocess.run(
        [sys.executable, "-m", "venvoy.agent"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"VENVOY_CONCURRENT_BUILDS": "many"}, "concurrent_builds"),
        ({"VENVOY_HEARTBEAT_SECONDS": "0"}, "heartbeat_seconds"),
    ],
)
def test_an_invalid_setting_is_named(tmp_path: Path, settings: dict[str, str], named: str) -> None:
    ended = run_agent(tmp_path, **settings)
    assert ended.returncode == 1
    assert ended.stderr.startswith("error: ")
    assert named in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_settings_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "venvoy.toml").write_text("= nonsense")
    ended = run_agent(tmp_path)
    assert (ended.returncode, "Traceback" in ended.stderr) == (1, False)
    assert ended.stderr.startswith("error: ")


def test_a_data_directory_is_known_by_its_real_name(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "alias").symlink_to("data")
    ended = run_agent(tmp_path / "alias")
    assert ended.returncode == 1
    assert f"`{tmp_path / 'data' / 'identity'}` holds no identity" in ended.stderr


def test_a_data_directory_that_leads_in_a_circle_is_named(tmp_path: Path) -> None:
    (tmp_path / "alias").symlink_to("alias")
    ended = run_agent(tmp_path / "alias")
    assert (ended.returncode, "Traceback" in ended.stderr) == (1, False)
    assert "alias" in ended.stderr


def test_a_manager_of_services_says_the_data_directory_as_an_argument(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "venvoy.agent"]
    environment = {key: value for key, value in os.environ.items() if "VENVOY" not in key}
    for words, said in (
        (["--data", str(tmp_path / "named")], str(tmp_path / "named")),
        (["--date", "x"], "--date"),
    ):
        done = subprocess.run(
            [*command, *words],
            env=environment | {"LANG": "C.UTF-8"},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert (done.returncode, said in done.stderr) == (1, True), done.stderr
