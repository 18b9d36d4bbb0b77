"""Words of a later release hold up no report and no log."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from venvoy.domain.cause import Hop, Step
from venvoy.domain.state import ReplicaState
from venvoy.wire.messages import LogBatch, ReplicaStatus

ID = "0190a0b0-0000-7000-8000-000000000001"
AT = datetime(2026, 1, 1, tzinfo=UTC).isoformat()


def status(**values: Any) -> ReplicaStatus:
    said = {
        "node": ID,
        "environment": ID,
        "epoch": 1,
        "generation": 1,
        "operation": ID,
        "sequence": 1,
        "state": "ready",
        "reported_at": AT,
    }
    return ReplicaStatus.model_validate_json(json.dumps(said | values))


def test_words_that_are_known_are_read_as_they_are() -> None:
    cause = {"code": "x", "step": "fetch", "hop": "mirror"}
    read = status(state="failed", step="fetch", cause=cause)
    assert (read.state, read.step) == (ReplicaState.FAILED, Step.FETCH)
    assert read.cause is not None
    assert (read.cause.step, read.cause.hop) == (Step.FETCH, Hop.MIRROR)


def test_words_of_a_later_release_have_a_meaning() -> None:
    cause = {"code": "x", "step": "attest", "hop": "notary"}
    read = status(state="attesting", step="attest", cause=cause)
    assert (read.state, read.step) == (None, Step.INSTALL)
    assert read.cause is not None
    assert (read.cause.step, read.cause.hop) == (Step.INSTALL, Hop.NODE)


def test_a_line_of_an_unknown_step_is_kept() -> None:
    line = {"sequence": 0, "at": AT, "step": "attest", "text": "done"}
    batch = LogBatch.model_validate_json(json.dumps({"operation": ID, "lines": [line]}))
    assert [(each.step, each.text) for each in batch.lines] == [(Step.INSTALL, "done")]


@pytest.mark.parametrize("state", [7, ["ready"]])
def test_what_is_no_word_is_refused(state: object) -> None:
    with pytest.raises(ValidationError):
        status(state=state)
