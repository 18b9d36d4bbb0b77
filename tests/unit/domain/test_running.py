"""What is shown of a process: never an argument that may be a secret, nor a control character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venvoy.domain.running import MOST_TEXT, Reign, program_of, reign_at

PYTHON = "/usr/bin/python3.12"
secrets = st.text(st.characters(codec="utf-8"), min_size=6, max_size=20).map(
    lambda text: f"SECRET{text}"
)
scripts = st.sampled_from(["train.py", "/srv/jobs/train.py", "-m", "-c", "-", "-mflask"])
switches = st.lists(st.sampled_from(["-u", "-I", "-X", "-W", "--check-hash-based-pycs", "-bb"]))


@pytest.mark.parametrize(
    ("executable", "arguments", "shown"),
    [
        (PYTHON, ["python", "/srv/train.py", "--password", "hunter2"], "python3.12 train.py"),
        (PYTHON, ["python", "-u", "-m", "flask", "run"], "python3.12 -m flask"),
        (PYTHON, ["python", "-Im", "flask"], "python3.12 -m flask"),
        (PYTHON, ["python", "-W", "ignore", "-X", "dev", "a.py"], "python3.12 a.py"),
        (PYTHON, ["python", "-Wignore", "-c", "password = 'hunter2'"], "python3.12 -c"),
        (PYTHON, ["python", "-uc", "password = 'hunter2'"], "python3.12 -c"),
        (PYTHON, ["python"], "python3.12"),
        (PYTHON, ["python", "-", "hunter2"], "python3.12"),
        (PYTHON, ["worker: token hunter2"], "python3.12"),
        ("", ["/srv/p/bin/python", "/srv/p/bin/gunicorn", "app:app"], "python gunicorn"),
        ("", ["postgres: ada hunter2"], "postgres:"),
        ("", [], ""),
        ("/usr/bin/sleep", ["sleep", "1000"], "sleep"),
        (r"C:\Python312\python.exe", ["python", r"C:\jobs\train.py"], "python.exe train.py"),
        ("/srv/\x1b[31mred", [], "red"),
    ],
)
def test_the_program_and_what_it_runs_are_named(
    executable: str, arguments: list[str], shown: str
) -> None:
    assert program_of(executable, arguments) == shown


@given(switches, scripts, st.lists(secrets, min_size=1))
def test_no_argument_after_the_script_is_shown(
    before: list[str], script: str, after: list[str]
) -> None:
    module = ["flask"] if script == "-m" else []
    options = [*before, "ignore"] if before and before[-1] in {"-X", "-W"} else before
    if options and options[-1] == "--check-hash-based-pycs":
        options = [*options, "always"]
    assert "SECRET" not in program_of(PYTHON, ["python", *options, script, *module, *after])


@given(st.text(), st.lists(st.text(), max_size=6))
def test_it_is_one_bounded_line_of_printable_text(executable: str, arguments: list[str]) -> None:
    shown = program_of(executable, arguments)
    assert shown.isprintable()
    assert len(shown) <= 2 * MOST_TEXT + len(" -m ")


reigns = st.lists(st.integers(1, 100), unique=True).map(
    lambda times: [Reign(float(at * 10), f"b{at}", at) for at in times]
)


@given(reigns, st.floats(0, 1100))
def test_a_process_began_with_the_last_that_was_live_by_then(
    known: list[Reign], started: float
) -> None:
    found = reign_at(known, started)
    before = [each for each in known if each.since <= started + 1]
    assert found == max(before, key=lambda each: each.since, default=None)
