"""Service managers with their own commands played by the test."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from venvoy.agent import system
from venvoy.agent.service import managers, tool
from venvoy.agent.service.order import Order, Status
from venvoy.agent.service.scheduler import Scheduler
from venvoy.agent.service.systemd import Systemd
from venvoy.agent.service.tool import Said
from venvoy.domain.errors import InvalidInput, Unavailable, WorkFailed

ORDER = Order(Path("/opt/venvoy/bin/python"), Path("/var/lib/venvoy"), "venvoy")
RUNS = "ActiveState=active\nUnitFileState=enabled\n"


@dataclass
class Played:
    """A service manager's command: notes what it is asked, and fails where told to."""

    out: str = RUNS
    failing: str = ""
    asked: list[str] = field(default_factory=list)

    def __call__(self, command: Sequence[str]) -> Said:
        self.asked.append(" ".join(command))
        if self.failing and self.failing in self.asked[-1]:
            return Said(1, "", "Failed to connect to bus:\n  No medium found\x1b[0m")
        return Said(0, self.out)


def test_systemd_gets_the_unit_and_starts_it(tmp_path: Path) -> None:
    played, folder = Played(), tmp_path / "units"
    found = Systemd(folder, tool=played).install(ORDER)
    file = folder / "venvoy-agent.service"
    assert found == Status(True, True, True, str(file))
    assert file.stat().st_mode & 0o777 == 0o644
    assert [path.name for path in folder.iterdir()] == [file.name]
    assert played.asked[:3] == [
        "systemctl daemon-reload",
        "systemctl enable venvoy-agent.service",
        "systemctl restart venvoy-agent.service",
    ]
    again = Systemd(folder, tool=played).install(Order(ORDER.python, Path("/srv"), "venvoy"))
    assert again.active
    assert "--data /srv" in file.read_text()


def test_a_users_manager_is_asked_as_such(tmp_path: Path) -> None:
    played = Played()
    keeper = Systemd(tmp_path, user=True, tool=played)
    keeper.install(Order(ORDER.python, ORDER.data))
    assert all(line.startswith("systemctl --user ") for line in played.asked)
    assert keeper.linger()
    played.failing = "enable-linger"
    assert not keeper.linger()


def test_removal_leaves_nothing_and_may_be_repeated(tmp_path: Path) -> None:
    played = Played()
    keeper = Systemd(tmp_path, tool=played)
    assert not keeper.remove()
    assert keeper.status() == Status(installed=False)
    assert played.asked == []
    keeper.install(ORDER)
    assert keeper.remove()
    assert "systemctl disable --now venvoy-agent.service" in played.asked
    assert list(tmp_path.iterdir()) == []
    assert not keeper.remove()


@pytest.mark.parametrize(
    ("out", "enabled", "active"),
    [
        (RUNS, True, True),
        ("ActiveState=failed\nUnitFileState=enabled\n", True, False),
        ("ActiveState=activating\nUnitFileState=disabled\n", False, False),
        ("", False, False),
    ],
)
def test_the_status_is_what_systemd_says(
    tmp_path: Path, out: str, enabled: bool, active: bool
) -> None:
    keeper = Systemd(tmp_path, tool=Played(out))
    keeper.install(ORDER)
    found = keeper.status()
    assert (found.enabled, found.active) == (enabled, active)


def test_what_the_command_says_is_told_in_one_clean_line(tmp_path: Path) -> None:
    with pytest.raises(WorkFailed) as failed:
        Systemd(tmp_path, tool=Played(failing="restart")).install(ORDER)
    assert failed.value.code == "service-command-failed"
    assert failed.value.params["command"] == "systemctl restart venvoy-agent.service"
    reason = str(failed.value.params["reason"])
    assert reason.startswith("Failed to connect to bus: No medium found")
    assert "\x1b" not in reason


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    occupied = tmp_path / "file"
    occupied.write_text("")
    with pytest.raises(Unavailable) as refused:
        Systemd(occupied, tool=Played()).install(ORDER)
    assert refused.value.code == "service-not-written"


def test_a_command_that_is_not_there_fails_in_words() -> None:
    with pytest.raises(WorkFailed) as failed:
        tool.run(["/no/such/systemctl", "enable"])
    assert "No such file" in str(failed.value.params["reason"])


def test_the_scheduler_of_windows_gets_the_task() -> None:
    texts: list[str] = []

    def played(command: Sequence[str]) -> Said:
        if "/XML" in command:
            file = Path(command[command.index("/XML") + 1])
            texts.append(file.read_text(encoding="utf-16"))
        lines.append(" ".join(command))
        return Said(0)

    lines: list[str] = []
    keeper = Scheduler(tool=played)
    found = keeper.install(Order(ORDER.python, ORDER.data))
    assert found == Status(True, True, None, "Venvoy agent")
    assert "<BootTrigger>" in texts[0]
    assert lines[-2] == "schtasks.exe /Run /TN Venvoy agent"
    assert keeper.remove()
    assert lines[-1] == "schtasks.exe /Delete /TN Venvoy agent /F"
    assert not Scheduler(tool=lambda _: Said(1)).remove()


def test_a_machine_without_systemd_is_told_what_to_run_instead(tmp_path: Path) -> None:
    with pytest.raises(WorkFailed) as none:
        managers.manager(tmp_path / "not-booted")
    assert none.value.code == "service-manager-none"


def test_root_keeps_the_machines_agent_and_users_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda _: "/bin/systemctl")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    for root, folder in ((True, managers.UNITS), (False, tmp_path / "systemd" / "user")):
        monkeypatch.setattr(system, "may_become_others", lambda root=root: root)
        found = managers.manager(tmp_path)
        assert isinstance(found, Systemd)
        assert (found.folder, found.user) == (folder, not root)


def test_an_agent_runs_as_who_owns_its_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    me = tmp_path.owner()
    monkeypatch.setattr(system, "may_become_others", lambda: True)
    assert managers.user_of(me, tmp_path) == me
    other = "nobody" if me != "nobody" else "root"
    for user, code in ((other, "service-data-foreign"), ("no-such", "service-user-unknown")):
        with pytest.raises(InvalidInput) as refused:
            managers.user_of(user, tmp_path)
        assert refused.value.code == code
    monkeypatch.setattr(system, "may_become_others", lambda: False)
    assert managers.user_of(None, tmp_path) is None
    if os.geteuid() == tmp_path.stat().st_uid:
        assert managers.user_of(me, tmp_path) is None
    with pytest.raises(InvalidInput) as refused:
        managers.user_of(other, tmp_path)
    assert refused.value.code == "service-user-needs-root"
