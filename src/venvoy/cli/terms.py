"""Fixed words of the interface as people read them: states, steps, places, versions.

`--json` keeps the codes. English shows the codes too: they are English words, and
options such as `--state` take them.
"""

from dataclasses import dataclass
from enum import StrEnum

from venvoy import texts


@dataclass(frozen=True, slots=True)
class Term:
    """A word of a fixed set.

    Attributes:
        code: as programs know it.
        text: as people read it.
    """

    code: str
    text: str

    def __str__(self) -> str:
        return self.text


def term(language: str, section: str, code: str) -> Term:
    """Return a code's word; one that this release does not know stands for itself.

    Args:
        language: one of `texts.LANGUAGES`.
        section: `states`, `kinds`, `steps` or `hops` of the catalogue.
        code: the value, such as `ready`.
    """
    value = code.value if isinstance(code, StrEnum) else code
    if language == "en":
        return Term(value, value)
    return Term(value, texts.text(language, f"{section}.{value}") or value)


def python_text(specifier: str | None) -> str:
    """Return a Python specifier for people: `==3.13.*` is `3.13`."""
    from venvoy.domain.python import readable

    return readable(specifier or "")
