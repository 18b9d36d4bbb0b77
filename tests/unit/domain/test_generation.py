"""Whatever is asked of a replica, what is asked later is newer."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from venvoy.domain.generation import Goal, hold, install, remove
from venvoy.domain.reconcile import Aim, Version, newer
from venvoy.domain.state import ReplicaState

Ask = Callable[[Goal | None, int], Goal]


def _hold(before: Goal | None, epoch: int) -> Goal:
    return hold(before or install(None, epoch, "first", 1), epoch)


ASKED: list[Ask] = [
    lambda before, epoch: install(before, epoch, "operation", 3),
    _hold,
    lambda before, epoch: remove(before, epoch, "operation"),
]


@given(st.lists(st.tuples(st.sampled_from(ASKED), st.integers(0, 3)), min_size=1))
def test_each_goal_is_newer_than_the_one_before_even_when_the_epoch_falls_behind(
    asked: list[tuple[Ask, int]],
) -> None:
    before: Goal | None = None
    for ask, epoch in asked:
        goal = ask(before, epoch)
        assert newer(goal.version, before.version if before else None)
        before = goal


def test_a_hold_ends_the_operation_that_it_stops() -> None:
    before = install(None, 1, "build", 7)
    assert hold(before, 1) == Goal(Version(1, 2), Aim.HOLD, "build")


def test_the_first_goal_is_the_first_generation() -> None:
    assert install(None, 4, "build", 7) == Goal(Version(4, 1), Aim.INSTALL, "build", 7)


def test_what_shows_until_the_node_reports() -> None:
    before = install(None, 1, "build", 1)
    assert before.shown is ReplicaState.PENDING
    assert hold(before, 1).shown is ReplicaState.PENDING
    assert remove(before, 1, "removal").shown is ReplicaState.REMOVING
