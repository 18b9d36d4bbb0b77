"""Causes on the node: the right thing is blamed, and what is quoted can be sent."""

import errno
import os
from datetime import UTC, datetime

import pytest

from venvoy.agent.causes import StepFailed, blamed, cause_of_error
from venvoy.domain.cause import Cause, Hop, Step
from venvoy.domain.errors import Param
from venvoy.index.problem import Problem, ProblemKind
from venvoy.wire.messages import CauseMessage

STUMBLED = Problem(
    ProblemKind.STALLED, Hop.MIRROR, "https://example.org/alpha", datetime(2026, 1, 2, tzinfo=UTC)
)


@pytest.mark.parametrize(
    ("number", "code", "hop"),
    [
        (errno.ENOSPC, "disk-full", Hop.DISK),
        (errno.EDQUOT, "disk-full", Hop.DISK),
        (errno.EROFS, "data-not-writable", Hop.DISK),
        (errno.EIO, "disk-error", Hop.DISK),
        (errno.ENOMEM, "out-of-memory", Hop.NODE),
        (errno.EMFILE, "too-many-open-files", Hop.NODE),
    ],
)
def test_an_error_of_the_system_is_named(number: int, code: str, hop: Hop) -> None:
    cause = cause_of_error(OSError(number, os.strerror(number), "/data/x"), Step.VENV)
    assert (cause.code, cause.hop, cause.step) == (code, hop, Step.VENV)
    assert cause.params["reason"] == os.strerror(number)


def test_foreign_text_in_a_cause_can_always_be_sent_and_shown() -> None:
    lines = ("\udcff\x1b[31m" + "x" * 100_000, *["line"] * 50)
    params: dict[str, Param] = {"path": "a\udcff\u202eb", "found": ["\x07y"] * 1_000}
    found = cause_of_error(
        StepFailed(Cause("files-differ", Step.CHECK, Hop.NODE, params, lines)), Step.CHECK
    )
    assert found.params["path"] == "ab"
    assert len(found.evidence) == 20
    sent = CauseMessage.of(found).model_dump_json().encode()
    assert len(sent) < 20_000
    assert CauseMessage.model_validate_json(sent).cause() == found


@pytest.mark.parametrize(
    "code", ["killed", "ended-from-outside", "out-of-memory", "permission-denied"]
)
def test_a_mirror_that_stumbled_is_not_blamed_for_what_happened_on_the_node(code: str) -> None:
    by_uv = Cause(code, Step.FETCH, Hop.NODE, transient=True)
    assert blamed([STUMBLED], by_uv) == by_uv


def test_of_what_happened_on_the_way_the_gateway_knows_more() -> None:
    by_uv = Cause("index-unavailable", Step.FETCH, Hop.GATEWAY, evidence=("uv said",))
    found = blamed([STUMBLED], by_uv)
    assert found.hop is Hop.MIRROR
    assert "uv said" in found.evidence
