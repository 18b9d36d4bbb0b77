"""Folding reports: any order and any repetition ends the same."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venvoy.domain.report import (
    MAX_EPOCH_AHEAD,
    Doing,
    Held,
    OnDisk,
    Report,
    Stamp,
    Verdict,
    fold,
    next_epoch,
    operation_state,
)
from venvoy.domain.state import OperationState, ReplicaState

AT = datetime(2026, 1, 2, tzinfo=UTC)


def held(wish: tuple[int, int] = (1, 3), *, removing: bool = False) -> Held:
    return Held(
        wish=wish,
        removing=removing,
        operation=f"op-{wish[1]}",
        seen=Stamp(0, 0, 0),
        disk=OnDisk(),
        doing=Doing(ReplicaState.PENDING),
    )


def report(
    sequence: int,
    state: ReplicaState = ReplicaState.FETCHING,
    *,
    wish: tuple[int, int] = (1, 3),
    live: int | None = None,
    attempt: int = 1,
    removed: bool = False,
    operation: str | None = None,
) -> Report:
    return Report(
        stamp=Stamp(*wish, sequence),
        operation=operation or f"op-{wish[1]}",
        disk=OnDisk(live_revision=live),
        doing=Doing(state, attempt=attempt),
        removed=removed,
        at=AT,
    )


reports = st.builds(
    report,
    st.integers(1, 12),
    st.sampled_from(ReplicaState),
    wish=st.sampled_from([(0, 9), (1, 1), (1, 2), (1, 3), (1, 4), (2, 1)]),
    live=st.none() | st.integers(1, 3),
    attempt=st.integers(1, 3),
)


def unique(found: list[Report]) -> list[Report]:
    """A node numbers each report once: the same stamp is the same report."""
    return list({one.stamp: one for one in found}.values())


@given(st.lists(reports).map(unique), st.data())
def test_any_order_and_repetition_ends_the_same(found: list[Report], data: st.DataObject) -> None:
    again = data.draw(st.lists(st.sampled_from(found), max_size=10)) if found else []
    shuffled = data.draw(st.permutations([*found, *again]))

    def end(order: list[Report]) -> Held:
        state = held()
        for one in order:
            state = fold(state, one).held
        return state

    in_order = end(sorted(found, key=lambda one: one.stamp))
    assert end(shuffled) == in_order


@given(st.lists(reports).map(unique))
def test_the_newest_report_of_the_wish_decides(found: list[Report]) -> None:
    state = held()
    for one in found:
        state = fold(state, one).held
    current = [one for one in found if one.stamp.wish == (1, 3)]
    expected = max(current, key=lambda one: one.stamp).doing if current else held().doing
    assert state.doing == expected
    known = [one for one in found if one.stamp.wish <= (1, 3)]
    if known:
        assert state.disk == max(known, key=lambda one: one.stamp).disk


def test_an_older_generation_tells_the_disk_and_not_the_state() -> None:
    late = fold(held(), report(5, ReplicaState.READY, wish=(1, 2), live=2))
    assert late.verdict is Verdict.BEHIND
    assert late.held.doing.state is ReplicaState.PENDING
    assert late.held.disk.live_revision == 2
    assert late.operation is OperationState.SUCCEEDED


def test_a_generation_never_given_out_tells_of_a_restored_database() -> None:
    for wish in ((1, 4), (2, 1)):
        ahead = fold(held(), report(1, wish=wish))
        assert (ahead.verdict, ahead.held) == (Verdict.AHEAD, held())


def test_an_absurd_epoch_is_refused() -> None:
    lie = fold(held(), report(1, wish=(1 + MAX_EPOCH_AHEAD + 1, 1)))
    assert (lie.verdict, lie.held) == (Verdict.REFUSED, held())


def test_the_operation_of_somebody_else_is_refused() -> None:
    lie = fold(held(), report(1, operation="op-of-another"))
    assert (lie.verdict, lie.held) == (Verdict.REFUSED, held())


def test_a_replica_is_gone_only_when_that_was_wished() -> None:
    assert fold(held(), report(1, removed=True)).verdict is Verdict.CURRENT
    gone = fold(held(removing=True), report(1, ReplicaState.REMOVING, removed=True))
    assert (gone.verdict, gone.operation) == (Verdict.GONE, OperationState.SUCCEEDED)


@pytest.mark.parametrize(
    ("state", "attempt", "expected"),
    [
        (ReplicaState.PENDING, 1, OperationState.QUEUED),
        (ReplicaState.WAITING, 1, OperationState.QUEUED),
        (ReplicaState.WAITING, 2, OperationState.RUNNING),
        (ReplicaState.FETCHING, 1, OperationState.RUNNING),
        (ReplicaState.BUILDING, 1, OperationState.RUNNING),
        (ReplicaState.CHECKING, 1, OperationState.RUNNING),
        (ReplicaState.SWITCHING, 1, OperationState.RUNNING),
        (ReplicaState.REMOVING, 1, OperationState.RUNNING),
        (ReplicaState.READY, 1, OperationState.SUCCEEDED),
        (ReplicaState.DRIFTED, 1, OperationState.SUCCEEDED),
        (ReplicaState.FAILED, 2, OperationState.FAILED),
        (ReplicaState.CANCELLED, 1, OperationState.CANCELLED),
    ],
)
def test_what_a_report_says_of_its_operation(
    state: ReplicaState, attempt: int, expected: OperationState
) -> None:
    assert operation_state(report(1, state, attempt=attempt)) is expected


def test_a_second_attempt_opens_the_operation_again() -> None:
    failed = fold(held(), report(1, ReplicaState.FAILED))
    again = fold(failed.held, report(2, ReplicaState.FETCHING, attempt=2))
    assert (failed.operation, again.operation) == (OperationState.FAILED, OperationState.RUNNING)


def test_a_new_epoch_is_newer_than_all() -> None:
    assert next_epoch(3, 3) == 4
    assert next_epoch(1, 7) == 8


def test_a_state_that_is_not_understood_leaves_what_was_known() -> None:
    before = fold(held(), report(1, ReplicaState.BUILDING)).held
    later = replace(report(2, ReplicaState.PENDING, live=4), understood=False)
    folded = fold(before, later)
    assert folded.verdict is Verdict.CURRENT
    assert folded.held.doing.state is ReplicaState.BUILDING
    assert folded.held.disk.live_revision == 4
    assert folded.operation is OperationState.RUNNING
    older = replace(report(3, ReplicaState.READY, wish=(1, 2)), understood=False)
    assert fold(held(), older).operation is None
