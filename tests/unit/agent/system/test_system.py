"""Both platforms have the same names, and the agent needs nothing that one lacks."""

import inspect
import subprocess
import sys
from typing import Any

import psutil
import pytest

from venvoy.agent import system
from venvoy.agent.system import windows, windows_accounts
from venvoy.agent.system.links import Links

# The names of this machine's side, POSIX.
FUNCTIONS = [name for name in system.__all__ if name.islower()]
MODULES_OF_POSIX = ("fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty")


def on_windows(name: str) -> Any:
    """Return what a name of `system` is there."""
    return next(vars(part)[name] for part in (windows, windows_accounts) if name in vars(part))


@pytest.mark.parametrize("name", system.__all__)
def test_both_platforms_have_every_name(name: str) -> None:
    assert type(on_windows(name)) is type(getattr(system, name))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_both_platforms_take_and_give_the_same(name: str) -> None:
    here, there = inspect.signature(getattr(system, name)), inspect.signature(on_windows(name))
    assert str(here) == str(there)


def test_both_platforms_have_links() -> None:
    links: list[Links] = [system.Pointers(), windows.Pointers()]
    assert len(links) == len({type(each) for each in links})


def test_the_agent_is_loaded_without_a_module_that_windows_lacks() -> None:
    # What it is built on is loaded before: that is at home on either, and stays.
    parts = "venvoy.agent.main, venvoy.agent.run, venvoy.cli.agent, venvoy.cli.main"
    script = (
        f"import ctypes, sys, types, {parts}\n"
        "for name in [*sys.modules]:\n"
        "    if name.split('.')[0] == 'venvoy': del sys.modules[name]\n"
        f"for name in {MODULES_OF_POSIX}: sys.modules[name] = None\n"
        "sys.modules['msvcrt'] = types.ModuleType('msvcrt')\n"
        "kernel = types.SimpleNamespace(CreateFileW=types.SimpleNamespace())\n"
        "ctypes.WinDLL = lambda *_, **__: kernel\n"
        "sys.platform = 'win32'\n"
        f"import {parts}\n"
        "assert 'venvoy.agent.system.posix' not in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_on_windows_a_child_ends_with_all_that_it_started() -> None:
    line = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'input()'])"
    with subprocess.Popen([sys.executable, "-c", line], stdin=subprocess.PIPE) as child:
        while not (started := psutil.Process(child.pid).children()):
            assert child.poll() is None
        windows.end_group(child.pid)
        child.wait(30)
    psutil.wait_procs(started, timeout=30)
    assert not any(process.is_running() for process in started)
    windows.end_group(child.pid)  # gone: nothing to do
