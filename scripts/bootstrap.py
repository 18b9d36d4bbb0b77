"""Prepare `.venv` with everything that the wanted command needs; quick when all is there.

This file must parse on every Python 3, so that an old one can say what is missing:
it finds a suitable interpreter and hands over to `scripts.environment`.
"""

import os
import subprocess
import sys

OLDEST = (3, 11)
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def runs(python: str) -> bool:
    """Whether `python` starts (a shim may not) and is new enough."""
    check = "import sys; sys.exit(sys.version_info < {!r})".format(OLDEST)
    try:
        with open(os.devnull, "wb") as nowhere:
            return subprocess.call([python, "-c", check], stdout=nowhere, stderr=nowhere) == 0
    except OSError:
        return False


def find_python() -> "str | None":
    """Return the newest interpreter on PATH that is new enough."""
    names = ["python3.{}".format(minor) for minor in range(19, OLDEST[1] - 1, -1)]
    for name in [*names, "python3", "python"]:
        for folder in os.environ.get("PATH", "").split(os.pathsep):
            python = os.path.join(folder, name)
            if os.access(python, os.X_OK) and not os.path.isdir(python) and runs(python):
                return python
    return None


def main() -> int:
    """Run `scripts.environment` here, or with a newer interpreter."""
    if sys.version_info < OLDEST:
        python = find_python()
        if python is None:
            sys.stderr.write(
                "error: Python {}.{} or newer is needed, this is {}.{}\n\n"
                "hint: install one (on Debian or Ubuntu `apt-get install python3.11`, "
                "elsewhere `uv python install 3.12`) and have it on PATH\n".format(
                    *(OLDEST + sys.version_info[:2])
                )
            )
            return 2
        return subprocess.call([python, os.path.abspath(__file__), *sys.argv[1:]])
    sys.path[0] = ROOT
    from scripts.environment import main as prepare

    return prepare()


if __name__ == "__main__":
    sys.exit(main())
