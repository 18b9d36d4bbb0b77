"""Global options stand anywhere; what follows `--` or belongs to a command is not ours."""

import pytest

from venvoy.cli import run as run_command
from venvoy.cli.arguments import Line, hoist
from venvoy.cli.run import Wish
from venvoy.domain.errors import InvalidInput


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("--json env list", "env list"),
        ("env --json list", "env list"),
        ("env list --json", "env list"),
        ("run web -- prog --json", "run web -- prog --json"),
        ("run web prog --json", "run web prog --json"),
        ("run --node local web prog --lang x", "run --node local web prog --lang x"),
        ("run web --node local prog --json", "run web --node local prog --json"),
    ],
)
def test_json_is_found_wherever_it_stands(line: str, rest: str) -> None:
    found = hoist(line.split())
    assert found.rest == rest.split()
    assert found.as_json == (line != rest)


@pytest.mark.parametrize("line", ["--lang zh env list", "env list --lang=zh", "env --lang zh list"])
def test_the_language_is_found_wherever_it_stands(line: str) -> None:
    assert hoist(line.split()) == Line(["env", "list"], "zh")


def test_run_takes_global_options_before_its_environment() -> None:
    assert hoist(["run", "--lang", "zh", "web", "x"]) == Line(["run", "web", "x"], "zh")


def test_a_language_without_a_value_is_refused() -> None:
    with pytest.raises(InvalidInput, match="option-needs-value"):
        hoist(["env", "--lang"])


@pytest.mark.parametrize(
    ("line", "wish"),
    [
        ("web -- python -c 1", Wish("web", ["python", "-c", "1"])),
        ("web python -c 1", Wish("web", ["python", "-c", "1"])),
        ("web -- --help", Wish("web", ["--help"])),
        ("web -- prog -- --node x", Wish("web", ["prog", "--", "--node", "x"])),
        ("--node local web -- prog", Wish("web", ["prog"])),
        ("web --node=local -- prog", Wish("web", ["prog"])),
        ("--help", None),
        ("web --help", None),
    ],
)
def test_run_reads_its_line(line: str, wish: Wish | None) -> None:
    assert run_command.parse(line.split()) == wish


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("", "argument-missing"),
        ("--", "argument-missing"),
        ("-- prog", "argument-missing"),
        ("web", "run-no-command"),
        ("web --", "run-no-command"),
        ("web --wat -- prog", "option-unknown"),
        ("web --node", "option-needs-value"),
        ("web --node other -- prog", "run-only-local"),
    ],
)
def test_run_refuses_what_it_cannot_read(line: str, code: str) -> None:
    with pytest.raises(InvalidInput) as error:
        run_command.parse(line.split())
    assert error.value.code == code
