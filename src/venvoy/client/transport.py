"""The connection of a client: requests, pages and what can go wrong on the way."""

import ssl
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import BinaryIO, Self, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ValidationError
from uuid6 import uuid7

from venvoy.client.errors import remote_error
from venvoy.domain.errors import (
    InvalidInput,
    Unavailable,
)
from venvoy.wire.environments import (
    Environment,
)
from venvoy.wire.operations import Operation
from venvoy.wire.problems import Problem
from venvoy.wire.schemas import Page

Document = TypeVar("Document", bound=BaseModel)
Wanted = str | Sequence[str] | None
"""A filter of a list: one value, any of several, or none."""

_PAGE = 200
_ANSWER_SECONDS = 90.0
"""The API waits up to 60 s for a resolution before it answers 202."""


class Transport:
    """The connection; `venvoy.client.Client` documents its arguments."""

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

    def _get(self, path: str, kind: type[Document]) -> Document:
        return self._read(self._send("GET", path), kind)

    def _post(self, path: str, kind: type[Document], body: BaseModel | None = None) -> Document:
        headers = {"Idempotency-Key": str(uuid7())}
        return self._read(self._send("POST", path, body=body, headers=headers), kind)

    def _resolved(
        self, method: str, path: str, body: BaseModel, headers: Mapping[str, str]
    ) -> Environment | Operation:
        answer = self._send(method, path, body=body, headers=headers)
        if answer.status_code == httpx.codes.ACCEPTED:
            return self._read(answer, Operation)
        return self._read(answer, Environment)

    def _pages(
        self, path: str, kind: type[Document], filters: Mapping[str, Wanted]
    ) -> Iterator[Document]:
        params = {key: value for key, value in filters.items() if value is not None}
        params["limit"] = str(_PAGE)
        while True:
            answer = self._send("GET", path, params=params)
            page = self._read(answer, Page[kind])  # type: ignore[valid-type]
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
        content: BinaryIO | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str | Sequence[str]] | None = None,
    ) -> httpx.Response:
        document = None if body is None else body.model_dump(mode="json", exclude_unset=True)
        try:
            answer = self._http.request(
                method, path, json=document, content=content, headers=headers, params=params
            )
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
            problem = Problem.model_validate_json(answer.content)
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


def _checked(url: str) -> str:
    """Return an address that is one. Raises InvalidInput: `url-invalid`."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise InvalidInput("url-invalid", url=url) from error
    if parsed.scheme not in {"http", "https"} or not parsed.host or parsed.query:
        raise InvalidInput("url-invalid", url=url)
    return url


def address(*parts: str) -> str:
    """Return the path of a thing below the API's root, each part quoted."""
    return "/".join(quote(part, safe="") for part in parts)


def starting_from(version: str | None) -> dict[str, str]:
    """Return the header that says which version a change starts from."""
    return {} if version is None else {"If-Match": f'"{version}"'}
