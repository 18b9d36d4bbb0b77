"""The commands of uv that a build is made of, and the surroundings they run in.

uv sees one index, the gateway on loopback, and nothing of the user's settings,
proxies or environments: what it does depends on these arguments alone. What its
output means is `venvoy.domain.uv_output`'s to say; `venvoy.agent.processes` runs it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from venvoy.agent.prefix import python_of, sites_of
from venvoy.agent.processes import Command

_DROPPED_PREFIXES = ("UV_", "PIP_", "PYTHON", "CONDA_", "VIRTUAL_ENV", "PYENV_", "VENVOY_")
_DROPPED = {"__pyvenv_launcher__", "http_proxy", "https_proxy", "all_proxy", "no_proxy"}
_KEPT = {"UV_PYTHON_INSTALL_DIR"}
# uv must outwait the gateway, which cuts off and resumes a stalled transfer itself.
_HTTP_TIMEOUT_S = 180
_HTTP_RETRIES = 1


def plain_environment(base: Mapping[str, str]) -> dict[str, str]:
    """Return an environment for children without what would steer uv or Python."""
    kept = {
        name: value
        for name, value in base.items()
        if name in _KEPT
        or not (name.upper().startswith(_DROPPED_PREFIXES) or name.lower() in _DROPPED)
    }
    return {**kept, "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}


@dataclass(frozen=True, slots=True)
class Uv:
    """uv with its cache and its one index.

    Attributes:
        program: absolute path of the executable.
        cache: its cache; on the prefixes' file system, for hard links.
        work: where it runs: a directory without any project.
        index_url: the gateway's simple index; never changes, for it is the cache's key.
        environment: from `plain_environment`.
    """

    program: Path
    cache: Path
    work: Path
    index_url: str
    environment: Mapping[str, str]

    def venv(self, prefix: Path, *, interpreter: Path, prompt: str) -> Command:
        """Make an empty virtual environment.

        Not with `--seed`: before Python 3.12 that brings setuptools and wheel too, which
        no lock names, and `uv pip sync` then removes what those two depend on.

        Args:
            prefix: must not exist.
            interpreter: absolute.
            prompt: the environment's name.
        """
        options = ["--relocatable", "--no-project", "--prompt", prompt]
        return self._command("venv", *options, "--python", str(interpreter), str(prefix))

    def pip(self, prefix: Path, *, link_mode: str, offline: bool) -> Command:
        """Add pip where a lock has none, for `pip install` by hand needs it.

        Args:
            prefix: after `sync`, which would take it away again.
            link_mode: as for `sync`.
            offline: take it from the cache or fail, at once either way.
        """
        options = ["--no-deps", "--no-build", "--no-progress", "--link-mode", link_mode]
        options += ["--offline"] if offline else []
        return self._command("pip", "install", *options, "--python", str(python_of(prefix)), "pip")

    def sync(self, prefix: Path, lock: Path, *, link_mode: str) -> Command:
        """Install exactly what a `pylock.toml` names, never building anything."""
        options = ["--preview-features", "pylock", "--no-progress", "--no-build", "--strict"]
        target = ["--link-mode", link_mode, "--python", str(python_of(prefix))]
        return self._command("pip", "sync", *options, *target, str(lock))

    def check(self, prefix: Path) -> Command:
        """Verify that what is installed fits together."""
        return self._command("pip", "check", "--python", str(python_of(prefix)))

    def interpreters(self) -> Command:
        """List the interpreters that uv finds, as JSON."""
        return self._command("python", "list", "--only-installed", "--output-format", "json")

    def install_python(self, key: str, catalogue: Path, home: Path) -> Command:
        """Unpack the one interpreter of a catalogue.

        Args:
            key: of its entry.
            catalogue: a file of uv's own form, with an address of a file and its sha256.
            home: where uv makes a directory named by the key.
        """
        places = ["--install-dir", str(home), "--python-downloads-json-url", str(catalogue)]
        options = ["--no-bin", "--no-registry", "--no-progress"]
        command = self._command("python", "install", *options, *places, key)
        # It fetches from the file that the catalogue names, and from nowhere else.
        environment = {**command.environment, "UV_PYTHON_DOWNLOADS": "manual"}
        return replace(command, environment=environment)

    def version(self) -> Command:
        """Print uv's version."""
        return self._command("--version")

    def _command(self, *arguments: str) -> Command:
        environment = {
            **self.environment,
            "UV_NO_CONFIG": "1",
            "UV_PYTHON_DOWNLOADS": "never",
            "UV_CACHE_DIR": str(self.cache),
            "UV_DEFAULT_INDEX": self.index_url,
            "UV_HTTP_TIMEOUT": str(_HTTP_TIMEOUT_S),
            "UV_HTTP_RETRIES": str(_HTTP_RETRIES),
            "NO_PROXY": "127.0.0.1,localhost",
        }
        return Command((str(self.program), *arguments), environment, self.work)


def compile_bytecode(prefix: Path, environment: Mapping[str, str]) -> Command:
    """Compile a prefix' modules with its own interpreter, yielding to everything.

    Done by the interpreter, for uv would use every core; already compiled modules
    are skipped, so a compilation that was cut off is simply run again.
    """
    library = next(iter(sites_of(prefix)), prefix)
    argv = (str(python_of(prefix)), "-I", "-m", "compileall", "-q", "-q", str(library))
    return Command(argv, environment, prefix, nice=True)
