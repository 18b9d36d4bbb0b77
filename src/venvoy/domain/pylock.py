"""A lock written for others: `pylock.toml` for uv, and exports for people.

The file must be called `pylock.toml` or `pylock.<name>.toml` (PEP 751), or uv refuses
it. Its addresses are authoritative for uv: no index is asked, and hashes are checked.
"""

import json
from collections.abc import Callable, Iterator

from venvoy.domain.lock import Lock, LockedFile, LockedPackage

UrlOf = Callable[[LockedFile], str]
"""The address that a file is to be fetched from."""

_CREATED_BY = "venvoy"


def render(lock: Lock, url_of: UrlOf) -> str:
    """Write a lock for `uv pip sync`.

    Files of requirements by URL are listed as wheels too, so that the address that
    they are fetched from is not recorded in the environment (PEP 610).

    Args:
        lock: what is to be installed.
        url_of: such as the node's own gateway.
    """
    return _document(lock, lambda file: {"url": url_of(file)})


def export_pylock(lock: Lock, base: str | None = None) -> str:
    """Write a lock for other tools and for keeping.

    Args:
        lock: any.
        base: a mirror's file root ending in `/`, below which the files are found.
            Without one a file is named by its neutral path (PEP 751 `path`), as
            it lies below a copy of an index's file root.
    """

    def place(file: LockedFile) -> dict[str, str]:
        if file.url:
            return {"url": file.url}
        path = file.path or file.name
        return {"url": base + path} if base else {"path": path}

    return _document(lock, place)


def export_requirements(lock: Lock) -> str:
    """Write a lock as a `requirements.txt` with hashes, which pip and uv check."""
    return "".join(map(_requirement, lock.packages))


def _requirement(package: LockedPackage) -> str:
    url = next((file.url for file in package.files if file.url), None)
    line = f"{package.name} @ {url}" if url else f"{package.name}=={package.version}"
    if package.marker:
        line += f" ; {package.marker}"
    hashes = sorted({file.sha256 for file in package.files})
    return " \\\n    ".join([line, *(f"--hash=sha256:{each}" for each in hashes)]) + "\n"


def _document(lock: Lock, place: Callable[[LockedFile], dict[str, str]]) -> str:
    head = [
        'lock-version = "1.0"',
        f"created-by = {_string(_CREATED_BY)}",
        f"requires-python = {_string(lock.python)}",
    ]
    body = ["" if lock.packages else "packages = []"]
    for package in lock.packages:
        body += _package(package, place)
    return "\n".join([*head, *body]) + "\n"


def _package(
    package: LockedPackage, place: Callable[[LockedFile], dict[str, str]]
) -> Iterator[str]:
    yield "[[packages]]"
    yield f"name = {_string(package.name)}"
    yield f"version = {_string(package.version)}"
    if package.marker:
        yield f"marker = {_string(package.marker)}"
    yield "wheels = ["
    for file in package.files:
        fields = [f"name = {_string(file.name)}"]
        fields += [f"{key} = {_string(value)}" for key, value in place(file).items()]
        fields += [] if file.size is None else [f"size = {file.size}"]
        fields.append(f"hashes = {{ sha256 = {_string(file.sha256)} }}")
        yield f"    {{ {', '.join(fields)} }},"
    yield "]"
    yield ""


def _string(text: str) -> str:
    # A JSON string is a TOML basic string, but for DEL, which TOML wants escaped.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
