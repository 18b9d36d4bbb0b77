"""Hand the machine's pip configuration to uv, which reads none of it.

A machine behind a proxy or beside a private index is usually set up for pip. What
is said there holds here too, unless uv was configured itself. No address is
written anywhere: it goes into the environment of the child process alone.

Files and precedence: https://pip.pypa.io/en/stable/topics/configuration/
"""

import configparser
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_INDEX_KEYS = ("index-url", "extra-index-url", "find-links", "no-index")
_UV_INDEX_VARIABLES = (
    "UV_DEFAULT_INDEX",
    "UV_INDEX",
    "UV_INDEX_URL",
    "UV_EXTRA_INDEX_URL",
    "UV_FIND_LINKS",
    "UV_NO_INDEX",
)


@dataclass(frozen=True, slots=True)
class Machine:
    """Where configuration is looked for.

    Attributes:
        environ: the environment variables.
        home: the user's home directory.
        etc: the system's configuration.
        prefix: the interpreter's own folder, which may hold a `pip.conf`.
    """

    environ: Mapping[str, str]
    home: Path
    etc: Path
    prefix: Path

    @classmethod
    def here(cls) -> "Machine":
        """Return the machine that this runs on."""
        return cls(os.environ, Path.home(), Path("/etc"), Path(sys.base_prefix))

    @property
    def config_home(self) -> Path:
        """The user's configuration, as the XDG base directory specification has it."""
        return Path(self.environ.get("XDG_CONFIG_HOME") or self.home / ".config")


def uv_environment(machine: Machine | None = None) -> dict[str, str]:
    """Return the environment variables with pip's configuration added in uv's terms.

    What is already said for uv is kept; indexes of the two are never mixed.
    """
    machine = machine or Machine.here()
    settings = pip_settings(machine)
    if _uv_has_indexes(machine):
        settings = {key: value for key, value in settings.items() if key not in _INDEX_KEYS}
    return {**_translated(settings), **machine.environ}


def pip_settings(machine: Machine) -> dict[str, str]:
    """Return pip's settings, merged as pip merges them: files first, then variables."""
    layers: list[dict[str, str]] = []
    for section in ("global", "install"):
        layers += [_section(file, section) for file in _pip_files(machine)]
    prefix = "PIP_"
    layers.append(
        {
            key.removeprefix(prefix): value
            for key, value in machine.environ.items()
            if key.startswith(prefix) and value
        }
    )
    return {
        key.lower().replace("_", "-"): value for layer in layers for key, value in layer.items()
    }


def _section(file: Path, name: str) -> dict[str, str]:
    parser = configparser.RawConfigParser()
    try:
        parser.read(file, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError, OSError):
        return {}
    return dict(parser.items(name)) if parser.has_section(name) else {}


def _pip_files(machine: Machine) -> list[Path]:
    chosen = machine.environ.get("PIP_CONFIG_FILE")
    if chosen == os.devnull:
        return []
    shared = machine.environ.get("XDG_CONFIG_DIRS") or str(machine.etc / "xdg")
    return [
        *(Path(folder, "pip/pip.conf") for folder in reversed(shared.split(os.pathsep))),
        machine.etc / "pip.conf",
        machine.home / ".pip/pip.conf",
        machine.config_home / "pip/pip.conf",
        machine.prefix / "pip.conf",
        *([Path(chosen)] if chosen else []),
    ]


def _uv_has_indexes(machine: Machine) -> bool:
    if any(machine.environ.get(name) for name in _UV_INDEX_VARIABLES):
        return True
    files = [machine.etc / "uv/uv.toml", machine.config_home / "uv/uv.toml"]
    if named := machine.environ.get("UV_CONFIG_FILE"):
        files.append(Path(named))
    return any(file.is_file() and "index" in file.read_text("utf-8", "replace") for file in files)


def _translated(settings: Mapping[str, str]) -> dict[str, str]:
    result: dict[str, str] = {}
    if index := settings.get("index-url"):
        result["UV_DEFAULT_INDEX"] = index.strip()
    if extra := settings.get("extra-index-url", "").split():
        result["UV_INDEX"] = " ".join(extra)
        # pip looks at all indexes at once; uv would stop at the first that knows the name.
        result["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    if links := settings.get("find-links", "").split():
        result["UV_FIND_LINKS"] = ",".join(links)
    if settings.get("no-index", "").strip().lower() in {"1", "true", "yes", "on"}:
        result["UV_NO_INDEX"] = "1"
    if hosts := settings.get("trusted-host", "").split():
        result["UV_INSECURE_HOST"] = " ".join(hosts)
    if certificate := settings.get("cert"):
        result["SSL_CERT_FILE"] = certificate.strip()
    if proxy := settings.get("proxy"):
        result |= {"HTTP_PROXY": proxy.strip(), "HTTPS_PROXY": proxy.strip()}
    return result
