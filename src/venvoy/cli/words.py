"""The CLI's words: help texts and sentences from the catalogue, in the user's language.

Commands name their help by key (`cli.help.…`); `localise` puts the texts in once
the language is known, so that `--lang` also holds for `--help`.
"""

from collections.abc import Mapping
from typing import Any

from venvoy import texts

_ATTRIBUTES = ("help", "short_help", "epilog")
_COMPLETION = frozenset({"install_completion", "show_completion"})


def say(language: str, key: str, **params: object) -> str:
    """Return a sentence of the catalogue's `cli.say` section.

    Raises:
        KeyError: there is no such sentence (a mistake in the code, found by tests).
    """
    found = texts.text(language, f"cli.say.{key}", params)
    if found is None:
        raise KeyError(key)
    return found


def labelled(label: str, text: str) -> str:
    """Return a label and what it stands before; a full-width colon brings its own space."""
    return f"{label}{text}" if label.endswith("：") else f"{label} {text}"


def localise(command: Any, language: str) -> None:
    """Replace the keys in a command tree's help by the language's texts.

    Args:
        command: a click command or group, as `typer.main.get_command` returns it.
        language: one of `venvoy.texts.LANGUAGES`.
    """
    for thing in (command, *command.params):
        for attribute in _ATTRIBUTES:
            key = getattr(thing, attribute, None)
            if isinstance(key, str) and key.startswith("cli."):
                setattr(thing, attribute, texts.text(language, key) or key)
        name = getattr(thing, "name", None)
        if name in _COMPLETION:  # typer's own options
            thing.help = texts.text(language, f"cli.help.{name}")
    children: Mapping[str, Any] = getattr(command, "commands", {})
    for child in children.values():
        localise(child, language)
