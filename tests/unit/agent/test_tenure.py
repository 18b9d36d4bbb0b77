"""A run of an agent is known by a name that no copy of its directory can have."""

from pathlib import Path

import pytest

from venvoy.agent.prefix import Layout
from venvoy.agent.tenure import RUNS_FILE, Tenure


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    made = Layout(tmp_path)
    made.make()
    made.identity.mkdir(parents=True, exist_ok=True)
    return made


def test_each_run_names_those_before_it_newest_first(layout: Layout) -> None:
    first, second, third, fourth = (Tenure(layout) for _ in range(4))
    assert first.claim().lineage == ()
    first.accepted()
    # Killed before it was answered.
    assert second.claim().lineage == (first.instance,)
    assert third.claim().lineage == (second.instance, first.instance)
    assert third.claim().lineage == (second.instance, first.instance)
    third.accepted()
    assert fourth.claim().lineage == (third.instance, first.instance)
    assert len({run.instance for run in (first, second, third, fourth)}) == 4


def test_what_is_kept_is_bounded_private_and_not_needed(layout: Layout) -> None:
    for _ in range(40):
        run = Tenure(layout)
        run.claim()
        run.accepted()
    for _ in range(40):
        run = Tenure(layout)
        run.claim()
    assert len(run.claim().lineage) == 40
    file = layout.identity / RUNS_FILE
    assert file.stat().st_mode & 0o077 == 0
    file.write_text("{")
    assert Tenure(layout).claim().lineage == ()


def test_a_directory_that_cannot_be_written_ends_nothing(layout: Layout) -> None:
    (layout.identity / RUNS_FILE).mkdir()
    run = Tenure(layout)
    assert run.claim().instance == run.instance
    run.accepted()
