"""Children of the bench: servers that live as long as a `with`, and commands that are timed.

No child outlives the bench, however that ends, and none sees the machine's settings
of uv and pip or its proxies: everything that is measured is on loopback.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from venvoy.bus import launch

_STOP_S = 10.0
_COMMAND_S = 300.0
_KEPT = ("PATH", "HOME", "TMPDIR", "USER")
_SHOWN = 4000


class BenchFailed(Exception):
    """Something that is needed for the measurement did not work; the text says what."""


def plain_environment(**variables: str) -> dict[str, str]:
    """Return the surroundings of a command by hand: nothing that steers uv or pip."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    fixed = {
        **on_loopback(),
        "LC_ALL": "C.UTF-8",
        "NO_COLOR": "1",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "UV_NO_CONFIG": "1",
        "UV_PYTHON_DOWNLOADS": "never",
    }
    return {**kept, **fixed, **variables}


def on_loopback() -> dict[str, str]:
    """Return variables that keep proxies out of what is on this machine."""
    hosts = "127.0.0.1,localhost"
    return {"NO_PROXY": hosts, "no_proxy": hosts}


def child_environment() -> dict[str, str]:
    """Return the surroundings of the bench's own modules in a process of theirs."""
    here = str(Path(__file__).resolve().parent.parent)
    return {**os.environ, "PYTHONPATH": here}


def timed(command: Sequence[str | Path], environment: Mapping[str, str], folder: Path) -> float:
    """Run a command to its end and return the seconds that it took.

    What was written before is brought to the disk first, so that no run pays for
    another's.

    Raises:
        BenchFailed: it failed, with what it said.
    """
    os.sync()
    words = [str(word) for word in command]
    begin = time.perf_counter()
    done = subprocess.run(
        words,
        env=dict(environment),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=_COMMAND_S,
        check=False,
    )
    seconds = time.perf_counter() - begin
    if done.returncode:
        raise BenchFailed(f"{' '.join(words[:4])} … failed:\n{done.stdout[-_SHOWN:]}")
    return seconds


@contextmanager
def running(command: Sequence[str | Path], environment: Mapping[str, str]) -> Iterator[str]:
    """Run a server while the context is open; yield the first line that it prints.

    Raises:
        BenchFailed: it ended before it printed one.
    """
    tie = [sys.executable, "-I", "-S", launch.__file__, str(os.getpid())]
    process = subprocess.Popen(
        [*tie, *map(str, command)],
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        if process.stdout is None:
            raise RuntimeError("stdout is piped")
        line = process.stdout.readline().strip()
        if not line:
            raise BenchFailed(f"{' '.join(map(str, command[:3]))} … did not start")
        yield line
    finally:
        _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


def free_port() -> int:
    """Return a port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
