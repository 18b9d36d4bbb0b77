"""What service managers are told: text that says what was meant, whatever the names."""

import configparser
import shlex
from pathlib import Path, PureWindowsPath
from typing import Any, cast
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venvoy.agent.service import task, unit
from venvoy.agent.service.order import Order
from venvoy.domain.errors import InvalidInput

ORDER = Order(Path("/opt/venvoy/current/bin/python"), Path("/var/lib/venvoy"), "venvoy")
SPACE = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"


def read(order: Order) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(unit.render(order))
    return parser


def test_the_unit_of_a_machine() -> None:
    service = read(ORDER)["Service"]
    assert service["ExecStart"] == (
        "/opt/venvoy/current/bin/python -m venvoy.agent --data /var/lib/venvoy"
    )
    assert service["User"] == "venvoy"
    assert service["Restart"] == "on-failure"
    assert service["RestartPreventExitStatus"] == "4", "a removed node stays away"
    assert read(ORDER)["Install"]["WantedBy"] == "multi-user.target"
    assert read(ORDER)["Unit"]["StartLimitIntervalSec"] == "0"


def test_the_unit_of_a_user_names_none() -> None:
    found = read(Order(ORDER.python, ORDER.data))
    assert "User" not in found["Service"]
    assert found["Install"]["WantedBy"] == "default.target"


def test_specifiers_variables_and_quotes_stay_what_they_are() -> None:
    order = Order(ORDER.python, Path('/srv/a b/%h/$HOME/"x"\\y'))
    assert read(order)["Service"]["ExecStart"].endswith('--data "/srv/a b/%%h/$$HOME/\\"x\\"\\\\y"')


@given(st.text(min_size=1))
def test_a_word_is_one_line_and_reads_back(text: str) -> None:
    try:
        word = unit.word(text)
    except InvalidInput as refused:
        assert refused.code == "service-path-unfit"  # noqa: PT017 - either is right
        return
    assert "\n" not in word
    assert shlex.split(word) == [text.replace("%", "%%").replace("$", "$$")]


@pytest.mark.parametrize("user", ["", "a b", "x\nExecStartPre=/bin/sh", "../root", "a" * 40, "%n"])
def test_a_user_that_could_say_more_than_a_name_is_refused(user: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        unit.render(Order(ORDER.python, ORDER.data, user))
    assert refused.value.code == "service-user-invalid"


def windows(user: str | None = None) -> Order:
    python = cast("Any", PureWindowsPath(r"C:\Program Files\Venvoy\Scripts\python.exe"))
    data = cast("Any", PureWindowsPath(r"C:\ProgramData\a & b"))
    return Order(python, data, user)


def test_the_task_starts_with_the_machine_as_its_own_account() -> None:
    root = ET.fromstring(task.render(windows()).partition("\n")[2])
    assert root.find(f".//{SPACE}BootTrigger") is not None
    assert root.findtext(f".//{SPACE}UserId") == "S-1-5-18"
    assert root.findtext(f".//{SPACE}ExecutionTimeLimit") == "PT0S"
    assert root.findtext(f".//{SPACE}Command") == r"C:\Program Files\Venvoy\Scripts\python.exe"
    arguments = r'-m venvoy.agent --data "C:\ProgramData\a & b"'
    assert root.findtext(f".//{SPACE}Arguments") == arguments


def test_a_named_user_needs_no_password() -> None:
    root = ET.fromstring(task.render(windows("FLEET\\<agent>")).partition("\n")[2])
    assert root.findtext(f".//{SPACE}UserId") == "FLEET\\<agent>"
    assert root.findtext(f".//{SPACE}LogonType") == "S4U"
    assert root.find(f".//{SPACE}RunLevel") is None
