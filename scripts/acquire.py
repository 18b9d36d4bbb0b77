"""Get uv into a virtual environment that has nothing yet.

Three ways, whichever a machine offers: a uv on PATH, the interpreter's pip, or
ensurepip, which Debian and Ubuntu keep in a package of its own.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path


class NotPrepared(Exception):
    """Something that only the user can provide is missing.

    Args:
        message: what is missing.
        hint: the command or setting that mends it.
    """

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def install_uv(requirement: str, python: Path, variables: Mapping[str, str]) -> None:
    """Install `requirement` for the interpreter `python`.

    Args:
        requirement: uv with its exact version.
        python: the interpreter of the virtual environment.
        variables: the whole environment of the commands.

    Raises:
        NotPrepared: nothing here can install it.
        subprocess.CalledProcessError: the last way failed; it has said why.
    """
    environment = dict(variables)
    quiet = ["--quiet", "--disable-pip-version-check"]
    ways = [[sys.executable, "-m", "pip", "--python", str(python), "install", *quiet, requirement]]
    if uv := shutil.which("uv"):
        ways.insert(0, [uv, "pip", "install", "--quiet", "-p", str(python), requirement])
    for way in ways:
        if subprocess.run(way, env=environment, capture_output=True, check=False).returncode == 0:
            return
    _ensure_pip(python)
    last = [str(python), "-m", "pip", "install", *quiet, requirement]
    subprocess.run(last, env=environment, check=True)


def install_debian_venv() -> None:
    """Install the part of Python that Debian and Ubuntu package apart.

    Raises:
        NotPrepared: not root, or not on such a system.
        subprocess.CalledProcessError: the system's package manager failed.
    """
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    message = f"`{sys.executable}` has no `ensurepip`, and there is neither uv nor a recent pip"
    apt = shutil.which("apt-get")
    if not apt or sys.base_prefix != "/usr":
        raise NotPrepared(message, "install pip for this Python, or put `uv` on PATH")
    if os.geteuid() != 0:
        raise NotPrepared(message, f"run `sudo apt-get install {package}`, then try again")
    print(f"installing {package} from the system's packages …", file=sys.stderr, flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["install", "-qq", "-y", "--no-install-recommends", package]
    for arguments in (["update", "-qq"], install):
        done = subprocess.run(
            [apt, *arguments], env=quiet, capture_output=True, text=True, check=False
        )
        if done.returncode:
            sys.stderr.write(done.stderr)
            done.check_returncode()


def _ensure_pip(python: Path) -> None:
    command = [str(python), "-m", "ensurepip", "--default-pip"]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        install_debian_venv()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
