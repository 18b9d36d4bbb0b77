"""Problem documents as the errors that they were where they were raised."""

from collections.abc import Mapping
from types import MappingProxyType

from venvoy.domain.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    RateLimited,
    StaleVersion,
    TimedOut,
    Unauthenticated,
    Unavailable,
    VenvoyError,
    WorkFailed,
)
from venvoy.wire.problems import Problem

_KINDS: Mapping[int, type[VenvoyError]] = {
    400: InvalidInput,
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    412: StaleVersion,
    413: InvalidInput,
    422: InvalidInput,
    428: InvalidInput,
    429: RateLimited,
    502: Unavailable,
    503: Unavailable,
    504: TimedOut,
}
_FAILED_WORK = "resolution-failed"
"""Answered with the status of bad input, as what was asked for cannot be had."""


class RemoteError(VenvoyError):
    """An error that the controller answered.

    Attributes:
        problem: the whole problem document, with words, lines and cause.
        places: for refused lines of a text joined from files, by line number, the
            file and the line in it; empty where the caller sent one text.
    """

    problem: Problem
    places: Mapping[int, tuple[str, int]] = MappingProxyType({})


_REMOTE: Mapping[type[VenvoyError], type[RemoteError]] = {
    kind: type(f"Remote{kind.__name__}", (RemoteError, kind), {"__doc__": kind.__doc__})
    for kind in {*_KINDS.values(), WorkFailed}
}


def remote_error(problem: Problem) -> RemoteError:
    """Return the error of the class that fits a problem's status."""
    kind = _KINDS.get(problem.status, WorkFailed)
    if problem.cause or problem.code == _FAILED_WORK:
        kind = WorkFailed
    error = _REMOTE[kind](problem.code)
    error.params = {
        key: value if isinstance(value, (str, int, float, bool, list)) else str(value)
        for key, value in problem.params.items()
    }
    error.problem = problem
    return error
