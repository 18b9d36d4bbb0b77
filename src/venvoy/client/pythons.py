"""Questions and changes of interpreters: on nodes, and in the catalogue."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from venvoy.client.transport import Transport, Wanted, address
from venvoy.wire.operations import Operation
from venvoy.wire.pythons import NodePython, PythonArchive, PythonWish
from venvoy.wire.schemas import Page


class Pythons(Transport):
    """Questions and changes of interpreters."""

    def pythons(self, **filters: Wanted) -> Iterator[NodePython]:
        """Yield the interpreters of nodes, those of one node together.

        Args:
            filters: `node` and `sort`, as the API takes them.
        """
        return self._pages("pythons", NodePython, filters)

    def install_python(self, wish: PythonWish) -> list[Operation]:
        """Have nodes install an interpreter; return the work, one for each node."""
        return self._post("pythons/install", Page[Operation], wish).items

    def remove_python(self, wish: PythonWish) -> list[Operation]:
        """Have nodes remove an interpreter that Venvoy installed."""
        return self._post("pythons/remove", Page[Operation], wish).items

    def python_archives(self) -> Iterator[PythonArchive]:
        """Yield the archives of the catalogue, newest first."""
        return self._pages("python-archives", PythonArchive, {})

    def upload_python(
        self,
        file: Path,
        *,
        sha256: str | None = None,
        version: str | None = None,
        platform: str | None = None,
    ) -> PythonArchive:
        """Upload an archive; what arrives must be what is in the file.

        Args:
            file: an `install_only` archive, `.tar.gz`.
            sha256: that was published for it; of the file as it is when absent.
            version, platform: where they cannot be read from inside it.

        Raises:
            OSError: the file cannot be read.
        """
        with file.open("rb") as content:
            digest = sha256 or hashlib.file_digest(content, "sha256").hexdigest()
        given = {"name": file.name, "sha256": digest, "version": version, "platform": platform}
        params = {key: value for key, value in given.items() if value is not None}
        with file.open("rb") as content:
            answer = self._send("POST", "python-archives", content=content, params=params)
        return self._read(answer, PythonArchive)

    def remove_python_archive(self, identifier: str) -> None:
        """Take an archive out of the catalogue. Raises NotFound, Conflict."""
        self._send("DELETE", address("python-archives", identifier))
