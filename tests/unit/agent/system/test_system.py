"""Both platforms have the same names, and the agent needs nothing that one lacks."""

import inspect
import subprocess
import sys

import psutil
import pytest

from venvoy.agent import system
from venvoy.agent.system import windows
from venvoy.agent.system.links import Links

# This machine's side is POSIX.
FUNCTIONS = [name for name in system.__all__ if name.islower()]
MODULES_OF_POSIX = ("fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_both_platforms_take_and_give_the_same(name: str) -> None:
    signatures = {str(inspect.signature(getattr(side, name))) for side in (system, windows)}
    assert len(signatures) == 1, signatures


@pytest.mark.parametrize("side", [system, windows])
def test_both_platforms_have_every_name(side: object) -> None:
    assert [name for name in system.__all__ if not hasattr(side, name)] == []
    pointers: Links = system.Pointers() if side is system else windows.Pointers()
    assert pointers is not None


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
