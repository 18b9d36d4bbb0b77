"""Project pages: read from any index, written so that every file is the gateway's.

Pure. PEP 691 JSON is kept field by field (PEP 700 sizes and times, PEP 592 yanks,
PEP 740 provenance, whatever comes later); only addresses and metadata announcements
change. A PEP 503 page becomes the same structure first. A file without a sha256
cannot be locked or checked and is left out.

Parsing takes up to 50 ms a page: callers keep it out of the event loop. pydantic's
reader and writer take half the time of the standard library's for the same bytes.
"""

import json
import re
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from typing import Any
from urllib.parse import quote, urljoin

from pydantic_core import from_json, to_json

from venvoy.index.address import is_file_name, is_sha256

JSON_TYPE = "application/vnd.pypi.simple.v1+json"
HTML_TYPE = "application/vnd.pypi.simple.v1+html"
ACCEPT = f"{JSON_TYPE}, {HTML_TYPE};q=0.2, text/html;q=0.1"


_SCHEMES = ("https://", "http://")
_BLANK = re.compile(r"[\s\x00-\x1f]")
_QUOTED = re.compile(r"[^A-Za-z0-9_.\-]")


class PageUnreadable(ValueError):
    """An index answered something that is no project page."""


@dataclass(frozen=True, slots=True)
class Location:
    """Where one upstream has a file.

    Attributes:
        sha256: of the file.
        name: of the file.
        url: absolute, as the page gave it.
        size: bytes, or None where the page did not say (PEP 503).
        metadata: what the page says of PEP 658 metadata: its sha256, "" for present
            without a hash, None for absent.
    """

    sha256: str
    name: str
    url: str
    size: int | None
    metadata: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """One project's page, ready to be served.

    Attributes:
        body: PEP 691 JSON with relative addresses of the gateway.
        etag: quoted; equal bodies have equal tags.
        locations: one per file.
    """

    body: bytes
    etag: str
    locations: tuple[Location, ...]


def read_page(data: bytes, content_type: str, base: str) -> Page:
    """Read an index's page and rewrite it.

    Args:
        data: the body as it came.
        content_type: the header's value, with or without parameters.
        base: the page's address after redirects, which relative addresses refer to.

    Raises:
        PageUnreadable: it is no PEP 691 or PEP 503 page, or of a newer major version.
    """
    document = _document(data, content_type)
    _check_version(document)
    files: list[dict[str, Any]] = []
    locations: list[Location] = []
    base = document.pop("_base", None) or base
    for entry in document["files"]:
        location = _location(entry, base)
        if location is not None:
            locations.append(location)
            files.append(_rewritten(entry, location))
    document["files"] = files
    body = to_json(document)
    return Page(body, f'"{sha256(body).hexdigest()[:32]}"', tuple(locations))


def _document(data: bytes, content_type: str) -> dict[str, Any]:
    kind = content_type.partition(";")[0].strip().lower()
    if kind in {"text/html", HTML_TYPE, "application/xhtml+xml"}:
        from venvoy.index.html_page import read_html  # noqa: PLC0415 - rare, see there

        return read_html(data)
    try:
        document = from_json(data, cache_strings="keys")
    except ValueError as error:
        raise PageUnreadable("neither JSON nor announced as HTML") from error
    if not isinstance(document, dict) or not isinstance(document.get("files"), list):
        raise PageUnreadable("no list of files")
    return document


def _check_version(document: dict[str, Any]) -> None:
    meta = document.get("meta")
    version = str(meta.get("api-version", "1.0")) if isinstance(meta, dict) else "1.0"
    if version.partition(".")[0] != "1":
        raise PageUnreadable(f"version {version} of the simple repository API")


def _location(entry: Any, base: str) -> Location | None:
    if not isinstance(entry, dict):
        return None
    name, url, hashes = entry.get("filename"), entry.get("url"), entry.get("hashes")
    digest = hashes.get("sha256") if isinstance(hashes, dict) else None
    if not (isinstance(name, str) and isinstance(url, str) and isinstance(digest, str)):
        return None
    if not is_file_name(name) or not is_sha256(digest.lower()):
        return None
    absolute = _absolute(base, url)
    if absolute is None:
        return None
    size = entry.get("size")
    known = size if isinstance(size, int) and size >= 0 else None
    return Location(digest.lower(), name, absolute, known, _metadata_hash(entry))


