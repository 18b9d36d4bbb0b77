from datetime import UTC, datetime
from itertools import product

import aiohttp
import pytest

from venvoy.domain.cause import Hop, Step
from venvoy.index.failure import from_exception, from_status
from venvoy.index.problem import Problem, ProblemKind, cause_of
from venvoy.index.responses import status_of
from venvoy.texts import LANGUAGES, text

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def a_problem(kind: ProblemKind, hop: Hop = Hop.MIRROR, status: int | None = None) -> Problem:
    return Problem(
        kind=kind,
        hop=hop,
        url="https://m.example.org/f/six.whl",
        at=NOW,
        status=status,
        detail="why",
        name="six.whl",
        sha256="ab" * 32,
        expected="1",
        actual="2",
    )


@pytest.mark.parametrize(
    ("kind", "hop", "status"),
    [
        *product(ProblemKind, [Hop.MIRROR, Hop.PROXY], [None]),
        *product([ProblemKind.HTTP_STATUS], [Hop.MIRROR, Hop.PROXY], [401, 403, 407, 429, 500]),
    ],
)
def test_every_problem_has_a_cause_with_words_and_remedy_in_each_language(
    kind: ProblemKind, hop: Hop, status: int | None
) -> None:
    cause = cause_of(a_problem(kind, hop, status), Step.FETCH)
    for language in LANGUAGES:
        message = text(language, f"causes.{cause.code}.message", cause.params)
        remedy = text(language, f"causes.{cause.code}.remedy", cause.params)
        assert message is not None
        assert remedy is not None
        assert "?" not in message + remedy
    assert cause.evidence[0].startswith("2026-01-01T00:00:00.000+00:00 · ")


def test_a_missing_page_and_a_missing_file_are_different_causes() -> None:
    file = cause_of(a_problem(ProblemKind.NOT_FOUND, status=404), Step.FETCH)
    page = Problem(ProblemKind.NOT_FOUND, Hop.MIRROR, "https://m.example.org/simple/x/", NOW)
    assert file.code == "file-not-found"
    assert cause_of(page, Step.RESOLVE).code == "mirror-no-project"


@pytest.mark.parametrize(
    ("status", "transient", "told"),
    [(401, False, 401), (403, False, 403), (404, False, 404), (429, True, 429), (503, True, 502)],
)
def test_a_status_is_passed_on_and_known_to_pass_or_not(
    status: int, transient: bool, told: int
) -> None:
    problem = from_status(status, "https://m.example.org/x").problem
    assert problem.transient is transient
    assert status_of(problem) == told


def test_a_proxys_refusal_names_the_proxy() -> None:
    assert from_status(407, "https://m.example.org/x").problem.hop is Hop.PROXY


@pytest.mark.parametrize(
    ("error", "in_body", "kind"),
    [
        (aiohttp.ServerTimeoutError(), False, ProblemKind.TIMEOUT),
        (aiohttp.SocketTimeoutError(), True, ProblemKind.STALLED),
        (aiohttp.ClientPayloadError("short"), True, ProblemKind.TRUNCATED),
        (aiohttp.ServerDisconnectedError(), False, ProblemKind.TRUNCATED),
        (ConnectionRefusedError(), False, ProblemKind.REFUSED),
        (aiohttp.InvalidUrlClientError("x"), False, ProblemKind.UNREADABLE),
    ],
)
def test_exceptions_of_the_client_become_kinds(
    error: Exception, in_body: bool, kind: ProblemKind
) -> None:
    assert from_exception(error, "https://m.example.org/x", in_body=in_body).problem.kind is kind
