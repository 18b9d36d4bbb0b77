"""PEP 503 pages, for indexes that speak nothing else.

Imported when the first such page arrives. Only anchors count; everything else on a
page is decoration.
"""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote, urlsplit

_REPOSITORY_VERSION = "pypi:repository-version"


class _Anchors(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.base: str | None = None
        self.version = "1.0"
        self.entries: list[dict[str, Any]] = []
        self._open: dict[str, str] | None = None
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {key: value or "" for key, value in attrs}
        if tag == "base" and self.base is None:
            self.base = attributes.get("href")
        elif tag == "meta" and attributes.get("name") == _REPOSITORY_VERSION:
            self.version = attributes.get("content", self.version)
        elif tag == "a" and attributes.get("href"):
            self._open, self._text = attributes, []

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._open is not None:
            self.entries.append(_entry(self._open, "".join(self._text).strip()))
            self._open = None


def read_html(data: bytes) -> dict[str, Any]:
    """Return a PEP 503 page in PEP 691's structure.

    Returns:
        `meta`, `name` (empty: the page does not say), `files` and, where the page has a
        `<base>`, `_base`.
    """
    parser = _Anchors()
    parser.feed(data.decode("utf-8", errors="replace"))
    parser.close()
    document: dict[str, Any] = {
        "meta": {"api-version": parser.version},
        "name": "",
        "files": parser.entries,
    }
    if parser.base:
        document["_base"] = parser.base
    return document


def _entry(attributes: dict[str, str], text: str) -> dict[str, Any]:
    url, _, fragment = attributes["href"].partition("#")
    algorithm, _, digest = fragment.partition("&")[0].partition("=")
    name = text or unquote(urlsplit(url).path.rpartition("/")[2])
    entry: dict[str, Any] = {
        "filename": name,
        "url": url,
        "hashes": {algorithm: digest} if digest else {},
    }
    if attributes.get("data-requires-python"):
        entry["requires-python"] = attributes["data-requires-python"]
    if "data-yanked" in attributes:
        entry["yanked"] = attributes["data-yanked"] or True
    told = attributes.get("data-core-metadata", attributes.get("data-dist-info-metadata"))
    if told is not None:
        algorithm, _, digest = told.partition("=")
        entry["core-metadata"] = {algorithm: digest} if digest else told == "true"
    return entry
