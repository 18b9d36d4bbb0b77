from hypothesis import given
from hypothesis import strategies as st

from venvoy.index.turns import PROGRESS, Turns


def test_a_passing_failure_gives_the_turn_to_the_next() -> None:
    turns = Turns(["a", "b"], attempts=3)
    assert turns.failed(transient=True, gained=0) == 1
    assert turns.now() == "b"
    turns.failed(transient=True, gained=0)
    assert turns.now() == "a"


def test_a_definite_failure_strikes_off() -> None:
    turns = Turns(["a", "b"], attempts=3)
    assert turns.failed(transient=False, gained=0) == 0
    assert turns.now() == "b"
    turns.failed(transient=False, gained=0)
    assert not turns


def test_an_attempt_that_brought_bytes_does_not_count() -> None:
    turns = Turns(["a"], attempts=2)
    for _ in range(10):
        assert turns.failed(transient=True, gained=PROGRESS) == 0
    turns.failed(transient=True, gained=0)
    assert turns
    turns.failed(transient=True, gained=PROGRESS - 1)
    assert not turns


@given(
    st.integers(1, 4),
    st.integers(1, 4),
    st.lists(st.tuples(st.booleans(), st.integers(-PROGRESS, PROGRESS - 1)), min_size=16),
)
def test_fruitless_attempts_are_bounded(
    upstreams: int, attempts: int, failures: list[tuple[bool, int]]
) -> None:
    turns = Turns(range(upstreams), attempts)
    made = 0
    for transient, gained in failures:
        if not turns:
            break
        made += 1
        turns.failed(transient=transient, gained=gained)
    assert not turns
    assert made <= upstreams * attempts
