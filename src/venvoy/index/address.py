"""Addresses and names of package files: what may be shown, asked for and stored.

Pure. Everything that comes in from a client's path or a mirror's page goes through
here before it becomes a file name, a request or a line of a log.
"""

import re
from urllib.parse import urlsplit, urlunsplit

from packaging.utils import InvalidSdistFilename, canonicalize_name, parse_sdist_filename

_SHA256 = re.compile(r"[0-9a-f]{64}")
_PROJECT = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,254}[A-Za-z0-9])?")
_FILE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+!\-]{0,254}")
_FILE_PATH = re.compile(r"(?P<root>.*/)(?P<path>packages/[0-9a-f]{2}/[0-9a-f]{2}/[^?#]+)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_USER_INFO = re.compile(r"(?<=://)[^/@\s]*@")


def is_sha256(text: str) -> bool:
    """Whether this is a lower-case hex sha256."""
    return _SHA256.fullmatch(text) is not None


def is_project(text: str) -> bool:
    """Whether this is a project's name, normalised or not (PEP 508)."""
    return _PROJECT.fullmatch(text) is not None


def is_file_name(text: str) -> bool:
    """Whether this can be the name of a wheel or a source distribution."""
    return _FILE_NAME.fullmatch(text) is not None


def normalised(project: str) -> str:
    """Return a project's name as PEP 503 wants it in addresses."""
    return canonicalize_name(project)


def project_of(file_name: str) -> str:
    """Return the normalised project that a file's name belongs to.

    A wheel's name ends at its first hyphen (PEP 427); an old source distribution may
    have hyphens in its name, and then the last one separates the version.
    """
    if file_name.endswith(".whl"):
        return canonicalize_name(file_name.partition("-")[0])
    try:
        return parse_sdist_filename(file_name)[0]
    except InvalidSdistFilename:
        return canonicalize_name(file_name.rpartition("-")[0] or file_name)


def split_file_url(url: str) -> tuple[str, str] | None:
    """Split a file's address into a mirror's file root and the neutral path.

    Mirrors of the official index keep its layout `packages/aa/bb/…/name` below a root
    of their own; that part is equal on all of them. Other indexes have no such path.

    Returns:
        The root, which ends with `/`, and the path; or None where there is no path.
    """
    match = _FILE_PATH.fullmatch(url.partition("#")[0].partition("?")[0])
    if match is None or not is_neutral_path(match["path"]):
        return None
    return match["root"], match["path"]


def is_neutral_path(path: str) -> bool:
    """Whether a lock's path stays below a mirror's file root."""
    parts = path.split("/")
    return all(parts) and not {".", ".."} & set(parts) and not _CONTROL.search(path)


def shown(url: str) -> str:
    """Return an address as it may be logged: no credentials, query or fragment."""
    try:
        parts = urlsplit(clean(url))
    except ValueError:
        return redacted(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, "", ""))


def clean(text: str) -> str:
    """Return a text without control characters, as one line."""
    return _CONTROL.sub(" ", text).strip()


def redacted(text: str) -> str:
    """Return foreign words cleaned, cut and with credentials in addresses removed."""
    return _USER_INFO.sub("", clean(text))[:300]
