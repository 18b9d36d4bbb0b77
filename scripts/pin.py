"""Write `uv.toml`: the exact version of everything that is installed, for every platform.

The versions are the newest that `pyproject.toml` allows, over all extras and
groups, for every Python that the project supports. Versions alone are written: no
hash and no address, so that any index serves.

Run by `make pin`.
"""

import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts import indexes  # noqa: E402 -- found from this file's own place
from scripts.node import NODE_PACKAGE  # noqa: E402

HEADER = """\
# Made by `make pin` from pyproject.toml; not edited by hand.
# Exact versions of all dependencies, for every platform and Python that is supported.
"""


def main() -> int:
    """Resolve anew and write the file; the exit code of uv where it fails."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    oldest = project["project"]["requires-python"].removeprefix(">=")
    build = [*project["build-system"]["requires"], NODE_PACKAGE]
    try:
        run = _resolve((ROOT / "pyproject.toml").read_text(encoding="utf-8"), oldest)
        made_with = _resolve(_project_of(build), oldest)
    except subprocess.CalledProcessError as problem:
        return problem.returncode
    text = HEADER + _table("constraint-dependencies", run)
    text += _table("build-constraint-dependencies", made_with)
    (ROOT / "uv.toml").write_text(text, encoding="utf-8")
    return 0


def _resolve(project: str, python: str) -> list[str]:
    # In a folder of its own: the constraints of the present uv.toml must not hold.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "pyproject.toml").write_text(project, encoding="utf-8")
        done = subprocess.run(
            [
                *(sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal"),
                *("--python-version", python, "--all-extras", "--group", "dev"),
                *("--no-header", "--no-annotate", "pyproject.toml"),
            ],
            cwd=folder,
            env=indexes.uv_environment(),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    return [line.strip() for line in done.stdout.splitlines() if "==" in line]


def _project_of(requirements: Iterable[str]) -> str:
    listed = ", ".join(f"'{requirement}'" for requirement in requirements)
    return (
        f'[project]\nname = "build"\nversion = "0"\ndependencies = [{listed}]\n'
        "[dependency-groups]\ndev = []\n"
    )


def _table(name: str, pins: Iterable[str]) -> str:
    lines = "".join(f'  "{pin.replace(chr(34), chr(39))}",\n' for pin in pins)
    return f"{name} = [\n{lines}]\n"


if __name__ == "__main__":
    sys.exit(main())
