"""Answers towards uv and pip that more than one path gives."""

import json
from collections.abc import Mapping

from aiohttp import hdrs, web

from venvoy.domain.cause import Step
from venvoy.index.problem import Problem, ProblemKind, cause_of

IMMUTABLE = {
    "Cache-Control": "max-age=365000000, immutable",
    "Content-Type": "application/octet-stream",
}
"""A file's address holds its hash: what is there never changes."""

_STATUS: Mapping[ProblemKind, int] = {
    ProblemKind.TIMEOUT: 504,
    ProblemKind.STALLED: 504,
    ProblemKind.NOT_FOUND: 404,
    ProblemKind.HASH_MISMATCH: 422,
    ProblemKind.SIZE_MISMATCH: 422,
    ProblemKind.UNREADABLE: 422,
    ProblemKind.DISK_FULL: 507,
    ProblemKind.DISK_FAILED: 507,
}

_PASSED_ON = {401, 403, 429}


def status_of(problem: Problem) -> int:
    """Return the HTTP status that tells a client of a problem."""
    if problem.status in _PASSED_ON:
        return problem.status
    return _STATUS.get(problem.kind, 502)


def problem_response(problem: Problem) -> web.Response:
    """Return a problem document (RFC 9457)."""
    document = {
        "title": str(problem.kind),
        "status": status_of(problem),
        "code": cause_of(problem, Step.FETCH).code,
        "detail": problem.detail,
        "url": problem.url,
        "upstream_status": problem.status,
        "expected": problem.expected,
        "actual": problem.actual,
    }
    return web.Response(
        status=status_of(problem),
        body=json.dumps(document).encode(),
        content_type="application/problem+json",
        headers={"Cache-Control": "no-store"},
    )


def tagged(
    request: web.Request, body: bytes, etag: str, headers: Mapping[str, str]
) -> web.Response:
    """Return a body with its tag, or 304 to a client that has it."""
    known = request.headers.get(hdrs.IF_NONE_MATCH, "")
    if etag in (tag.strip().removeprefix("W/") for tag in known.split(",")):
        kept = {key: value for key, value in headers.items() if key != "Content-Type"}
        return web.Response(status=304, headers={**kept, "ETag": etag})
    return web.Response(body=body, headers={**headers, "ETag": etag})
