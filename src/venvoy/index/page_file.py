"""One project's page on disk: a head, a table of its files, the page as served.

One file per project, written at once and renamed, so that no reader sees half of
one. Its modification time says when upstream last confirmed it. The table is text,
one file per line, so that a file is found by its hash without parsing megabytes of
JSON; that is what makes hash and name enough after a restart.

Layout: one line of JSON (`_HEAD_KEYS`), `table` bytes of lines, then the page.
"""

import json
import os
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from venvoy.index.pages import Location, Page

_FORMAT = 1


@dataclass(frozen=True, slots=True)
class PageHead:
    """What is known of a stored page.

    Attributes:
        source: sha256 of the body as upstream sent it.
        etag: of the page as served.
        upstream_etag: upstream's own tag, or None.
        table: bytes of the table.
        format: of this file; another one is as good as no file.
    """

    source: str
    etag: str
    upstream_etag: str | None
    table: int
    format: int = _FORMAT


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A page read back.

    Attributes:
        head: see `PageHead`.
        confirmed: Unix time at which upstream last confirmed it.
        body: PEP 691 JSON.
    """

    head: PageHead
    confirmed: float
    body: bytes

    def age(self) -> float:
        """Return the seconds since upstream confirmed it.

        A clock that was set back makes it as old as can be, not young for ever.
        """
        age = time.time() - self.confirmed
        return age if age >= 0 else float("inf")


class PageFile:
    """The file of one project at one upstream.

    Args:
        path: of the file, which may not exist.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> StoredPage | None:
        """Return the page, or None where there is none that can be used."""
        try:
            with self._path.open("rb") as file:
                head = _head(file.readline())
                if head is None:
                    return None
                file.seek(head.table, os.SEEK_CUR)
                return StoredPage(head, os.fstat(file.fileno()).st_mtime, file.read())
        except OSError:
            return None

    def find(self, sha256: str, name: str) -> Location | None:
        """Return where the page has a file, by hash and name."""
        try:
            with self._path.open("rb") as file:
                head = _head(file.readline())
                table = file.read(head.table) if head else b""
        except OSError:
            return None
        mark = f"\n{sha256} {name} ".encode()
        start = table.find(mark)
        if start < 0:
            return None
        end = table.find(b"\n", start + 1)
        return _location(table[start + 1 : end].decode())

    def write(self, page: Page, source: str, upstream_etag: str | None) -> StoredPage:
        """Store a page.

        Raises:
            OSError: the disk does not take it; what was there before stays.
        """
        table = ("\n" + "".join(_line(location) for location in page.locations)).encode()
        head = PageHead(source, page.etag, upstream_etag, len(table))
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=self._path.parent, prefix=".new-", delete=False) as file:
            try:
                file.write(json.dumps(asdict(head)).encode() + b"\n")
                file.write(table)
                file.write(page.body)
                file.close()
                Path(file.name).replace(self._path)
            except OSError:
                with suppress(OSError):
                    Path(file.name).unlink()
                raise
        return StoredPage(head, time.time(), page.body)

    def confirm(self) -> None:
        """Note that upstream still has the same page."""
        with suppress(OSError):
            os.utime(self._path)


def _head(line: bytes) -> PageHead | None:
    try:
        head = PageHead(**json.loads(line))
    except (ValueError, TypeError):
        return None
    return head if head.format == _FORMAT else None


def _line(location: Location) -> str:
    size = "-" if location.size is None else str(location.size)
    metadata = "-" if location.metadata is None else location.metadata or "+"
    return f"{location.sha256} {location.name} {size} {metadata} {location.url}\n"


def _location(line: str) -> Location:
    sha256, name, size, metadata, url = line.split(" ", 4)
    return Location(
        sha256=sha256,
        name=name,
        url=url,
        size=None if size == "-" else int(size),
        metadata=None if metadata == "-" else metadata.removeprefix("+"),
    )
