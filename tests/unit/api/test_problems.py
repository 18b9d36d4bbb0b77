"""Which status each class of errors has."""

import pytest

from venvoy.api.problems import BodyTooLarge, VersionNeeded, problem_of, status_of
from venvoy.domain import errors
from venvoy.domain.errors import VenvoyError


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (errors.InvalidInput, 422),
        (errors.Unauthenticated, 401),
        (errors.Forbidden, 403),
        (errors.NotFound, 404),
        (errors.Conflict, 409),
        (errors.StaleVersion, 412),
        (errors.RateLimited, 429),
        (errors.WorkFailed, 422),
        (errors.Unavailable, 503),
        (errors.TimedOut, 504),
        (VersionNeeded, 428),
        (BodyTooLarge, 413),
        (VenvoyError, 500),
    ],
)
def test_each_class_has_its_status(kind: type[VenvoyError], status: int) -> None:
    assert status_of(kind("x")) == status


def test_every_class_of_errors_is_named_above() -> None:
    known = {kind for kind in vars(errors).values() if isinstance(kind, type)}
    unexpected = {
        kind.__name__
        for kind in known
        if issubclass(kind, VenvoyError)
        and kind is not VenvoyError
        and status_of(kind("x")).value == 500
    }
    assert unexpected == set()


def test_a_problem_says_code_params_and_words() -> None:
    error = errors.InvalidInput("name-too-long", name="x", length=70, limit=63)
    problem = problem_of(error, "zh-CN", status_of(error))
    assert (problem.status, problem.title) == (422, status_of(error).phrase)
    assert problem.code == "name-too-long"
    assert problem.params == {"name": "x", "length": 70, "limit": 63}
    assert problem.message == "名称长度为 70 个字符，上限为 63"
    assert problem.hint


def test_a_code_without_words_is_its_own_message() -> None:
    error = errors.Conflict("no-such-code-anywhere")
    problem = problem_of(error, "en", status_of(error))
    assert (problem.message, problem.hint) == ("no-such-code-anywhere", None)
