"""All that the CLI says is in the catalogue, in both languages, and nothing else is."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import venvoy.cli
from venvoy.cli.tree import COMMANDS, build, command_of
from venvoy.cli.words import localise, say
from venvoy.texts import LANGUAGES, catalogue, text

SOURCE = Path(venvoy.cli.__file__).parent
SPOKEN = {"say", "words", "busy", "confirmed", "name", "told", "interruptible"}
TABLES = {"table": 0, "facts": 0}
ROWS = "tuple[tuple[str, str], ...]"


def literals(node: ast.AST) -> Iterator[str]:
    for found in ast.walk(node):
        if isinstance(found, ast.Constant) and isinstance(found.value, str):
            yield found.value


def headings(node: ast.expr | None) -> Iterator[str]:
    """Yield the headings of a table (a tuple of them) or of facts (a tuple of pairs)."""
    for element in getattr(node, "elts", ()):
        first = element.elts[0] if isinstance(element, ast.Tuple) else element
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield first.value


def spoken() -> Iterator[tuple[str, str]]:
    """Yield each key of `cli.say` that the source names, and where."""
    for file in sorted(SOURCE.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                yield from ((key, f"{file.name}:{node.lineno}") for key in named(node))
            elif isinstance(node, ast.FunctionDef) and rows(node):
                found = (each for each in ast.walk(node) if isinstance(each, ast.Return))
                yield from ((f"column.{h}", file.name) for r in found for h in headings(r.value))


def rows(function: ast.FunctionDef) -> bool:
    """Whether a function makes rows for `facts`."""
    return function.returns is not None and ast.unparse(function.returns) == ROWS


def named(call: ast.Call) -> Iterator[str]:
    """Yield the keys that one call names."""
    called = getattr(call.func, "attr", None) or getattr(call.func, "id", None)
    if called == "count":
        key = next(literals(call.args[0]))
        yield from (f"{key}.one", f"{key}.many")
    elif called in TABLES:
        yield from (f"column.{heading}" for heading in headings(call.args[0]))
    elif called in SPOKEN:
        for argument in call.args:
            choice: tuple[ast.expr, ...] = (argument,)
            if isinstance(argument, ast.IfExp):
                choice = (argument.body, argument.orelse)
            for one in choice:
                if isinstance(one, ast.Constant) and isinstance(one.value, str):
                    yield one.value


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_there(language: str) -> None:
    found = dict(spoken())
    assert len(found) > 50
    assert "created" in found
    assert "column.node" in found
    missing = {key: place for key, place in found.items() if not text(language, f"cli.say.{key}")}
    assert missing == {}


def test_no_sentence_is_left_over() -> None:
    keys = {key for key, _ in spoken()}
    left = [key for key in flat(catalogue("en")["cli"]["say"]) if key not in keys]
    # The labels of errors are named through a variable.
    assert set(left) <= {"error", "hint"}


def nodes(command: Any) -> Iterator[Any]:
    yield command
    yield from command.params
    for child in getattr(command, "commands", {}).values():
        yield from nodes(child)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_and_option_has_its_help(language: str) -> None:
    tree = command_of(build())
    localise(tree, language)
    helpless = [node.name for node in nodes(tree) if not node.help or node.help.startswith("cli.")]
    assert helpless == []


def test_no_help_is_left_over() -> None:
    used = {
        value
        for file in SOURCE.glob("*.py")
        for value in literals(ast.parse(file.read_text(encoding="utf-8")))
    }
    prefix = "cli.help."
    known = [*flat(catalogue("en")["cli"]["help"])]
    assert [key for key in known if key not in used and f"{prefix}{key}" not in used] == []


def commands(node: Any, path: str = "") -> Iterator[str]:
    children = getattr(node, "commands", {})
    if not children:
        yield path
    for name, child in children.items():
        yield from commands(child, f"{path} {name}".strip())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_that_a_text_advises_exists(language: str) -> None:
    known = [*commands(command_of(build()))]
    advised = {
        call: key
        for key in flat(catalogue(language))
        for call in re.findall(r"`venvoy ([a-z][^`]*)`", text(language, key) or "")
    }
    assert len(advised) > 10
    unknown = {
        call: key
        for call, key in advised.items()
        if not any(f"{call} ".startswith(f"{path} ") for path in known)
    }
    assert unknown == {}


def flat(node: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for key, value in node.items():
        path = f"{prefix}{key}"
        if isinstance(value, dict):
            yield from flat(value, f"{path}.")
        else:
            yield path


@pytest.mark.parametrize("word", COMMANDS)
def test_a_word_finds_its_command_in_a_tree_of_its_own(word: str) -> None:
    assert word in command_of(build(word)).commands


def test_help_lists_words_in_their_order() -> None:
    assert list(command_of(build()).commands) == list(COMMANDS)


def test_a_sentence_that_is_not_there_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        say("en", "no-such-sentence")
