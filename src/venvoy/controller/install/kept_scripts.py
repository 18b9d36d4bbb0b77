"""The scripts that lines out there name by their hash, also those of earlier releases.

A line may be pasted weeks after it was made, when the controller has been upgraded;
what it names is kept, so that it finds that very script.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from venvoy.bus.files import make_private_directory, write_private
from venvoy.controller.install.scripts import Script

_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class KeptScripts:
    """Scripts by hash.

    Attributes:
        folder: where they are kept.
    """

    folder: Path

    def keep(self, script: Script) -> None:
        """Keep a script that a line is about to name; blocks.

        Raises:
            Unavailable: the directory cannot be written.
        """
        file = self._file(script.digest)
        if not file.is_file():
            make_private_directory(self.folder)
            write_private(file, script.text.encode())

    def find(self, digest: str) -> str | None:
        """Return the script of a hash, None where none is kept; blocks."""
        if not _DIGEST.fullmatch(digest):
            return None
        try:
            return self._file(digest).read_bytes().decode()
        except (OSError, UnicodeError):
            return None

    def _file(self, digest: str) -> Path:
        return self.folder / digest
