"""See that the browser tests have a Chromium, from Debian's packages.

Fonts for Chinese come along, without which screenshots show boxes. Where it cannot
be installed it says why; the tests then skip with the same words, or fail in CI.
Run by `make test`.
"""

import os
import shutil
import subprocess
import sys

PACKAGES = ("chromium", "fonts-noto-cjk")


def chromium() -> str | None:
    """Return the browser to use: `VENVOY_CHROMIUM`, else what is on PATH."""
    named = os.environ.get("VENVOY_CHROMIUM")
    return named or shutil.which("chromium") or shutil.which("chromium-browser")


def why_not_installable() -> str | None:
    """Return what forbids an installation here, or None."""
    if not shutil.which("apt-get"):
        return "this system has no `apt-get`: install Chromium, or name it in `VENVOY_CHROMIUM`"
    if os.geteuid() != 0:
        return f"not root: run `sudo apt-get install {' '.join(PACKAGES)}`"
    return None


def main() -> int:
    """Install what is missing; never a reason to stop, the tests say what they lack."""
    if chromium():
        return 0
    if reason := why_not_installable():
        print(f"no Chromium for the browser tests: {reason}", file=sys.stderr)
        return 0
    print("installing Chromium for the browser tests …", file=sys.stderr, flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (
        ["update", "-qq"],
        ["install", "-qq", "-y", "--no-install-recommends", *PACKAGES],
    ):
        done = subprocess.run(
            ["apt-get", *arguments], env=quiet, capture_output=True, text=True, check=False
        )
        if done.returncode:
            print(f"no Chromium: `apt-get {arguments[0]}` failed:\n{done.stderr}", file=sys.stderr)
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
