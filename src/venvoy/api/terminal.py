"""What `venvoy up` says to the person who started it.

It goes to stdout, once everything works; errors go to stderr through the CLI's one
boundary. The first password is shown here and kept nowhere.
"""

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from venvoy.texts import text

_FIRST_WIDE = 0x2E80  # CJK radicals; what comes before is narrow in our languages
_FIRST = "env create web -p fastapi --wait"


class Terminal:
    """Words in the user's language.

    Args:
        language: one of `venvoy.texts.LANGUAGES`.
    """

    def __init__(self, language: str) -> None:
        self._language = language

    def say(self, key: str, **params: object) -> None:
        """Print one line of the catalogue, from under `up`."""
        sys.stdout.write(f"{self._words(key, params)}\n")
        sys.stdout.flush()

    def ready(self, url: str, data: Path, password: str | None) -> None:
        """Print where everything is and what to try first."""
        cli = _cli()
        rows = [("address", url), *self._login(password)]
        rows += [("data", str(data)), ("cli", cli), ("first", f"{cli} {_FIRST}")]
        self._print(["", self._words("ready", {}), "", *self._table(rows), ""])

    def password(self, password: str) -> None:
        """Print the first admin's password alone, where the rest failed."""
        self._print(self._table(self._login(password)))

    def _login(self, password: str | None) -> list[tuple[str, str]]:
        if password is None:
            return []
        once = self._words("once", {})
        return [("user", "admin"), ("password", f"{password}   ({once})")]

    def _table(self, rows: list[tuple[str, str]]) -> list[str]:
        labels = [self._words(key, {}) for key, _ in rows]
        width = max(_width(label) for label in labels)
        return [
            f"  {label}{' ' * (width - _width(label))}  {value}"
            for label, (_, value) in zip(labels, rows, strict=True)
        ]

    def _print(self, lines: list[str]) -> None:
        sys.stdout.write("".join(f"{line}\n" for line in lines))
        sys.stdout.flush()

    def _words(self, key: str, params: Mapping[str, object]) -> str:
        return text(self._language, f"up.{key}", params) or key


def _cli() -> str:
    """Return how the CLI of this installation is called."""
    name = "venvoy"
    here = Path(sys.executable).with_name(f"{name}.exe" if sys.platform == "win32" else name)
    on_path = shutil.which(name)
    if on_path is not None and Path(on_path).resolve() == here.resolve():
        return name
    return str(here) if here.exists() else name


def _width(label: str) -> int:
    """Columns on a terminal; a Chinese character takes two."""
    return sum(2 if ord(character) >= _FIRST_WIDE else 1 for character in label)
