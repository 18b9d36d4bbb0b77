"""The catalogue says everything in both languages, and everything that is raised.

The codes are read from the source itself, so that a new error or cause without its
texts fails here, and so does a text that refers to what its error does not carry.
"""

import ast
import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import venvoy
from venvoy.domain import errors
from venvoy.texts import LANGUAGES, catalogue, pick_language, text

SOURCE = Path(venvoy.__file__).parent
PLACEHOLDER = re.compile(r"\{(\w+)\}")
ERRORS = frozenset(
    name
    for name, value in vars(errors).items()
    if inspect.isclass(value) and issubclass(value, errors.VenvoyError)
)


@dataclass(frozen=True)
class Use:
    """A code that the source gives to an error or a cause.

    Attributes:
        kind: `errors` or `causes`.
        code: the code.
        params: the parameters that it carries there, or None where they are made
            elsewhere.
        place: file and line.
    """

    kind: str
    code: str
    params: frozenset[str] | None
    place: str


def flat(node: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return `{"errors.name-empty.message": "…"}` for the nested catalogue."""
    found: dict[str, Any] = {}
    for key, value in node.items():
        path = f"{prefix}.{key}" if prefix else key
        found |= flat(value, path) if isinstance(value, dict) else {path: value}
    return found


def uses_in(tree: ast.AST, file: str) -> Iterator[Use]:
    """Yield every code in `tree` that stands as a literal in a constructor's call."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
        place = f"{file}:{node.lineno}"
        if name in ERRORS and node.args:
            for code in literals(node.args[0]):
                yield Use("errors", code, keywords(node), place)
        elif name == "Cause":
            named = {word.arg: word.value for word in node.keywords}
            first = node.args[0] if node.args else named.get("code")
            for code in literals(first):
                params = node.args[3] if len(node.args) > 3 else named.get("params")
                yield Use("causes", code, mapping_keys(params), place)


def literals(node: ast.expr | None) -> list[str]:
    """Return the strings that an argument may be: `"a"`, or `"a" if … else "b"`."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return literals(node.body) + literals(node.orelse)
    return []


def keywords(call: ast.Call) -> frozenset[str] | None:
    """Return the names of a call's keyword arguments; None if some are unpacked."""
    names = [word.arg for word in call.keywords]
    return None if None in names else frozenset(name for name in names if name)


def mapping_keys(node: ast.expr | None) -> frozenset[str] | None:
    """Return the keys of a dictionary display; None if it is anything else."""
    if node is None:
        return frozenset()
    if not isinstance(node, ast.Dict):
        return None
    keys = [key.value if isinstance(key, ast.Constant) else None for key in node.keys]
    return None if None in keys else frozenset(str(key) for key in keys)


def all_uses() -> list[Use]:
    """Return the codes of the whole package."""
    return [
        use
        for file in sorted(SOURCE.rglob("*.py"))
        for use in uses_in(
            ast.parse(file.read_text(encoding="utf-8")), str(file.relative_to(SOURCE))
        )
    ]


SECOND_TEXT = {"errors": "hint", "causes": "remedy"}


def test_the_source_is_read() -> None:
    tree = ast.parse(
        'raise InvalidInput("a" if x else "b", name=1)\n'
        'raise errors.NotFound("c", **more)\n'
        'Cause("d", step, hop, params={"n": 1})\n'
        'Cause(code="e", params=made)\n'
        'Cause("g", step, hop, {"n": 1, "m": 2})\n'
        'print("f")\n'
    )
    assert {(use.kind, use.code, use.params) for use in uses_in(tree, "x.py")} == {
        ("errors", "a", frozenset({"name"})),
        ("errors", "b", frozenset({"name"})),
        ("errors", "c", None),
        ("causes", "d", frozenset({"n"})),
        ("causes", "e", None),
        ("causes", "g", frozenset({"n", "m"})),
    }
    assert "name-empty" in {use.code for use in all_uses()}


def test_the_languages_have_the_same_keys() -> None:
    english, chinese = (flat(catalogue(language)) for language in ("en", "zh-CN"))
    assert sorted(english.keys() - chinese.keys()) == [], "missing in zh-CN"
    assert sorted(chinese.keys() - english.keys()) == [], "missing in en"


def test_the_languages_have_the_same_placeholders() -> None:
    english, chinese = (flat(catalogue(language)) for language in ("en", "zh-CN"))
    differing = [
        key
        for key in english.keys() & chinese.keys()
        if set(PLACEHOLDER.findall(english[key])) != set(PLACEHOLDER.findall(chinese[key]))
    ]
    assert sorted(differing) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_words(language: str) -> None:
    wrong = [
        key
        for key, value in flat(catalogue(language)).items()
        if not isinstance(value, str) or not value or value != value.strip()
    ]
    assert not wrong, "\n".join(["", *wrong])


@pytest.mark.parametrize("language", LANGUAGES)
def test_messages_end_without_a_period(language: str) -> None:
    wrong = [
        key
        for key, value in flat(catalogue(language)).items()
        if key.startswith(("errors.", "causes."))
        and value.endswith((".", "。"))
        and "…" not in value
    ]
    assert not wrong, "\n".join(["", *wrong])


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_code_that_is_raised_has_its_texts(language: str) -> None:
    missing = {
        f"{use.kind}.{use.code}.{part} ({use.place})"
        for use in all_uses()
        for part in ("message", SECOND_TEXT[use.kind])
        if text(language, f"{use.kind}.{use.code}.{part}") is None
    }
    assert not missing, "\n".join(["", *sorted(missing)])


def test_each_code_in_the_catalogue_has_message_and_hint() -> None:
    texts = catalogue("en")
    incomplete = [
        f"{kind}.{code}"
        for kind, second in SECOND_TEXT.items()
        for code, parts in texts.get(kind, {}).items()
        if set(parts) != {"message", second}
    ]
    assert incomplete == []


def test_texts_refer_only_to_what_is_carried() -> None:
    wrong = []
    for use in all_uses():
        parts = catalogue("en").get(use.kind, {}).get(use.code, {})
        wanted = {name for part in parts.values() for name in PLACEHOLDER.findall(part)}
        if use.params is not None and wanted - use.params:
            wrong.append(f"{use.place}: {use.code} lacks {sorted(wanted - use.params)}")
    assert not wrong, "\n".join(["", *wrong])


def test_parameters_are_filled_in_as_they_are() -> None:
    key = "errors.name-too-long.message"
    assert text("en", key, {"length": 70, "limit": 63}) == (
        "the name is 70 characters long, the limit is 63"
    )
    assert text("en", "errors.name-invalid.message", {"name": "{limit}"}) == (
        "`{limit}` is not a valid name"
    )


def test_a_missing_parameter_shows_and_an_unknown_key_is_none() -> None:
    assert text("en", "errors.name-invalid.message") == "`?` is not a valid name"
    assert text("en", "errors.no-such-code.message") is None
    assert text("en", "errors.name-invalid") is None
    with pytest.raises(KeyError):
        catalogue("fr")


@pytest.mark.parametrize(
    ("wishes", "language"),
    [
        ((), "en"),
        ((None, ""), "en"),
        (("C",), "en"),
        (("POSIX",), "en"),
        (("zh_CN.UTF-8",), "zh-CN"),
        (("zh",), "zh-CN"),
        (("en_GB.UTF-8", "zh_CN"), "en"),
        ((None, "zh-TW"), "zh-CN"),
        (("fr-FR,zh-CN;q=0.8,en;q=0.5",), "zh-CN"),
        (("fr-FR,en;q=0.8,zh;q=0.5",), "en"),
        (("de_DE", "fr"), "en"),
    ],
)
def test_the_first_language_that_is_there_is_picked(
    wishes: tuple[str | None, ...], language: str
) -> None:
    assert pick_language(*wishes) == language