def _absolute(base: str, url: str) -> str | None:
    # Joining costs more than all else here, so only where there is something to join or
    # a bracket to check.
    if not url.startswith(_SCHEMES) or "[" in url:
        try:
            url = urljoin(base, url)
        except ValueError:
            return None
    absolute = url.partition("#")[0]
    return absolute if absolute.startswith(_SCHEMES) and not _BLANK.search(absolute) else None


def _metadata_hash(entry: dict[str, Any]) -> str | None:
    """Read PEP 658 and PEP 714; the older key has been written by some indexes."""
    told = entry.get("core-metadata", entry.get("dist-info-metadata"))
    if isinstance(told, dict):
        digest = told.get("sha256")
        return digest.lower() if isinstance(digest, str) and is_sha256(digest.lower()) else ""
    return "" if told else None


def _rewritten(entry: dict[str, Any], location: Location) -> dict[str, Any]:
    """Change an entry in place; it was read for nothing else."""
    entry.pop("dist-info-metadata", None)
    entry.pop("core-metadata", None)
    name = quote(location.name) if _QUOTED.search(location.name) else location.name
    entry["url"] = f"../../files/{location.sha256}/{name}"
    if location.metadata:
        entry["core-metadata"] = {"sha256": location.metadata}
    elif location.metadata == "" or location.name.endswith(".whl"):
        # A wheel's metadata is read out of the remote wheel where the index has none.
        entry["core-metadata"] = True
    return entry


def page_as_html(body: bytes) -> bytes:
    """Write a page of `read_page` as PEP 503 HTML, for clients that want that."""
    document = json.loads(body)
    name = escape(str(document.get("name", "")))
    lines = [
        "<!DOCTYPE html>",
        "<html><head>",
        '<meta name="pypi:repository-version" content="1.0">',
        f"<title>Links for {name}</title></head><body><h1>Links for {name}</h1>",
        *(_anchor(entry) for entry in document["files"]),
        "</body></html>",
    ]
    return "\n".join(lines).encode()


def _anchor(entry: dict[str, Any]) -> str:
    attributes = {"href": f"{entry['url']}#sha256={entry['hashes']['sha256'].lower()}"}
    if entry.get("requires-python"):
        attributes["data-requires-python"] = str(entry["requires-python"])
    yanked = entry.get("yanked", False)
    if yanked is not False:
        attributes["data-yanked"] = yanked if isinstance(yanked, str) else ""
    told = entry.get("core-metadata")
    if told:
        value = f"sha256={told['sha256']}" if isinstance(told, dict) else "true"
        attributes |= {"data-core-metadata": value, "data-dist-info-metadata": value}
    shown = " ".join(f'{key}="{escape(value)}"' for key, value in attributes.items())
    return f"<a {shown}>{escape(entry['filename'])}</a><br>"


def project_list(names: list[str], *, as_json: bool) -> bytes:
    """Write the list of projects (PEP 691 or PEP 503)."""
    if as_json:
        projects = [{"name": name} for name in names]
        return json.dumps({"meta": {"api-version": "1.0"}, "projects": projects}).encode()
    anchors = "\n".join(f'<a href="{escape(name)}/">{escape(name)}</a><br>' for name in names)
    return f"<!DOCTYPE html>\n<html><body>\n{anchors}\n</body></html>".encode()


def wants_json(accept: str) -> bool:
    """Whether a client's `Accept` header prefers PEP 691 JSON over HTML.

    A client that says nothing, or anything, gets HTML, as PEP 691 recommends.
    """
    best_json = best_html = 0.0
    for part in accept.split(","):
        kind, _, parameters = part.strip().partition(";")
        quality = _quality(parameters)
        if kind in {JSON_TYPE, "application/vnd.pypi.simple.latest+json"}:
            best_json = max(best_json, quality)
        elif kind in {HTML_TYPE, "text/html", "application/vnd.pypi.simple.latest+html"}:
            best_html = max(best_html, quality)
    return best_json > 0 and best_json >= best_html


def _quality(parameters: str) -> float:
    for parameter in parameters.split(";"):
        key, _, value = parameter.strip().partition("=")
        if key == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
