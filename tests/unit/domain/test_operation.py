"""What may be cancelled and tried again, for every kind and state."""

import pytest

from venvoy.domain.errors import Conflict
from venvoy.domain.operation import Cancelling, cancelling, check_retry
from venvoy.domain.state import OperationKind, OperationState

OPEN = (OperationState.QUEUED, OperationState.RUNNING)
ENDED = tuple(state for state in OperationState if state.ended)


@pytest.mark.parametrize("kind", OperationKind)
@pytest.mark.parametrize("state", ENDED)
def test_what_has_ended_is_not_cancelled(kind: OperationKind, state: OperationState) -> None:
    with pytest.raises(Conflict) as refused:
        cancelling(kind, state, node_online=True)
    assert refused.value.code == "operation-ended"


@pytest.mark.parametrize("state", OPEN)
def test_a_removal_is_carried_through(state: OperationState) -> None:
    with pytest.raises(Conflict) as refused:
        cancelling(OperationKind.REMOVE, state)
    assert refused.value.code == "operation-not-cancellable"


@pytest.mark.parametrize("state", OPEN)
@pytest.mark.parametrize("online", [True, False])
def test_only_a_node_that_works_is_waited_for(state: OperationState, online: bool) -> None:
    assert cancelling(OperationKind.RESOLVE, state, node_online=online) is Cancelling.AT_ONCE
    how = cancelling(OperationKind.BUILD, state, node_online=online)
    at_work = state is OperationState.RUNNING and online
    assert how is (Cancelling.ASKED if at_work else Cancelling.AT_ONCE)


@pytest.mark.parametrize("state", [OperationState.FAILED, OperationState.CANCELLED])
def test_what_failed_is_tried_again_while_it_is_wanted(state: OperationState) -> None:
    check_retry(state, newest=True)
    with pytest.raises(Conflict) as older:
        check_retry(state, newest=False)
    assert older.value.code == "operation-superseded"
    with pytest.raises(Conflict) as gone:
        check_retry(state, newest=True, deleted=True)
    assert gone.value.code == "operation-environment-deleted"


@pytest.mark.parametrize("state", [*OPEN, OperationState.SUCCEEDED])
def test_what_did_not_fail_is_not_tried_again(state: OperationState) -> None:
    with pytest.raises(Conflict) as refused:
        check_retry(state, newest=True)
    assert refused.value.code == "operation-not-failed"
