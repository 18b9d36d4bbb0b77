"""The typed HTTP client: the CLI, tests and users' scripts speak through it.

Every call returns a document of `venvoy.wire.schemas` and raises a `VenvoyError`
whose class, code and parameters are those of the controller's problem document.
It holds no state beside its connection; edits carry the version that the caller
started from.

    with Client("http://127.0.0.1:7300", token="vv_…") as client:
        client.environment("web").state
"""

import ssl
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType, TracebackType
from typing import Self, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ValidationError
from uuid6 import uuid7

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
from venvoy.wire import joining, plans, schemas

Document = TypeVar("Document", bound=BaseModel)
Wanted = str | Sequence[str] | None
"""A filter of a list: one value, any of several, or none."""

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
_PAGE = 200
_FAILED_WORK = "resolution-failed"
"""Answered with the status of bad input, as what was asked for cannot be had."""
_ANSWER_SECONDS = 90.0
"""The API waits up to 60 s for a resolution before it answers 202."""


class RemoteError(VenvoyError):
    """An error that the controller answered.

    Attributes:
        problem: the whole problem document, with words, lines and cause.
        places: for refused lines of a text joined from files, by line number, the
            file and the line in it; empty where the caller sent one text.
    """

    problem: schemas.Problem
    places: Mapping[int, tuple[str, int]] = MappingProxyType({})


_REMOTE: Mapping[type[VenvoyError], type[RemoteError]] = {
    kind: type(f"Remote{kind.__name__}", (RemoteError, kind), {"__doc__": kind.__doc__})
    for kind in {*_KINDS.values(), WorkFailed}
}


def remote_error(problem: schemas.Problem) -> RemoteError:
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


