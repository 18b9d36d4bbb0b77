"""What uv is given for one resolution: files in a private directory, and arguments.

Pure. Measured with uv 0.13: limits on the machines are read only from a project's
`[tool.uv]`, so there is one, and the user's and the system's configuration are shut
out by `isolation`. An existing output file is read as preferences: pins of the live
lock stay unless something needs them changed.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from venvoy.controller.context import ResolveRequest
from venvoy.domain.lock import Lock
from venvoy.domain.marker import for_platforms
from venvoy.domain.platform import Platform
from venvoy.domain.python import lowest, marker, minors
from venvoy.domain.wheel import Target

REQUIREMENTS = "requirements.in"
OVERRIDES = "overrides.in"
CONSTRAINTS = "constraints.in"
OUTPUT = "pylock.toml"
_CONFIG = "config"

# Else uv resolves for PyPy too where a package names it, and finds no wheels.
_CPYTHON = "implementation_name == 'cpython' and platform_python_implementation == 'CPython'"


def platforms_of(request: ResolveRequest) -> tuple[Platform, ...]:
    """The platforms that the lock is made for: the given ones and those in use."""
    if not request.spec.platforms:
        return tuple(Platform)
    return tuple(sorted({*request.spec.platforms, *(each.platform for each in request.targets)}))


def targets_of(request: ResolveRequest) -> tuple[Target, ...]:
    """The machines that must be satisfied: nodes in use, and platforms asked for."""
    first = lowest(request.spec.python)
    version = first if first.count(".") > 1 else f"{first}.0"
    asked = {Target(platform, version) for platform in request.spec.platforms}
    used = {target.platform for target in request.targets}
    return tuple(sorted({*request.targets, *(each for each in asked if each.platform not in used)}))


def project_files(request: ResolveRequest, without: Iterable[str] = ()) -> dict[str, str]:
    """The files of a resolution, by relative path.

    Args:
        request: what is wanted.
        without: packages that are left out together with what only they need.
    """
    left_out = "".join(f"{name} ; python_version < '0'\n" for name in sorted(without))
    constraints = "".join(f"{each.constraint}\n" for each in request.blocks)
    files = {
        "pyproject.toml": _pyproject(request),
        REQUIREMENTS: "".join(f"{each}\n" for each in request.spec.requirements),
        **({OVERRIDES: left_out} if left_out else {}),
        **({CONSTRAINTS: constraints} if constraints else {}),
        # An empty file ends uv's search for a system-wide configuration.
        f"{_CONFIG}/uv/uv.toml": "",
    }
    pins = _pins(request.live, request.upgrade)
    return {**files, OUTPUT: pins} if pins else files


def arguments(
    request: ResolveRequest,
    *,
    index_url: str,
    python: Path,
    cache: Path,
    overridden: bool,
    fresh: bool,
) -> list[str]:
    """The arguments of `uv` for a resolution in the directory of `project_files`.

    Args:
        request: what is wanted.
        index_url: the only index.
        python: any interpreter; it need not be of the version resolved for.
        cache: uv's cache directory.
        overridden: whether packages are left out.
        fresh: whether kept index pages are asked for anew, however young they are.
    """
    return [
        *("pip", "compile", "--universal", "--format", "pylock.toml"),
        *("--preview-features", "pylock"),
        *("--no-build", "--no-python-downloads", "--no-progress", "--no-header"),
        *("--color", "never", "--default-index", index_url),
        *("--python", str(python), "--python-version", lowest(request.spec.python)),
        *("--cache-dir", str(cache), "--output-file", OUTPUT, REQUIREMENTS),
        *(("--overrides", OVERRIDES) if overridden else ()),
        *(request.cooling.arguments() if request.cooling else ()),
        *(("--constraints", CONSTRAINTS) if request.blocks else ()),
        *(_refresh(request) if fresh else ()),
    ]


def isolation(directory: Path, outside: Mapping[str, str]) -> dict[str, str]:
    """The whole environment of uv: nothing of the controller's own but `outside`.

    Args:
        directory: the private one.
        outside: what direct URLs need to be reached (proxies, CA), and on Windows
            `SYSTEMROOT`.
    """
    home = str(directory / _CONFIG)
    # Programs read either spelling, and not all read both; one list stands for each.
    direct = ["127.0.0.1", "localhost", outside.get("NO_PROXY"), outside.get("no_proxy")]
    no_proxy = ",".join(dict.fromkeys(filter(None, direct)))
    return {
        **outside,
        "PATH": "",
        "HOME": home,
        "USERPROFILE": home,
        "APPDATA": home,
        "XDG_CONFIG_HOME": home,
        "XDG_CONFIG_DIRS": home,
        "TMPDIR": str(directory),
        "TEMP": str(directory),
        "TMP": str(directory),
        "NO_PROXY": no_proxy,
        "no_proxy": no_proxy,
        "UV_HTTP_TIMEOUT": "180",
        "UV_HTTP_RETRIES": "1",
        "UV_PYTHON_DOWNLOADS": "never",
    }


def _refresh(request: ResolveRequest) -> list[str]:
    if not request.upgrade:
        return ["--refresh"]
    return [option for name in sorted(request.upgrade) for option in ("--refresh-package", name)]


def _pyproject(request: ResolveRequest) -> str:
    python = request.spec.python
    machines = f"{_CPYTHON} and {marker(python)} and {for_platforms(platforms_of(request))}"
    several = len(minors(python)) > 1
    required = {
        f"{_CPYTHON} and {for_platforms([each.platform])}"
        + (f" and python_full_version == '3.{each.minor}.*'" if several else "")
        for each in targets_of(request)
    }
    lines = ["[tool.uv]", f"environments = {json.dumps([machines])}"]
    lines += [f"required-environments = {json.dumps(sorted(required))}"] if required else []
    return "\n".join(lines) + "\n"


def _pins(live: Lock | None, upgrade: frozenset[str] | None) -> str:
    """Names and versions of the live lock as a `pylock.toml`, without those let go."""
    if live is None or upgrade == frozenset():
        return ""
    kept = [each for each in live.packages if each.name not in (upgrade or frozenset())]
    entries = [
        f"[[packages]]\nname = {json.dumps(each.name)}\nversion = {json.dumps(each.version)}\n"
        for each in kept
        if not any(file.url for file in each.files)
    ]
    head = 'lock-version = "1.0"\ncreated-by = "venvoy"\n'
    return "\n".join([head, *entries]) if entries else ""
