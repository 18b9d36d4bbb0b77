"""How the states of replicas fold into that of their environment."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venvoy.domain.state import (
    SETTLED,
    EnvironmentState,
    OperationState,
    ReplicaState,
    environment_state,
)

E, R = EnvironmentState, ReplicaState
replicas = st.lists(st.sampled_from(ReplicaState), max_size=8)


def fold(*states: ReplicaState) -> EnvironmentState:
    return environment_state(resolving=False, replicas=states)


@pytest.mark.parametrize(
    ("states", "folded"),
    [
        ((), E.READY),
        ((R.READY,), E.READY),
        ((R.READY, R.READY), E.READY),
        ((R.READY, R.BUILDING), E.ROLLING),
        ((R.FAILED, R.WAITING), E.ROLLING),
        ((R.READY, R.REMOVING), E.ROLLING),
        ((R.READY, R.FAILED), E.DEGRADED),
        ((R.READY, R.DRIFTED), E.DEGRADED),
        ((R.DRIFTED,), E.DEGRADED),
        ((R.READY, R.CANCELLED), E.DEGRADED),
        ((R.FAILED,), E.FAILED),
        ((R.FAILED, R.CANCELLED), E.FAILED),
        ((R.CANCELLED,), E.FAILED),
    ],
)
def test_folding(states: tuple[ReplicaState, ...], folded: EnvironmentState) -> None:
    assert fold(*states) is folded


@given(replicas)
def test_a_resolution_under_way_is_shown_before_all_else(states: list[ReplicaState]) -> None:
    assert environment_state(resolving=True, replicas=states) is E.RESOLVING


@given(replicas.flatmap(lambda states: st.tuples(st.just(states), st.permutations(states))))
def test_the_order_of_replicas_says_nothing(
    pair: tuple[list[ReplicaState], list[ReplicaState]],
) -> None:
    given_order, other_order = pair
    assert fold(*given_order) is fold(*other_order)


@pytest.mark.parametrize(
    ("states", "folded"),
    [
        ((), E.DEGRADED),
        ((R.READY,), E.DEGRADED),
        ((R.FAILED,), E.FAILED),
        ((R.READY, R.BUILDING), E.ROLLING),
    ],
)
def test_what_a_node_waits_for_is_not_ready(
    states: tuple[ReplicaState, ...], folded: EnvironmentState
) -> None:
    assert environment_state(resolving=False, replicas=states, waits=True) is folded


@given(replicas)
def test_ready_is_said_only_when_every_replica_is(states: list[ReplicaState]) -> None:
    assert (fold(*states) is E.READY) == all(state is R.READY for state in states)


@given(replicas)
def test_what_moves_is_never_called_settled(states: list[ReplicaState]) -> None:
    assert (fold(*states) is E.ROLLING) == bool(set(states) - SETTLED)


def test_an_iterator_serves_as_well_as_a_list() -> None:
    assert environment_state(resolving=False, replicas=iter([R.READY, R.FAILED])) is E.DEGRADED


def test_operations_end_in_three_ways() -> None:
    ended = {state for state in OperationState if state.ended}
    assert {state.value for state in ended} == {"succeeded", "failed", "cancelled"}