class Client:
    """One connection to a controller.

    Args:
        url: the controller's address, such as `http://127.0.0.1:7300`.
        token: an API token, or None for what needs no sign-in.
        language: `en` or `zh-CN`; the words in problems and causes.
        ca: PEM file of the authority behind the controller's certificate; None for the
            system's trust.
        transport: an `httpx` transport, for tests.
    """

    def __init__(
        self,
        url: str,
        *,
        token: str | None = None,
        language: str = "en",
        ca: str | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.url = url.rstrip("/")
        headers = {"Accept-Language": language}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self._http = httpx.Client(
            base_url=f"{_checked(self.url)}/api/v1/",
            headers=headers,
            timeout=httpx.Timeout(_ANSWER_SECONDS, connect=5.0),
            transport=transport,
            verify=_trusted(self.url, ca),
            # A controller on this machine must not be asked through a proxy.
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    # --- environments -----------------------------------------------------------

    def environments(self, **filters: Wanted) -> Iterator[schemas.EnvironmentItem]:
        """Yield environments page by page, each with the numbers of its replicas.

        Args:
            filters: `search`, `state` and `label` (one or several), `node`, `sort`, as
                the API takes them.
        """
        return self._pages("environments", schemas.EnvironmentItem, filters)

    def environment(self, name: str) -> schemas.Environment:
        """Return one environment. Raises NotFound."""
        return self._get(_path("environments", name), schemas.Environment)

    def placement(self, name: str) -> schemas.PlacementView:
        """Return where an environment goes, and why, for every node."""
        return self._get(_path("environments", name, "placement"), schemas.PlacementView)

    def create_environment(
        self, wish: schemas.EnvironmentCreate
    ) -> schemas.Environment | schemas.Operation:
        """Create an environment, resolved.

        Returns:
            the environment; or, where resolving takes longer than the API waits,
            the operation to follow.
        """
        return self._resolved("POST", "environments", wish, {"Idempotency-Key": str(uuid7())})

    def edit_environment(
        self, name: str, change: schemas.EnvironmentEdit, *, version: str
    ) -> schemas.Environment | schemas.Operation:
        """Change an environment; `version` is that of the document edited.

        Raises:
            StaleVersion: somebody else changed it; the params tell what differs.
        """
        return self._resolved("PATCH", _path("environments", name), change, _from(version))

    def upgrade_environment(
        self, name: str, wish: schemas.EnvironmentUpgrade, *, version: str | None = None
    ) -> schemas.Environment | schemas.Operation:
        """Lock anew, without the live lock's pins.

        Args:
            version: of the document that the wish was made from; None: whatever is there.

        Raises:
            StaleVersion: somebody else changed it since.
        """
        path = _path("environments", name, "upgrade")
        return self._resolved("POST", path, wish, _from(version))

    def plan_environment(self, name: str, wish: plans.EnvironmentPlan) -> plans.Plan:
        """Return what a change would do; edited with its id, exactly that is done.

        Raises:
            WorkFailed: it cannot be resolved; the problem has the cause.
        """
        return self._post(_path("environments", name, "plan"), plans.Plan, wish)

    def plan(self, name: str, identifier: str) -> plans.Plan:
        """Return a plan that was made before. Raises NotFound."""
        return self._get(_path("environments", name, "plans", identifier), plans.Plan)

    def preflight(self, wish: plans.PreflightWish) -> plans.Preflight:
        """Return what a requirements text needs and where it fits; nothing is kept."""
        return self._post("preflight", plans.Preflight, wish)

    def delete_environment(self, name: str, *, version: str | None = None) -> None:
        """Delete an environment; its replicas go from their nodes.

        Args:
            version: of the document that was looked at; None: whatever is there.

        Raises:
            StaleVersion: somebody else changed it since.
        """
        self._send("DELETE", _path("environments", name), headers=_from(version))

    def revisions(self, name: str) -> Iterator[schemas.Revision]:
        """Yield an environment's revisions, newest first."""
        return self._pages(_path("environments", name, "revisions"), schemas.Revision, {})

    def revision(self, name: str, number: int, *, demands: bool = False) -> schemas.RevisionDetail:
        """Return one revision with its packages.

        Args:
            demands: tell who asks for each package; may take two seconds more.
        """
        path = _path("environments", name, "revisions", str(number))
        params = {"demands": "true"} if demands else {}
        return self._read(self._send("GET", path, params=params), schemas.RevisionDetail)

    def export_environment(self, name: str, form: str) -> str:
        """Return an environment's lock or spec as text: `pylock`, `requirements` or `spec`."""
        path = _path("environments", name, "export")
        return self._send("GET", path, params={"format": form}).text

    # --- operations and nodes ---------------------------------------------------

    def operations(self, **filters: Wanted) -> Iterator[schemas.Operation]:
        """Yield operations, newest first.

        Args:
            filters: `environment`, `node`, `state`, `kind`; the last two one or several.
        """
        return self._pages("operations", schemas.Operation, filters)

    def operation(self, identifier: str) -> schemas.Operation:
        """Return one operation. Raises NotFound."""
        return self._get(_path("operations", identifier), schemas.Operation)

    def cancel_operation(self, identifier: str) -> schemas.Operation:
        """Stop an operation that has not ended."""
        return self._post(_path("operations", identifier, "cancel"), schemas.Operation)

    def retry_operation(self, identifier: str) -> schemas.Operation:
        """Do an ended operation's work again, as a new operation."""
        return self._post(_path("operations", identifier, "retry"), schemas.Operation)

    def operation_log(self, identifier: str, *, after: int = 0, wait: float = 0) -> schemas.LogPage:
        """Return the lines from sequence `after` on.

        Args:
            wait: seconds to wait for a line or the end where there is none yet.
        """
        path = _path("operations", identifier, "log")
        answer = self._send("GET", path, params={"after": str(after), "wait": str(wait)})
        return self._read(answer, schemas.LogPage)

    def nodes(self, **filters: Wanted) -> Iterator[schemas.Node]:
        """Yield nodes page by page.

        Args:
            filters: `search`, `state`, `label` (`key=value`), `region`,
                `sort`, as the API takes them.
        """
        return self._pages("nodes", schemas.Node, filters)

    def node(self, name: str) -> schemas.Node:
        """Return one node. Raises NotFound."""
        return self._get(_path("nodes", name), schemas.Node)

    def edit_node(self, name: str, change: schemas.NodeEdit, *, version: str) -> schemas.Node:
        """Change what people say of a node; `version` is that of the document edited.

        Raises:
            StaleVersion: somebody else changed it; the params tell what differs.
        """
        path = _path("nodes", name)
        answer = self._send("PATCH", path, body=change, headers=_from(version))
        return self._read(answer, schemas.Node)

    def node_history(
        self, name: str, metric: str, since: datetime | None = None
    ) -> schemas.NodeHistory:
        """Return how a figure of a node went: `cpu`, `memory` or `disk`.

        Args:
            since: from when on, aware; an hour ago when absent.
        """
        params = {"metric": metric} | ({"since": since.isoformat()} if since else {})
        answer = self._send("GET", _path("nodes", name, "history"), params=params)
        return self._read(answer, schemas.NodeHistory)

    def node_replicas(self, name: str) -> list[schemas.Replica]:
        """Return what is on a node, by environment."""
        return list(self._pages(_path("nodes", name, "replicas"), schemas.Replica, {}))

    def remove_node(self, name: str, *, keep_data: bool = False) -> None:
        """Take a node out of the fleet. Raises NotFound."""
        params = {"keep_data": str(keep_data).lower()}
        self._send("DELETE", _path("nodes", name), params=params)

    def node_tokens(self) -> Iterator[joining.NodeToken]:
        """Yield the join tokens, newest first."""
        return self._pages("node-tokens", joining.NodeToken, {})

    def create_node_token(self, wish: joining.NodeTokenCreate) -> joining.NodeToken:
        """Make a join token; it is in this answer only."""
        return self._post("node-tokens", joining.NodeToken, wish)

    def revoke_node_token(self, identifier: str) -> None:
        """Revoke a join token; nodes that joined with it stay."""
        self._send("DELETE", _path("node-tokens", identifier))

    def package_names(self, search: str = "", *, limit: int = 20) -> list[schemas.PackageName]:
        """Return packages in locks whose name holds `search`, the likeliest first."""
        answer = self._send("GET", "packages/names", params={"search": search, "limit": str(limit)})
        return self._read(answer, schemas.Page[schemas.PackageName]).items

    def labels(self) -> list[schemas.LabelUse]:
        """Return the labels that environments have, by key and value."""
        return self._get("labels", schemas.Page[schemas.LabelUse]).items

    # --- people -----------------------------------------------------------------

    def sign_in(self, username: str, password: str) -> schemas.Session:
        """Open a session for this client's further calls."""
        body = schemas.SignIn(username=username, password=password)
        session = self._read(self._send("POST", "session", body=body), schemas.Session)
        if session.csrf_token:
            self._http.headers["X-CSRF-Token"] = session.csrf_token
        return session

    def who(self) -> schemas.Session:
        """Return who is signed in. Raises Unauthenticated."""
        return self._get("session", schemas.Session)

    def sign_out(self) -> None:
        """End the session."""
        self._send("DELETE", "session")

    def users(self) -> Iterator[schemas.User]:
        """Yield all users by name."""
        return self._pages("users", schemas.User, {})

    def create_user(self, wish: schemas.UserCreate) -> schemas.User:
        """Create a user."""
        return self._post("users", schemas.User, wish)

    def edit_user(self, username: str, change: schemas.UserEdit) -> schemas.User:
        """Change a user's role or password, or disable the account."""
        answer = self._send("PATCH", _path("users", username), body=change)
        return self._read(answer, schemas.User)

    def delete_user(self, username: str) -> None:
        """Delete a user with its tokens and sessions."""
        self._send("DELETE", _path("users", username))

    def tokens(self) -> Iterator[schemas.Token]:
        """Yield the tokens that the caller may see."""
        return self._pages("tokens", schemas.Token, {})

    def create_token(self, wish: schemas.TokenCreate) -> schemas.Token:
        """Create a token; its secret is in this answer only."""
        return self._post("tokens", schemas.Token, wish)

    def delete_token(self, identifier: str) -> None:
        """Revoke a token."""
        self._send("DELETE", _path("tokens", identifier))

    def version(self) -> schemas.VersionInfo:
        """Return the controller's version."""
        return self._get("version", schemas.VersionInfo)

    # --- the wire ---------------------------------------------------------------

    def _get(self, path: str, kind: type[Document]) -> Document:
        return self._read(self._send("GET", path), kind)

    def _post(self, path: str, kind: type[Document], body: BaseModel | None = None) -> Document:
        headers = {"Idempotency-Key": str(uuid7())}
        return self._read(self._send("POST", path, body=body, headers=headers), kind)

    def _resolved(
        self, method: str, path: str, body: BaseModel, headers: Mapping[str, str]
    ) -> schemas.Environment | schemas.Operation:
        answer = self._send(method, path, body=body, headers=headers)
        if answer.status_code == httpx.codes.ACCEPTED:
            return self._read(answer, schemas.Operation)
        return self._read(answer, schemas.Environment)

    def _pages(
        self, path: str, kind: type[Document], filters: Mapping[str, Wanted]
    ) -> Iterator[Document]:
        params = {key: value for key, value in filters.items() if value is not None}
        params["limit"] = str(_PAGE)
        while True:
            answer = self._send("GET", path, params=params)
            page = self._read(answer, schemas.Page[kind])  # type: ignore[valid-type]
            yield from page.items
            if not page.next:
                return
            params["cursor"] = page.next

    def _read(self, answer: httpx.Response, kind: type[Document]) -> Document:
        try:
            return kind.model_validate_json(answer.content)
        except ValidationError as error:
            raise self._unexpected(answer.status_code) from error

    def _unexpected(self, status: int) -> Unavailable:
        return Unavailable("controller-unexpected", url=self.url, status=status)

    def _send(
        self,
        method: str,
        path: str,
        *,
        body: BaseModel | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str | Sequence[str]] | None = None,
    ) -> httpx.Response:
        content = None if body is None else body.model_dump(mode="json", exclude_unset=True)
        try:
            answer = self._http.request(method, path, json=content, headers=headers, params=params)
        except httpx.TimeoutException as error:
            raise Unavailable("controller-slow", url=self.url) from error
        except httpx.RequestError as error:
            untrusted = _refused_certificate(error)
            if untrusted is not None:
                raise Unavailable(
                    "controller-certificate-untrusted", url=self.url, reason=untrusted
                ) from error
            reason = str(error) or type(error).__name__
            raise Unavailable("controller-unreachable", url=self.url, reason=reason) from error
        if answer.is_success:
            return answer
        try:
            problem = schemas.Problem.model_validate_json(answer.content)
        except ValidationError:
            raise self._unexpected(answer.status_code) from None
        raise remote_error(problem)


def _trusted(url: str, ca: str | None) -> ssl.SSLContext | bool:
    """Return how to check the controller's certificate.

    Raises:
        InvalidInput: `authority-unreadable`.
    """
    if not url.startswith("https://"):
        return True
    try:
        context = ssl.create_default_context(cafile=ca)
    except (OSError, ssl.SSLError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InvalidInput("authority-unreadable", path=str(ca), reason=reason) from error
    if ca is not None:
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


def _refused_certificate(error: BaseException) -> str | None:
    """Return why a certificate was refused, None where that was not the matter."""
    at: BaseException | None = error
    while at is not None:
        if isinstance(at, ssl.SSLCertVerificationError):
            return at.verify_message or str(at)
        at = at.__cause__ or at.__context__
    return None


def _from(version: str | None) -> dict[str, str]:
    """Return the header that says which version a change starts from."""
    return {} if version is None else {"If-Match": f'"{version}"'}


def _checked(url: str) -> str:
    """Return an address that is one. Raises InvalidInput: `url-invalid`."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise InvalidInput("url-invalid", url=url) from error
    if parsed.scheme not in {"http", "https"} or not parsed.host or parsed.query:
        raise InvalidInput("url-invalid", url=url)
    return url


def _path(*parts: str) -> str:
    return "/".join(quote(part, safe="") for part in parts)
