"""`venvoy agent service` on a machine whose service manager is the test's own."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from venvoy.agent import identity
from venvoy.agent.prefix import Layout
from venvoy.agent.service import managers
from venvoy.agent.service.systemd import Systemd
from venvoy.agent.service.tool import Said
from venvoy.wire.membership import Membership
from venvoy.wire.nkey import KeyPair, Role

NODE = "0195f000-0000-7000-8000-000000000002"


@pytest.fixture
def joined(settings: Path) -> Path:
    layout, key = Layout(settings), KeyPair.generate(Role.USER).public
    identity.key(layout)
    url = "https://10.0.0.7:7300"
    kept = Membership(node=NODE, name="edge", controller_url=url, document_key=key)
    identity.keep(layout, kept)
    return settings


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    def played(out: str = "ActiveState=active\nUnitFileState=enabled\n", linger: int = 0) -> Path:
        def tool(command: Any) -> Said:
            return Said(linger if "enable-linger" in command else 0, out)

        keeper = Systemd(tmp_path / "units", user=True, tool=tool)
        monkeypatch.setattr(managers, "manager", lambda: keeper)
        return tmp_path / "units" / "venvoy-agent.service"

    return played


def test_the_agent_is_installed_shown_and_removed(
    run: Any, joined: Path, systemd: Callable[..., Path], tmp_path: Path
) -> None:
    unit = systemd()
    user = ["--user", tmp_path.owner()]
    done = run("agent", "service", "install", *user)
    assert (done.code, done.out) == (0, "")
    assert f"the agent of `edge` runs, and starts with the machine: {unit}" in done.err
    assert f"--data {joined}" in unit.read_text()
    shown = run("agent", "service", "status")
    assert shown.code == 0
    assert "with-machine" in shown.out
    assert "running" in shown.out
    document = json.loads(run("agent", "service", "status", "--json").out)
    assert document == {
        "manager": "systemd",
        "installed": True,
        "enabled": True,
        "active": True,
        "definition": str(unit),
    }
    assert "starts with the machine no more" in run("agent", "service", "remove").err
    assert not unit.exists()
    gone = run("agent", "service", "status")
    assert (gone.code, "no service" in gone.err) == (1, True)
    assert "no service" in run("agent", "service", "remove").err


def test_a_service_that_ends_with_its_users_session_is_told(
    run: Any, joined: Path, systemd: Callable[..., Path], tmp_path: Path
) -> None:
    systemd(linger=1)
    done = run("agent", "service", "install", "--user", tmp_path.owner())
    assert done.code == 0
    assert "loginctl enable-linger" in done.err


def test_a_service_that_does_not_run_is_no_success(
    run: Any, joined: Path, systemd: Callable[..., Path], tmp_path: Path
) -> None:
    systemd("ActiveState=failed\nUnitFileState=enabled\n")
    run("agent", "service", "install", "--user", tmp_path.owner())
    shown = run("agent", "service", "status")
    assert (shown.code, "stopped" in shown.out) == (1, True)


def test_a_machine_that_belongs_to_no_fleet_is_told_to_join(
    run: Any, systemd: Callable[..., Path]
) -> None:
    unit = systemd()
    done = run("agent", "service", "install")
    assert (done.code, "venvoy agent join" in done.err) == (2, True)
    assert not unit.exists()


@pytest.mark.parametrize(
    ("language", "words"), [("en", "systemd does not run"), ("zh-CN", "没有运行 systemd")]
)
def test_without_a_manager_it_is_said_what_to_run(
    run: Any, joined: Path, monkeypatch: pytest.MonkeyPatch, language: str, words: str
) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    for command in ("install", "status", "remove"):
        done = run("agent", "service", command, "--lang", language)
        assert (done.code, words in done.err) == (1, True)
        assert "venvoy agent run" in done.err
