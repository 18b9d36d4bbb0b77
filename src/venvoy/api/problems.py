"""Every failure of the API becomes one document, here and nowhere else.

A `VenvoyError` becomes `application/problem+json` (RFC 9457) with its code, its
parameters and the words of the catalogue in the reader's language. What nobody
expected becomes `internal-error` with an id that stands in the controller's log,
and never a detail. Which status a class of errors has is decided by `status_of`.
"""

import uuid
from http import HTTPStatus

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from venvoy.api.language import language_of
from venvoy.api.validation import invalid_input
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
from venvoy.domain.requirement_line import InvalidRequirements
from venvoy.texts import text
from venvoy.wire.problems import CauseView, Problem, RequirementIssue

_log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"


class VersionNeeded(InvalidInput):
    """A change came without the version that it started from (RFC 6585, 428)."""


class BodyTooLarge(InvalidInput):
    """A request's body is longer than any that makes sense."""


class OperationFailed(WorkFailed):
    """Work that a request waited for failed; the cause is shown whole.

    Args:
        code: as of every error.
        cause: why, already in the reader's language.
        params: such as the operation's id, whose log says more.
    """

    def __init__(self, code: str, cause: CauseView | None, **params: str) -> None:
        super().__init__(code, **params)
        self.cause = cause


# The first class that fits counts, so a subclass stands before its base.
_STATUS: tuple[tuple[type[VenvoyError], HTTPStatus], ...] = (
    (VersionNeeded, HTTPStatus.PRECONDITION_REQUIRED),
    (BodyTooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (InvalidInput, HTTPStatus.UNPROCESSABLE_ENTITY),
    (Unauthenticated, HTTPStatus.UNAUTHORIZED),
    (Forbidden, HTTPStatus.FORBIDDEN),
    (NotFound, HTTPStatus.NOT_FOUND),
    (StaleVersion, HTTPStatus.PRECONDITION_FAILED),
    (Conflict, HTTPStatus.CONFLICT),
    (RateLimited, HTTPStatus.TOO_MANY_REQUESTS),
    (WorkFailed, HTTPStatus.UNPROCESSABLE_ENTITY),
    (Unavailable, HTTPStatus.SERVICE_UNAVAILABLE),
    (TimedOut, HTTPStatus.GATEWAY_TIMEOUT),
)


def status_of(error: VenvoyError) -> HTTPStatus:
    """Return the status that a class of errors is answered with."""
    for kind, status in _STATUS:
        if isinstance(error, kind):
            return status
    return HTTPStatus.INTERNAL_SERVER_ERROR


def problem_of(error: VenvoyError, language: str, status: HTTPStatus) -> Problem:
    """Return the document for an error.

    Args:
        error: what was raised.
        language: one of `venvoy.texts.LANGUAGES`.
        status: that it is answered with.
    """
    key = f"errors.{error.code}"
    return Problem(
        title=status.phrase,
        status=status.value,
        code=error.code,
        params=dict(error.params),
        message=text(language, f"{key}.message", error.params) or error.code,
        hint=text(language, f"{key}.hint", error.params) or None,
        lines=_lines(error, language),
        cause=getattr(error, "cause", None),
    )


def _lines(error: VenvoyError, language: str) -> list[RequirementIssue]:
    """Return the refused lines of a requirements text, each with its own words."""
    if not isinstance(error, InvalidRequirements):
        return []
    return [
        RequirementIssue(
            line=refused.line,
            code=refused.code,
            params=dict(refused.params),
            message=text(language, f"errors.{refused.code}.message", refused.params)
            or refused.code,
            hint=text(language, f"errors.{refused.code}.hint", refused.params),
        )
        for refused in error.problems
    ]


def respond(error: VenvoyError, headers: Headers, status: HTTPStatus | None = None) -> Response:
    """Return the response for an error.

    Args:
        error: what was raised.
        headers: the request's headers; they say the language.
        status: that of the error's class when None.
    """
    problem = problem_of(error, language_of(headers), status or status_of(error))
    response = JSONResponse(
        problem.model_dump(mode="json"), status_code=problem.status, media_type=MEDIA_TYPE
    )
    response.headers["Cache-Control"] = "no-store"
    if problem.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="venvoy"'
    if isinstance(error, RateLimited):
        response.headers["Retry-After"] = str(error.params.get("retry_after", 1))
    return response


def install(app: FastAPI) -> None:
    """Answer every error of `app` with a problem document."""

    async def expected(request: Request, error: Exception) -> Response:
        assert isinstance(error, VenvoyError)  # noqa: S101  the type of the registration below
        return respond(error, request.headers)

    async def malformed(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101  as above
        return respond(invalid_input(error, language_of(request.headers)), request.headers)

    async def routing(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101  as above
        status = HTTPStatus(error.status_code)
        response = respond(_routing_error(error, request), request.headers, status)
        response.headers.update(error.headers or {})
        return response

    app.add_exception_handler(VenvoyError, expected)
    app.add_exception_handler(RequestValidationError, malformed)
    app.add_exception_handler(HTTPException, routing)
    app.add_middleware(LastResort)


def _routing_error(error: HTTPException, request: Request) -> VenvoyError:
    """Say in a code what the framework says in a status."""
    path, method = request.url.path[:200], request.method
    if error.status_code == HTTPStatus.NOT_FOUND:
        return NotFound("path-unknown", path=path)
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return NotFound("method-not-allowed", method=method, path=path)
    return InvalidInput("request-refused", reason=HTTPStatus(error.status_code).phrase)


class LastResort:
    """Turns an exception that nobody expected into `internal-error` with an id.

    The traceback goes into the log under the same id. Where the response has begun
    already, the connection is cut, so that nobody takes a half answer for a whole.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and answer for what went wrong."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception:
            incident = uuid.uuid4().hex[:12]
            _log.exception("unexpected error", incident=incident, path=scope["path"])
            if begun:
                raise
            error = VenvoyError("internal-error", incident=incident)
            await respond(error, Headers(scope=scope))(scope, receive, send)
