"""States, steps, places and versions as people read them."""

from enum import StrEnum

import pytest

from venvoy.cli.output import Output
from venvoy.cli.terms import Term, python_text, term
from venvoy.domain.cause import Hop, Step
from venvoy.domain.state import (
    EnvironmentState,
    NodeState,
    OperationKind,
    OperationState,
    ReplicaState,
)
from venvoy.texts import LANGUAGES, text

SECTIONS: tuple[tuple[str, type[StrEnum]], ...] = (
    ("states", EnvironmentState),
    ("states", ReplicaState),
    ("states", NodeState),
    ("states", OperationState),
    ("kinds", OperationKind),
    ("cli.steps", Step),
    ("cli.hops", Hop),
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("section", "codes"), SECTIONS)
def test_each_code_has_its_word(section: str, codes: type[StrEnum], language: str) -> None:
    missing = [code.value for code in codes if text(language, f"{section}.{code.value}") is None]
    assert missing == []


def test_english_shows_the_code_and_chinese_its_word() -> None:
    assert term("en", "states", "rolling") == Term("rolling", "rolling")
    assert term("zh-CN", "states", "rolling") == Term("rolling", "发布中")
    assert term("zh-CN", "cli.steps", Step.FETCH) == Term("fetch", "下载")


def test_a_code_of_a_newer_controller_stands_for_itself() -> None:
    assert str(term("zh-CN", "cli.steps", "teleport")) == "teleport"


@pytest.mark.parametrize(
    ("specifier", "shown"),
    [
        ("==3.13.*", "3.13"),
        (">=3.11,<3.14", ">=3.11,<3.14"),
        ("==3.12.4", "==3.12.4"),
        ("==3.12.*,!=3.12.1", "==3.12.*,!=3.12.1"),
        (None, ""),
    ],
)
def test_a_python_is_shown_as_people_write_it(specifier: str | None, shown: str) -> None:
    assert python_text(specifier) == shown


@pytest.mark.parametrize(
    ("number", "shown"), [(0, "0 packages"), (1, "1 package"), (2, "2 packages")]
)
def test_a_count_agrees_with_its_noun(number: int, shown: str) -> None:
    assert Output("en", as_json=False).count("package-count", number) == shown


def test_a_name_that_is_also_a_state_gets_no_colour(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    output = Output("en", as_json=False)
    output.table(("name", "state"), (("failed", output.term("states", "ready")),))
    row = capsys.readouterr().out.splitlines()[1]
    assert row.startswith("failed")
    assert "\x1b[32mready" in row
