"""Requirements by URL: `name @ https://…` of one wheel or source archive.

Plain http is refused except on the loopback interface: until the lock holds the
file's hash, nothing else vouches for it.
"""

from urllib.parse import SplitResult, unquote, urlsplit

from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)

from venvoy.domain.errors import Param

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}

Problem = tuple[str, dict[str, Param]]


def url_problem(name: str, url: str) -> Problem | None:
    """Say why `url` cannot be required as `name`: code and parameters, or None."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "requirement-url-invalid", {}
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        # The text is not repeated: it holds the password.
        return "requirement-url-credentials", {"text": f"{name} @ …"}
    if parts.scheme not in {"http", "https"} or not host:
        return "requirement-url-invalid", {}
    if parts.scheme == "http" and host not in _LOOPBACK:
        return "requirement-url-insecure", {}
    return _file_problem(name, parts)


def file_name(url: str) -> str:
    """The last segment of a URL's path, decoded."""
    return unquote(urlsplit(url).path).rpartition("/")[2]


def _file_problem(name: str, parts: SplitResult) -> Problem | None:
    file = unquote(parts.path).rpartition("/")[2]
    try:
        if file.endswith(".whl"):
            found = parse_wheel_filename(file)[0]
        elif file.endswith(".tar.gz"):
            found = parse_sdist_filename(file)[0]
        else:
            return "requirement-url-file", {"file": file[:80]}
    except InvalidSdistFilename:
        return None  # archives that a forge makes are named after a tag
    except InvalidWheelFilename:
        return "requirement-url-file", {"file": file[:80]}
    if file.endswith(".whl") and found != canonicalize_name(name):
        return "requirement-url-name", {"name": name, "found": found}
    return None
