"""What went wrong between the gateway and a mirror, as values.

The gateway sees the failing hop itself, so its own record comes before any text of
uv when a cause is looked for. A problem never carries credentials: addresses go
through `address.shown` before they are stored. This module is pure; `failure` makes
problems from exceptions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from http import HTTPStatus

from venvoy.domain.cause import Cause, Hop, Step
from venvoy.domain.errors import Param, Unavailable


class ProblemKind(StrEnum):
    """The ways in which fetching a page or a file can fail."""

    DNS = "dns"
    REFUSED = "refused"
    TIMEOUT = "timeout"
    TLS = "tls"
    HTTP_STATUS = "http-status"
    NOT_FOUND = "not-found"
    STALLED = "stalled"
    TRUNCATED = "truncated"
    UNREADABLE = "unreadable"
    HASH_MISMATCH = "hash-mismatch"
    SIZE_MISMATCH = "size-mismatch"
    DISK_FULL = "disk-full"
    DISK_FAILED = "disk-failed"


@dataclass(frozen=True, slots=True)
class Problem:
    """One failure, recorded where it was seen.

    Attributes:
        kind: what failed.
        hop: the mirror, a proxy on the way, or this machine's disk.
        url: what was asked for, without credentials and query.
        at: when, in UTC.
        status: the HTTP status, for `http-status` and `not-found`.
        detail: the words of the failing part, cleaned and redacted.
        name: the file's name, or the project's for a page.
        sha256: the file that was wanted, or None for a page.
        expected: the promised sha256 or size in bytes, for the two mismatches.
        actual: what came instead.
    """

    kind: ProblemKind
    hop: Hop
    url: str
    at: datetime
    status: int | None = None
    detail: str = ""
    name: str = ""
    sha256: str | None = None
    expected: str = ""
    actual: str = ""

    @property
    def transient(self) -> bool:
        """Whether the same request may succeed later, unchanged."""
        if self.kind is ProblemKind.HTTP_STATUS:
            return (
                self.status in _PASSING_STATUS
                or (self.status or 0) >= HTTPStatus.INTERNAL_SERVER_ERROR
            )
        return self.kind in _PASSING

    @property
    def host(self) -> str:
        """The host and port that were asked, for texts."""
        return self.url.partition("://")[2].partition("/")[0]


class FetchFailed(Unavailable):
    """A page or a file could not be had; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__("gateway-fetch-failed", url=problem.url, detail=str(problem.kind))
        self.problem = problem


_PASSING = frozenset(
    {
        ProblemKind.DNS,
        ProblemKind.REFUSED,
        ProblemKind.TIMEOUT,
        ProblemKind.STALLED,
        ProblemKind.TRUNCATED,
        ProblemKind.DISK_FULL,
    }
)

_PASSING_STATUS = frozenset({408, 425, 429})

_CODES: Mapping[ProblemKind, str] = {
    ProblemKind.DNS: "mirror-dns",
    ProblemKind.REFUSED: "mirror-refused",
    ProblemKind.TIMEOUT: "mirror-timeout",
    ProblemKind.TLS: "mirror-tls",
    ProblemKind.STALLED: "mirror-stalled",
    ProblemKind.TRUNCATED: "mirror-truncated",
    ProblemKind.UNREADABLE: "mirror-unreadable",
    ProblemKind.HASH_MISMATCH: "file-hash-mismatch",
    ProblemKind.SIZE_MISMATCH: "file-size-mismatch",
    ProblemKind.DISK_FULL: "file-disk-full",
    ProblemKind.DISK_FAILED: "file-disk-failed",
}

_STATUS_CODES: Mapping[int, str] = {
    401: "mirror-unauthorized",
    403: "mirror-forbidden",
    429: "mirror-too-many",
}

_PROXY_CODES: Mapping[int, str] = {407: "proxy-unauthorized"}


def cause_of(problem: Problem, step: Step) -> Cause:
    """Return the cause that a problem of the gateway gives to a failed operation.

    Args:
        problem: as the gateway recorded it.
        step: what the operation was doing, which the gateway cannot know.
    """
    params: dict[str, Param] = {
        "url": problem.url,
        "host": problem.host,
        "name": problem.name,
        "status": problem.status,
        "detail": problem.detail,
        "expected": problem.expected,
        "actual": problem.actual,
    }
    return Cause(
        code=_cause_code(problem),
        step=step,
        hop=problem.hop,
        params=params,
        evidence=(evidence_of(problem),),
        transient=problem.transient,
    )


def _cause_code(problem: Problem) -> str:
    if problem.hop is Hop.PROXY:
        return _PROXY_CODES.get(problem.status or 0, "proxy-failed")
    if problem.kind is ProblemKind.NOT_FOUND:
        return "file-not-found" if problem.sha256 else "mirror-no-project"
    if problem.kind is ProblemKind.HTTP_STATUS:
        return _STATUS_CODES.get(problem.status or 0, "mirror-status")
    return _CODES[problem.kind]


def evidence_of(problem: Problem) -> str:
    """Return the problem as one line of a log."""
    parts = [problem.at.isoformat(timespec="milliseconds"), str(problem.kind), problem.url]
    if problem.status is not None:
        parts.append(f"status {problem.status}")
    if problem.expected or problem.actual:
        parts.append(f"expected {problem.expected}, got {problem.actual}")
    if problem.detail:
        parts.append(problem.detail)
    return " · ".join(parts)
