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


def uv_environment(environ: Mapping[str, str], home: Path) -> dict[str, str]:
    """Return `environ` with pip's configuration added in uv's terms.

    Args:
        environ: the environment to start from; what it says for uv is kept.
        home: the user's home directory.
    """
    settings = pip_settings(environ, home)
    if _uv_has_indexes(environ, home):
        settings = {key: value for key, value in settings.items() if key not in _INDEX_KEYS}
    return {**_translated(settings), **environ}


def pip_settings(environ: Mapping[str, str], home: Path) -> dict[str, str]:
    """Return pip's settings, merged as pip merges them: files first, then variables."""
    settings: dict[str, str] = {}
    for file in _pip_files(environ, home):
        parser = configparser.RawConfigParser()
        try:
            parser.read(file, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError, OSError):
            continue
        for section in ("global", "install"):
            if parser.has_section(section):
                settings |= {_key(key): value for key, value in parser.items(section)}
    prefix = "PIP_"
    settings |= {
        _key(key.removeprefix(prefix)): value
        for key, value in environ.items()
        if key.startswith(prefix) and value
    }
    return settings


def _key(name: str) -> str:
    return name.lower().replace("_", "-")


def _pip_files(environ: Mapping[str, str], home: Path) -> list[Path]:
    chosen = environ.get("PIP_CONFIG_FILE")
    if chosen == os.devnull:
        return []
    config_home = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
    shared = (environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(os.pathsep)
    files = [Path(folder, "pip/pip.conf") for folder in reversed(shared)]
    files += [Path("/etc/pip.conf"), home / ".pip/pip.conf", config_home / "pip/pip.conf"]
    files.append(Path(sys.base_prefix, "pip.conf"))
    return [*files, Path(chosen)] if chosen else files


def _uv_has_indexes(environ: Mapping[str, str], home: Path) -> bool:
    if any(environ.get(name) for name in _UV_INDEX_VARIABLES):
        return True
    config_home = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
    files = [Path("/etc/uv/uv.toml"), config_home / "uv/uv.toml"]
    if environ.get("UV_CONFIG_FILE"):
        files.append(Path(environ["UV_CONFIG_FILE"]))
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
